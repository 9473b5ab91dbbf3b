import { COLUMNS, cell, row, rows } from "../../support/list.ts";
import { history, minutesAgo } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";

const STATUSES = {
  success: "Success",
  failed: "Failed",
  rate_limited: "Rate Limited",
  canceled: "Canceled",
  unauthorized: "Unauthorized",
  running: "Running",
};
const SOURCES = { dashboard: "Dashboard", api: "API", workflow: "Workflow" };
const NUMBERS = ["Latency", "Tokens", "Cost"];

test("the table has the eight columns of the specification", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(1));
  await organization.signIn(page, agent.path);
  await expect(page.getByRole("columnheader")).toHaveText(COLUMNS);
});

test("every status is told by an icon and a word", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...Object.keys(STATUSES).map((status) => ({ executionId: status, status })));
  await organization.signIn(page, agent.path);
  for (const [status, word] of Object.entries(STATUSES)) {
    const badge = cell(row(page, status), "Status");
    await expect(badge).toHaveText(word);
    await expect(badge.locator("svg use")).toHaveAttribute("href", `#icon-${status}`);
    await expect(page.locator(`symbol#icon-${status}`)).toHaveCount(1);
  }
});

test("badges of the specification's colors differ where its colors do", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...Object.keys(STATUSES).map((status) => ({ executionId: status, status })));
  await organization.signIn(page, agent.path);
  const color = (status: string) =>
    cell(row(page, status), "Status")
      .locator(".badge")
      .evaluate((badge) => getComputedStyle(badge).color);
  expect(await color("failed")).toBe(await color("unauthorized"));
  const distinct = await Promise.all(["success", "failed", "rate_limited", "canceled"].map(color));
  expect(new Set(distinct).size).toBe(distinct.length);
});

test("every source has its name", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    ...Object.keys(SOURCES).map((source) => ({ executionId: source, status: "success", source })),
  );
  await organization.signIn(page, agent.path);
  for (const [source, word] of Object.entries(SOURCES)) {
    await expect(cell(row(page, source), "Source")).toHaveText(word);
  }
});

test("what is unknown is a dash that is read out, and nothing is a zero", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "unknown", status: "failed" },
    { executionId: "nothing", status: "failed", latencyMs: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
  );
  await organization.signIn(page, agent.path);
  for (const column of [...NUMBERS, "Version"]) {
    const unknown = cell(row(page, "unknown"), column);
    await expect(unknown).toHaveText("—unknown");
    await expect(unknown).toHaveAccessibleName("unknown");
  }
  await expect(cell(row(page, "nothing"), "Latency")).toHaveText("0 ms");
  await expect(cell(row(page, "nothing"), "Tokens")).toHaveText("0");
  await expect(cell(row(page, "nothing"), "Cost")).toHaveText("$0");
});

test("numbers are exact, grouped, right-aligned and in tabular figures", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({
    executionId: "large",
    status: "success",
    latencyMs: 9_999,
    inputTokens: 1_234_000,
    outputTokens: 567,
    costUSD: 1_204.5000001,
    version: "V12",
  });
  await organization.signIn(page, agent.path);
  const large = row(page, "large");
  await expect(cell(large, "Latency")).toHaveText("9,999 ms");
  await expect(cell(large, "Tokens")).toHaveText("1,234,567");
  await expect(cell(large, "Cost")).toHaveText("$1,204.5000001");
  await expect(cell(large, "Version").locator(".tag")).toHaveText("V12");
  for (const column of NUMBERS) {
    await expect(cell(large, column)).toHaveCSS("text-align", /^(right|end)$/);
    await expect(cell(large, column)).toHaveCSS("font-variant-numeric", /tabular-nums/);
  }
});

test("more than ten seconds are flagged, ten are not", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "ten", status: "success", latencyMs: 10_000 },
    { executionId: "more", status: "success", latencyMs: 10_001 },
  );
  await organization.signIn(page, agent.path);
  await expect(cell(row(page, "ten"), "Latency")).toHaveText("10,000 ms");
  await expect(cell(row(page, "more"), "Latency")).toHaveText("slow: 10,001 ms");
  const color = (id: string) =>
    cell(row(page, id), "Latency")
      .locator(".figure")
      .evaluate((figure) => getComputedStyle(figure).color);
  expect(await color("more")).not.toBe(await color("ten"));
});

test("the time is relative, and exact on hover", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "hours", status: "success", executedAt: minutesAgo(125) },
    { executionId: "old", status: "success", executedAt: "2025-11-18T09:45:00Z" },
  );
  await organization.signIn(page, agent.path);
  await expect(cell(row(page, "hours"), "Executed")).toHaveText("2 hours ago");
  const old = cell(row(page, "old"), "Executed").locator("time");
  await expect(old).toHaveAttribute("title", "18 November 2025, 09:45:00 UTC");
  await expect(old).toHaveAttribute("datetime", "2025-11-18T09:45:00Z");
});

test("the newest execution comes first", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(5).reverse());
  await organization.signIn(page, agent.path);
  await expect(rows(page)).toHaveCount(5);
  await expect(rows(page).locator("time")).toHaveText(
    [1, 2, 3, 4, 5].map((minutes) => new RegExp(`^(${minutes}|${minutes - 1}) min ago$|^\\d+ s ago$`)),
  );
  await expect(rows(page).first().getByRole("link")).toHaveAttribute("href", /exec_1$/);
});

test("the time ticks while the page is open @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "now", status: "success" });
  await organization.signIn(page, agent.path);
  await expect(cell(row(page, "now"), "Executed")).toHaveText(/^([5-9]|\d\d) s ago$/, { timeout: 20_000 });
});
