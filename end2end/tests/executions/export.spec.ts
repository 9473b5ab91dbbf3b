import { readFile } from "node:fs/promises";
import { alive, hasWasm } from "../../support/alive.ts";
import { history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

const button = (page: Page) => page.locator("#export");

/** Clicks the button; the file's name and contents. */
async function download(page: Page): Promise<{ name: string; csv: string }> {
  const [file] = await Promise.all([page.waitForEvent("download"), button(page).click()]);
  return { name: file.suggestedFilename(), csv: await readFile(await file.path(), "utf8") };
}

test("all that is filtered for is exported, whichever page is shown", async ({ page, organization }) => {
  const agent = await organization.createAgent("Product copywriter");
  await agent.record(...history(234), { executionId: "bad", status: "failed" });
  await organization.signIn(page, `${agent.path}?status=success&page=2`);
  await alive(page);
  await expect(button(page)).toHaveText(/Export CSV\s*234/);
  const { name, csv } = await download(page);
  expect(name).toBe("product-copywriter-executions.csv");
  const lines = csv.trimEnd().split("\r\n");
  expect(lines[0]).toBe(
    "Execution ID,Status,Source,Executed At,Latency (ms),Tokens,Cost (USD),Model,Version",
  );
  const ids = lines.slice(1).map((line) => line.split(",")[0]);
  expect(ids).toEqual(Array.from({ length: 234 }, (_, index) => `exec_${index + 1}`));
  if (hasWasm()) {
    await expect(page.getByRole("status").filter({ hasText: "234 rows exported" })).toBeVisible();
  }
});

test("the file tells its range by its name", async ({ page, organization }) => {
  const agent = await organization.createAgent("Nightly report");
  await agent.record({ executionId: "old", status: "success", executedAt: "2025-11-18T09:45:00Z" });
  await organization.signIn(page, `${agent.path}?startDate=2025-11-01&endDate=2025-11-30`);
  await alive(page);
  const { name, csv } = await download(page);
  expect(name).toBe("nightly-report-executions-2025-11-01-to-2025-11-30.csv");
  expect(csv.trimEnd().split("\r\n")).toHaveLength(2);
});

test("where nothing matches there is nothing to export", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, `${agent.path}?status=canceled`);
  await expect(button(page)).toHaveText(/nothing to export/);
  await expect(button(page)).toHaveAttribute("aria-disabled", "true");
  await expect(button(page)).not.toHaveAttribute("href");
});

test("a large export tells how far it is @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(12_000));
  await organization.signIn(page, agent.path);
  await alive(page);
  // What the server told while the file was on its way.
  const told: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/_fn/export-progress")) {
      told.push(await response.text().catch(() => ""));
    }
  });
  const { csv } = await download(page);
  expect(csv.trimEnd().split("\r\n")).toHaveLength(12_001);
  await expect(page.getByRole("status").filter({ hasText: "12,000 rows exported" })).toBeVisible();
  // The page has the answer a moment before the test does.
  await expect.poll(() => told.at(-1) ?? "").toContain('"total":12000');
});
