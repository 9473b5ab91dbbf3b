import { setTimeout as sleep } from "node:timers/promises";
import { follow, GROWTH_KB, held } from "../support/memory.ts";
import { expect, test } from "../support/test.ts";

const MINUTE_MS = 60_000;
const MINUTES = Number(process.env["AGENT_LEDGER_SOAK_MINUTES"]);
/** Executions a second, and at the beginning of each minute. */
const STEADY = 10;
const BURST = 200;
const BURST_SECONDS = 5;
/** Looks at what the page holds, evenly spread. */
const LOOKS = 12;
/** Until then the strip has as many bars as it gets: 96, however long the history. */
const SETTLED = LOOKS / 4;

test(`a page that follows a busy agent for ${MINUTES} minutes holds no more than before`, async ({
  page,
  organization,
}) => {
  // What hangs is given up.
  test.setTimeout((MINUTES + 5) * MINUTE_MS);
  const agent = await follow(page, organization);
  const start = Date.now();
  let recorded = 0;
  let second = 0;
  const looks: number[] = [];
  for (let look = 1; look <= LOOKS; look++) {
    for (; second * 1_000 < (look * MINUTES * MINUTE_MS) / LOOKS; second++) {
      const count = second % 60 < BURST_SECONDS ? BURST : STEADY;
      await agent.record(...Array.from({ length: count }, () => ({ status: "success", latencyMs: 900 })));
      recorded += count;
      await sleep(Math.max(0, start + (second + 1) * 1_000 - Date.now()));
    }
    await expect(
      page.getByText(`Showing 1 to 20 of ${recorded.toLocaleString("en")} executions`),
    ).toBeVisible();
    await expect(page.locator("tbody tr")).toHaveCount(20);
    const now = await held(page);
    looks.push(now);
    console.log(`${second} s, ${recorded} executions: ${Math.round(now)} kB`);
  }
  expect(Math.max(...looks.slice(SETTLED)) - (looks[SETTLED - 1] ?? 0)).toBeLessThan(GROWTH_KB);
});
