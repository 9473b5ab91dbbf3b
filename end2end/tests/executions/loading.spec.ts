import { alive } from "../../support/alive.ts";
import { hold } from "../../support/hold.ts";
import { choose, rows } from "../../support/list.ts";
import { history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";

test("old rows stay, marked as busy, until the new ones are there @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(20), { executionId: "failed", status: "failed" });
  await organization.signIn(page, agent.path);
  await alive(page);
  const results = page.locator(".results");
  await expect(results).not.toHaveAttribute("aria-busy");

  const answer = await hold(page, "**/_fn/executions*");
  await choose(page, "Status", "Failed");
  await expect(results).toHaveAttribute("aria-busy", "true");
  await expect(rows(page)).toHaveCount(20);
  await expect(page.locator(".placeholder")).toHaveCount(0);

  answer();
  await expect(rows(page)).toHaveCount(1);
  await expect(results).not.toHaveAttribute("aria-busy");
});

test("nothing on the page moves while it loads @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(30));
  await organization.signIn(page);
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        shifts.push((entry as PerformanceEntry & { value: number }).value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(agent.path);
    await alive(page);
    await expect(rows(page)).toHaveCount(20);
    // Two frames, so that what the takeover moved has been painted and counted.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  }
});
