import { alive } from "../../support/alive.ts";
import { dialog } from "../../support/detail.ts";
import { hold } from "../../support/hold.ts";
import { shifts, watchShifts } from "../../support/layout-shift.ts";
import { choose, eye, row, rows } from "../../support/list.ts";
import { pill, watch } from "../../support/live.ts";
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
  await watchShifts(page);
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(agent.path);
    await alive(page);
    await expect(rows(page)).toHaveCount(20);
    expect(await shifts(page)).toEqual([]);
  }
});

test("nothing moves while an execution is read and news arrive @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(30), { executionId: "first", status: "running" });
  await watchShifts(page);
  await watch(page, organization, agent.path);
  await eye(page, "first").click();
  await expect(dialog(page)).toContainText("Running");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  // The row that was read has the focus, so news wait.
  await agent.record({ executionId: "news", status: "success" });
  await expect(pill(page)).toBeVisible();
  await agent.record({ executionId: "first", status: "failed" });
  await expect(row(page, "first")).toContainText("Failed");
  // A time that ticks may widen its column by a pixel.
  expect((await shifts(page)).reduce((sum, value) => sum + value, 0)).toBeLessThan(0.001);
});
