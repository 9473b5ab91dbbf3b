// Many people who open a page at the same moment each get all of it.
import { history } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

const READERS = 3;
/** One page in a hundred being wrong, so many miss it once in a hundred runs. */
const VISITS = 150;

test("a page is whole, however many ask for it at once @no-wasm", async ({ organization, page }) => {
  const agent = await organization.createAgent("Product copywriter");
  await agent.record(...history(20));
  await organization.signIn(page, agent.path);
  const tabs = agent.path.replace(/executions$/, "");
  // Each with its own title, so that none can wear another's.
  const pages = [
    [agent.path, "Executions · Product copywriter", "Showing 1 to 20 of 20"],
    [`${tabs}versions`, "Versions · Product copywriter", "<h1>Product copywriter<"],
    [`${tabs}connect`, "Connect · Product copywriter", "<h1>Product copywriter<"],
    ["/agents", "Agents", ">Product copywriter<"],
  ] as const;
  const read = async (_: unknown, reader: number) => {
    for (let visit = 0; visit < VISITS; visit++) {
      const [path, title, content] = pages[(visit + reader) % pages.length] ?? pages[0];
      const answer = await page.request.get(path);
      expect(answer.status()).toBe(200);
      const text = await answer.text();
      expect(text).toContain(`<title>${title} · Agent Ledger</title>`);
      expect(text).toContain(content);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
});
