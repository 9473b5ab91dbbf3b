// How fast the page is, in lines that `cargo xtask bench` reads: figure, name, amount, budget, unit.
import { expect, test, type Page } from "@playwright/test";
import { watchForLife } from "../support/alive.ts";
import { rows, shownIds } from "../support/list.ts";
import { held, watchMemory } from "../support/memory.ts";

const LOADS = 10;
const STEPS = 20;
const OPENINGS = 5;
const LONG = 200_000;
const BURST_EVERY_MS = 50;
const BURST_SIZE = 10;
/** How long the page follows a burst: first to fill what it keeps, then while its memory is watched. */
const BURST_MS = 5_000;
const FOLLOWED_MS = 1_000 * Number(process.env.BENCH_FOLLOWED_SECONDS ?? 30);

const environment = (name: string) => {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: run \`cargo xtask bench\``);
  }
  return value;
};

const figure = (name: string, amount: number, budget: number, unit: "ms" | "kB" = "ms") =>
  process.stdout.write(`\nfigure\t${name}\t${amount.toFixed(3)}\t${budget}\t${unit}\n`);

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

test.beforeEach(async ({ context, baseURL }) => {
  const [name = "", value = ""] = environment("BENCH_COOKIE").split("=");
  await context.addCookies([{ name, value, url: baseURL ?? "" }]);
  await watchForLife(context);
});

async function open(page: Page): Promise<void> {
  await page.goto(environment("BENCH_PATH"));
  await page.waitForFunction(() => "isAlive" in window);
  await page.mouse.move(0, 0);
}

test("loads", async ({ page }) => {
  const paints: number[] = [];
  const lives: number[] = [];
  for (let load = 0; load <= LOADS; load++) {
    await open(page);
    const [paint, life] = await page.evaluate(() => [
      performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
      (window as unknown as { isAlive: number }).isAlive,
    ]);
    // The first load fills the browser's cache.
    if (load > 0) {
      paints.push(paint ?? NaN);
      lives.push(life ?? NaN);
    }
  }
  figure("page in Chromium, first contentful paint, p50", median(paints), 300);
  figure("page in Chromium, interactive, p50", median(lives), 600);
});

test("refetches", async ({ page }) => {
  await open(page);
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    times.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const next = [...document.querySelectorAll<HTMLElement>("nav.pages a")].at(-1);
            const first = () => document.querySelector("table.executions tbody a")?.getAttribute("href");
            const before = first();
            const start = performance.now();
            const look = () => {
              if (first() === before) {
                requestAnimationFrame(look);
              } else {
                // The frame after the change has been painted.
                requestAnimationFrame(() => resolve(performance.now() - start));
              }
            };
            next?.click();
            requestAnimationFrame(look);
          }),
      ),
    );
  }
  figure("page in Chromium, table refetch to paint, p50", median(times), 50);
});

for (const [name, outputText] of [
  ["text", "A line of some words that were said.\n".repeat(LONG / 37)],
  [
    "JSON",
    JSON.stringify(Array.from({ length: 4_000 }, (_, id) => ({ id, name: "a name", tags: ["x", id] }))),
  ],
] as const) {
  test(`opens 200 kB of ${name}`, async ({ page, baseURL }) => {
    const executionId = `long_${name}_${Date.now()}`;
    await record(baseURL, [{ executionId, status: "success", outputText }]);
    const times: number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      await open(page);
      await page.locator(`#view-${executionId}`).waitFor();
      times.push(await untilOpen(page, executionId));
    }
    figure(`page in Chromium, 200 kB of ${name} open, p50`, median(times), 200);
  });
}

/** From the click to the frame that shows the output, in milliseconds. */
const untilOpen = (page: Page, executionId: string) =>
  page.evaluate(
    (view) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        const look = () => {
          if (document.querySelector("dialog .output")) {
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
          } else {
            requestAnimationFrame(look);
          }
        };
        document.querySelector<HTMLAnchorElement>(view)?.click();
        look();
      }),
    `#view-${executionId}`,
  );

async function record(origin: string | undefined, executions: object[]): Promise<void> {
  const agent = environment("BENCH_PATH").split("/")[2];
  const answer = await fetch(`${origin}/api/agents/${agent}/executions`, {
    method: "POST",
    headers: { Authorization: `Bearer ${environment("BENCH_KEY")}`, "Content-Type": "application/json" },
    body: JSON.stringify(executions),
  });
  expect(answer.status).toBe(200);
}

/** Records 200 executions a second. */
async function burst(origin: string | undefined, millis: number): Promise<void> {
  const end = Date.now() + millis;
  while (Date.now() < end) {
    const next = Date.now() + BURST_EVERY_MS;
    await record(
      origin,
      Array.from({ length: BURST_SIZE }, () => ({ status: "success" })),
    );
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
  }
}

test("bursts", async ({ page, baseURL }) => {
  test.setTimeout(BURST_MS + 2 * FOLLOWED_MS + 60_000);
  await watchMemory(page);
  await page.addInitScript(() => {
    const longest = { task: 0 };
    Object.assign(window, { longest });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        longest.task = Math.max(longest.task, entry.duration);
      }
    }).observe({ type: "longtask" });
  });
  await open(page);
  await expect(page.locator("#live")).toContainText("Live");
  await page.evaluate(() => Object.assign((window as unknown as { longest: object }).longest, { task: 0 }));
  await burst(baseURL, BURST_MS);
  await expect.poll(async () => (await shownIds(page))[0]).toMatch(/^exec_/);
  expect(await rows(page).count()).toBe(20);
  // Tasks of less than 50 ms are not told at all.
  const longest = await page.evaluate(
    () => (window as unknown as { longest: { task: number } }).longest.task,
  );
  figure("page in Chromium, longest task in a burst of 200/s", longest, 50);

  await burst(baseURL, FOLLOWED_MS);
  const before = await held(page);
  await burst(baseURL, FOLLOWED_MS);
  const grown = Math.max(0, (await held(page)) - before);
  figure(`page in Chromium, grown by ${FOLLOWED_MS / 5} more executions`, grown, 500, "kB");
});
