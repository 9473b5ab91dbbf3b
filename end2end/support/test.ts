// Playwright's `test`, with a server to each worker and an ear on every console.
import { test as base, type BrowserContext } from "@playwright/test";
import { watchForLife } from "./alive.ts";
import { Organization } from "./organization.ts";
import { Server } from "./server.ts";

export { expect } from "@playwright/test";

interface TestOptions {
  /**
   * Declares that the test breaks the network by itself: `test.use({ breaksNetwork: true })`. What the browser says
   * of failed requests is then no failure of the test; everything else still is.
   */
  breaksNetwork: boolean;
  /**
   * Declares the error statuses that the test provokes, such as a page that does not exist:
   * `test.use({ expectedStatuses: [404] })`. The browser logs each of them.
   */
  expectedStatuses: number[];
}

interface TestFixtures {
  /** The test's own tenant. */
  organization: Organization;
  /** Runs with every test, whether named or not. */
  silentConsole: void;
  serverLog: void;
}

interface WorkerFixtures {
  /** Shared by the tests of a worker: each makes an organization of its own. */
  server: Server;
}

export const test = base.extend<TestOptions & TestFixtures, WorkerFixtures>({
  breaksNetwork: [false, { option: true }],
  expectedStatuses: [[], { option: true }],

  server: [
    async ({}, use) => {
      await using server = await Server.start();
      await use(server);
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.baseURL),

  context: async ({ context }, use) => {
    await watchForLife(context);
    await use(context);
  },

  organization: async ({ server }, use) => use(await Organization.found(server)),

  // Contexts that a test opens by itself are heard too.
  silentConsole: [
    async ({ browser, breaksNetwork, expectedStatuses, javaScriptEnabled }, use) => {
      const heard: string[] = [];
      const isExpected = (text: string) =>
        // Scripts that a page asks for ahead stay unused where there are none.
        (!javaScriptEnabled && text.includes("was preloaded using link preload but not used")) ||
        (breaksNetwork && /\bnet::ERR_/.test(text)) ||
        expectedStatuses.some((status) =>
          text.startsWith(`Failed to load resource: the server responded with a status of ${status} `),
        );
      const listen = (context: BrowserContext) => {
        context.on("console", (message) => {
          if (!isExpected(message.text())) {
            heard.push(`${message.type()}: ${message.text()} (${message.location().url})`);
          }
        });
        context.on("weberror", (error) =>
          heard.push(`uncaught: ${error.error().stack ?? error.error().message}`),
        );
      };
      browser.contexts().forEach(listen);
      browser.on("context", listen);
      await use();
      browser.off("context", listen);
      base.expect(heard, "messages on the browser's console").toEqual([]);
    },
    { auto: true },
  ],

  // What the server said belongs to a failure's report.
  serverLog: [
    async ({ server }, use, testInfo) => {
      const start = server.log.length;
      await use();
      base.expect(server.log.slice(start), "the server's log").not.toContain("panicked");
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server log", { body: server.log.slice(start), contentType: "text/plain" });
      }
    },
    { auto: true },
  ],
});
