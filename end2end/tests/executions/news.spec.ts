import { writeFile } from "node:fs/promises";
import { alive } from "../../support/alive.ts";
import { cell, row, rows } from "../../support/list.ts";
import { Organization, history } from "../../support/organization.ts";
import { Server } from "../../support/server.ts";
import { expect, test } from "../../support/test.ts";

/** Longer than the page waits between two looks. */
const SOON = { timeout: 15_000 };

test("an import by another process appears while focus and scroll stay @wasm", async ({
  page,
  organization,
  server,
}, testInfo) => {
  const agent = await organization.createAgent();
  await agent.record(...history(40));
  await organization.signIn(page, agent.path);
  await alive(page);
  const focused = row(page, "exec_15").getByRole("link");
  await focused.focus();
  await page.mouse.wheel(0, 150);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(100);
  const before = await page.evaluate(() => window.scrollY);

  const file = testInfo.outputPath("three.ndjson");
  const lines = [1, 2, 3].map((number) =>
    JSON.stringify({ executionId: `new_${number}`, status: "success" }),
  );
  await writeFile(file, lines.join("\n"));
  await server.importFile(organization.name, agent.id, file);

  await expect(row(page, "new_3")).toBeAttached(SOON);
  await expect(page.getByText("Showing 1 to 20 of 43 executions", { exact: true })).toBeVisible();
  await expect(rows(page)).toHaveCount(20);
  await expect(focused).toBeFocused();
  await expect(focused).toBeInViewport();
  expect(await page.evaluate(() => window.scrollY)).toBe(before);
});

test("the first execution takes the place of the empty list @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page, agent.path);
  await alive(page);
  await expect(page.getByRole("heading", { name: "No executions yet" })).toBeVisible();
  await agent.record(...history(1));
  await expect(rows(page)).toHaveCount(1, SOON);
});

test("a row that runs turns final in place @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "run", status: "running" });
  await organization.signIn(page, agent.path);
  await alive(page);
  await expect(cell(row(page, "run"), "Status")).toHaveText("Running");
  await agent.finish("run", { status: "success", latencyMs: 1_234 });
  await expect(cell(row(page, "run"), "Status")).toHaveText("Success", SOON);
  await expect(cell(row(page, "run"), "Latency")).toHaveText("1,234 ms");
});

test("an open filtered page shows the news that match @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(2, { status: "failed" }));
  await organization.signIn(page, `${agent.path}?status=failed`);
  await alive(page);
  await agent.record({ executionId: "fine", status: "success" }, { executionId: "bad", status: "failed" });
  await expect(row(page, "bad")).toBeVisible(SOON);
  await expect(rows(page)).toHaveCount(3);
});

test.describe("when the server goes away", () => {
  test.use({ breaksNetwork: true });

  test("the page says so, keeps its rows, and recovers @wasm", async ({ page }) => {
    await using server = await Server.start();
    const organization = await Organization.found(server);
    const agent = await organization.createAgent();
    await agent.record(...history(5));
    await organization.signIn(page, agent.path);
    await alive(page);
    const lost = page.getByText("Connection lost, retrying");
    await expect(lost).toHaveCount(0);

    await server.kill();
    await expect(lost).toBeVisible(SOON);
    await expect(rows(page)).toHaveCount(5);

    await server.restart();
    await agent.record({ executionId: "after", status: "success" });
    await expect(row(page, "after")).toBeVisible(SOON);
    await expect(lost).toHaveCount(0);
  });
});
