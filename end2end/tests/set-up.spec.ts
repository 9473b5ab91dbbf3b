import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { alive } from "../support/alive.ts";
import { cell, row, rows } from "../support/list.ts";
import { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

const PASSWORD = "correct horse battery";

test("a newcomer gets from the set-up link to the first execution on the list", async ({ page }) => {
  await using server = await Server.start();

  await page.goto(server.setUpLink);
  await page.getByLabel("Organization").fill("Acme");
  await page.getByLabel("E-mail address").fill("mira@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page).toHaveURL(`${server.baseURL}/agents`);
  await expect(page.getByText("Acme", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "No agents yet" })).toBeVisible();
  await alive(page);

  await page.getByText("New agent").click();
  await page.getByLabel("Name").fill("Product copywriter");
  await page.getByRole("button", { name: "Create agent" }).click();
  await expect(page.getByRole("heading", { name: "Product copywriter" })).toBeVisible();
  await expect(page).toHaveURL(/\/agents\/agent_\w+\/executions$/);
  await expect(page.getByRole("heading", { name: "No executions yet" })).toBeVisible();
  const command = await page.locator("pre", { hasText: "curl" }).innerText();
  const executions = page.url();

  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await alive(page);
  await page.getByLabel("Name").fill("Shop backend");
  await page.getByRole("button", { name: "Create key" }).click();
  const key = await page.getByRole("status").locator("code").innerText();

  const env = { ...process.env, AGENT_LEDGER_KEY: key };
  const answer = await promisify(execFile)("sh", ["-c", command], { env });
  const { execution } = JSON.parse(answer.stdout) as { execution: { executionId: string } };

  await page.goto(executions);
  await expect(rows(page)).toHaveCount(1);
  await expect(cell(row(page, execution.executionId), "Latency")).toHaveText("1,250 ms");
  await expect(page.getByText("Showing 1 to 1 of 1 execution", { exact: true })).toBeVisible();
  // Before its server goes, which an open list would notice.
  await page.close();
});

test("the set-up link makes one account only", async ({ page }) => {
  await using server = await Server.start();
  const makeAccount = async (organization: string, email: string) => {
    await page.goto(server.setUpLink);
    await page.getByLabel("Organization").fill(organization);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Make the account" }).click();
  };
  await makeAccount("Acme", "mira@example.com");
  await expect(page).toHaveURL(`${server.baseURL}/agents`);
  await page.context().clearCookies();
  await makeAccount("Other", "eve@example.com");
  await expect(page.getByRole("alert")).toContainText("expired or was used already");
});
