// How fast the page is, in lines that `cargo xtask bench` reads: figure, name, milliseconds, budget.
import { expect, test, type Page } from "@playwright/test";
import { watchForLife } from "../support/alive.ts";
import { rows, shownIds } from "../support/list.ts";

const LOADS = 10;
const STEPS = 20;
const BURST_MS = 5_000;
const BURST_EVERY_MS = 50;
const BURST_SIZE = 10;

const environment = (name: string) => {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: run \`cargo xtask bench\``);
  }
  return value;
};

const figure = (name: string, millis: number, budget: number) =>
  process.stdout.write(`\nfigure\t${name}\t${millis.toFixed(3)}\t${budget}\n`);

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

test("bursts", async ({ page, baseURL }) => {
  await open(page);
  await expect(page.locator("#live")).toContainText("Live");
  await page.evaluate(() => {
    const longest = { task: 0 };
    Object.assign(window, { longest });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        longest.task = Math.max(longest.task, entry.duration);
      }
    }).observe({ type: "longtask" });
  });
  const agent = environment("BENCH_PATH").split("/")[2];
  const headers = {
    Authorization: `Bearer ${environment("BENCH_KEY")}`,
    "Content-Type": "application/json",
  };
  const end = Date.now() + BURST_MS;
  while (Date.now() < end) {
    const next = Date.now() + BURST_EVERY_MS;
    const body = JSON.stringify(Array.from({ length: BURST_SIZE }, () => ({ status: "success" })));
    const answer = await fetch(`${baseURL}/api/agents/${agent}/executions`, {
      method: "POST",
      headers,
      body,
    });
    expect(answer.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
  }
  await expect.poll(async () => (await shownIds(page))[0]).toMatch(/^exec_/);
  expect(await rows(page).count()).toBe(20);
  // Tasks of less than 50 ms are not told at all.
  const longest = await page.evaluate(
    () => (window as unknown as { longest: { task: number } }).longest.task,
  );
  figure("page in Chromium, longest task in a burst of 200/s", longest, 50);
});
