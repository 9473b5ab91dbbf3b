import { alive } from "../../support/alive.ts";
import { shifts, watchShifts } from "../../support/layout-shift.ts";
import { chips, choose, chooseRange, menu, rows } from "../../support/list.ts";
import { type Agent, type Organization, history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";
import type { Locator, Page } from "@playwright/test";

/** Four days with one execution an hour, every sixth of them failed. */
async function fourDays(organization: Organization): Promise<Agent> {
  const agent = await organization.createAgent();
  const start = Date.parse("2026-03-02T00:30:00Z");
  await agent.record(
    ...Array.from({ length: 96 }, (_, index) => ({
      executionId: `exec_${index + 1}`,
      status: index % 6 ? "success" : "failed",
      executedAt: new Date(start + index * 3_600_000).toISOString(),
    })),
  );
  return agent;
}

const RANGE = "startDate=2026-03-02&endDate=2026-03-05";

/** What the strip says of itself to those who listen. */
function summary(page: Page): Locator {
  return page.locator(".strip > p.hidden");
}

/** Where the strip takes the pointer. */
function slider(page: Page): Locator {
  return page.getByRole("slider", { name: "Executions over time" });
}

test("the strip tells how the filtered set is spread, and adds up to its total", async ({
  page,
  organization,
}) => {
  const agent = await fourDays(organization);
  await organization.signIn(page, `${agent.path}?${RANGE}`);
  await expect(summary(page)).toHaveText(
    "Executions over time. 2 Mar – 5 Mar: 96 executions, 80 Success, 16 Failed.",
  );
  await expect(page.locator(".strip rect.success")).toHaveCount(80);
  await expect(page.locator(".strip rect.failed")).toHaveCount(16);
  await expect(page.locator(".strip .axis text")).toHaveText(["2 Mar", "3", "4", "5"]);
  await choose(page, "Status", "Failed");
  await expect(summary(page)).toHaveText("Executions over time. 2 Mar – 5 Mar: 16 executions, 16 Failed.");
  await expect(page.locator(".strip rect.success")).toHaveCount(0);
});

test("an empty range is a quiet line", async ({ page, organization }) => {
  const agent = await fourDays(organization);
  await organization.signIn(page, `${agent.path}?startDate=2026-01-02&endDate=2026-01-03`);
  await expect(summary(page)).toHaveText("Executions over time. 2 Jan – 3 Jan: 0 executions.");
  await expect(page.locator(".strip svg rect")).toHaveCount(0);
});

test("an agent without a history has no strip", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page, agent.path);
  await expect(page.getByRole("heading", { name: "No executions yet" })).toBeVisible();
  await expect(page.locator(".strip")).toHaveCount(0);
});

test("the moment at which a version was put in use is marked", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(30));
  await organization.signIn(page, `/agents/${agent.id}/versions`);
  await alive(page);
  await page.getByLabel("Model").fill("gpt-4o");
  await page.getByLabel("User prompt template").fill("Write.");
  await page.getByRole("button", { name: "Add version" }).click();
  await expect(page.locator(".tag", { hasText: "active" })).toBeVisible();
  await agent.record({ status: "success" });
  await page.goto(agent.path);
  await expect(page.locator(".strip .marks text")).toHaveText(["V1"]);
});

test("a bar is a link that narrows to it @no-wasm", async ({ page, organization }) => {
  const agent = await fourDays(organization);
  await organization.signIn(page, `${agent.path}?${RANGE}`);
  const bars = page.locator(".strip .links a");
  await expect(bars).toHaveCount(96);
  await expect(bars.nth(6)).toHaveAttribute("title", "2 Mar, 06:00 – 07:00: 1 execution, 1 Failed");
  await bars.nth(6).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(menu(page, "Date")).toContainText("2 Mar, 06:00 – 07:00");
});

test("hovering tells, dragging sets the range @wasm", async ({ page, organization }) => {
  const agent = await fourDays(organization);
  await organization.signIn(page, `${agent.path}?${RANGE}`);
  await alive(page);
  const box = await slider(page).boundingBox();
  if (!box) {
    throw new Error("no strip");
  }
  const x = (bar: number) => box.x + ((bar + 0.5) / 96) * box.width;
  const y = box.y + box.height / 2;
  const readout = page.locator(".strip .readout");
  await page.mouse.move(x(6), y);
  await expect(readout).toHaveText("2 Mar, 06:00 – 07:00: 1 execution, 1 Failed");
  await page.mouse.down();
  await page.mouse.move(x(20), y, { steps: 4 });
  await expect(readout).toHaveText("2 Mar, 06:00 – 21:00: 15 executions, 12 Success, 3 Failed");
  await page.mouse.up();
  await expect(page).toHaveURL(/startDate=2026-03-02T06%3A00%3A00Z&endDate=2026-03-02T20%3A59%3A59.999999Z$/);
  await expect(rows(page)).toHaveCount(15);
  await expect(menu(page, "Date")).toContainText("2 Mar, 06:00 – 21:00");
  await expect(chips(page).first()).toHaveText("From 2 Mar, 06:00×");
});

test("the keyboard sets the range @wasm", async ({ page, organization }) => {
  const agent = await fourDays(organization);
  await organization.signIn(page, `${agent.path}?${RANGE}`);
  await alive(page);
  await slider(page).focus();
  await page.keyboard.press("Home");
  await expect(slider(page)).toHaveAttribute("aria-valuenow", "1");
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /^2 Mar, 00:00 – 01:00: 1 execution/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /^2 Mar, 01:00 – 04:00: 3 executions/);
  await page.keyboard.press("Escape");
  await expect(page.locator(".strip .selection")).toHaveCount(0);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(rows(page)).toHaveCount(1);
  await expect(slider(page)).toBeFocused();
});

test("a drag to the right edge leaves the range open @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(40));
  await organization.signIn(page, agent.path);
  await chooseRange(page, "Last hour");
  await slider(page).focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?startDate=[^&]+$/);
});

test("the strip follows what is recorded @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(4));
  await organization.signIn(page, agent.path);
  await alive(page);
  await expect(summary(page)).toContainText("4 executions");
  await agent.record({ status: "failed" });
  await expect(summary(page)).toContainText("5 executions, 4 Success, 1 Failed", { timeout: 20_000 });
});

test("the strip holds its place from the first paint on @wasm", async ({ page, organization }) => {
  const agent = await fourDays(organization);
  await organization.signIn(page, agent.path);
  await watchShifts(page);
  await page.goto(`${agent.path}?${RANGE}`);
  await alive(page);
  await choose(page, "Status", "Failed");
  await expect(summary(page)).toContainText("16 executions");
  expect((await shifts(page)).reduce((sum, value) => sum + value, 0)).toBeLessThan(0.01);
});
