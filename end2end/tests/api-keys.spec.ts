import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

test("a key is shown once, works, and stops working when it is revoked", async ({
  page,
  organization,
  server,
}) => {
  const agent = await organization.createAgent();
  const status = async (key: string) => {
    const headers = { Authorization: `Bearer ${key}` };
    return (await fetch(`${server.baseURL}/api${agent.path}`, { headers })).status;
  };
  await organization.signIn(page, "/settings/api-keys");
  await alive(page);

  await page.getByLabel("Name").fill("Shop backend");
  await page.getByRole("button", { name: "Create key" }).click();
  const key = await page.getByRole("status").locator("code").innerText();
  expect(key).toMatch(/^al_\w+_\w+$/);
  expect(await status(key)).toBe(200);

  await page.reload();
  await alive(page);
  const row = page.getByRole("row").filter({ hasText: "Shop backend" });
  await expect(row).toContainText("record, read");
  expect(await page.content()).not.toContain(key);

  await row.locator("summary", { hasText: "Revoke" }).click();
  await row.getByRole("button", { name: "Revoke key" }).click();
  await expect(row).toContainText("Revoked");
  expect(await status(key)).toBe(401);
});

test.describe("a key without a scope", () => {
  test.use({ expectedStatuses: [422] });

  test("is refused in words", async ({ page, organization }) => {
    await organization.signIn(page, "/settings/api-keys");
    await alive(page);
    await page.getByLabel("Name").fill("Useless");
    await page.getByRole("checkbox", { name: /^record/ }).uncheck();
    await page.getByRole("checkbox", { name: /^read/ }).uncheck();
    await page.getByRole("button", { name: "Create key" }).click();
    await expect(page.getByRole("alert")).toContainText("The scopes");
  });
});

test("a key reaches the agents it was made for, and is rotated", async ({ page, organization, server }) => {
  const copywriter = await organization.createAgent("Copywriter");
  const support = await organization.createAgent("Support");
  const status = async (key: string, path: string) => {
    const headers = { Authorization: `Bearer ${key}` };
    return (await fetch(`${server.baseURL}/api${path}`, { headers })).status;
  };
  const shown = page.getByRole("status").locator("code");
  await organization.signIn(page, "/settings/api-keys");
  await alive(page);
  await page.getByLabel("Name").fill("Limited");
  await page.getByRole("checkbox", { name: "Copywriter" }).check();
  await page.getByLabel("Expires").fill("2125-01-31");
  await page.getByLabel("Requests per minute").first().fill("600");
  await page.getByRole("button", { name: "Create key" }).click();
  const first = await shown.innerText();
  expect(await status(first, copywriter.path)).toBe(200);
  expect(await status(first, support.path)).toBe(403);

  await page.reload();
  await alive(page);
  const row = page.getByRole("row").filter({ hasText: "Limited" });
  await expect(row).toContainText("Copywriter");
  await expect(row).toContainText("600 per minute");
  await expect(row).toContainText("31 Jan 2125");
  await expect(row).toContainText(/just now|s ago/);
  await expect(row).toContainText("from 127.0.0.1");

  await row.locator("summary", { hasText: "Rotate" }).click();
  await row.getByLabel("The old secret works for").selectOption("24 hours");
  await row.getByRole("button", { name: "Rotate key" }).click();
  await expect(row).toContainText("Old secret works until");
  const second = await shown.innerText();
  expect(second).not.toBe(first);
  for (const key of [first, second]) {
    expect(await status(key, copywriter.path)).toBe(200);
  }
});

test("what a key may spend is set, shown and changed", async ({ page, organization, server }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page, "/settings/api-keys");
  await alive(page);
  await page.getByLabel("Name").fill("Spender");
  // The form of a new key comes before the table, whose rows have a field of that name too.
  await page.getByLabel("Monthly budget (USD)").first().fill("2.5");
  await page.getByRole("button", { name: "Create key" }).click();
  const key = await page.getByRole("status").locator("code").innerText();
  const record = async (execution: object) => {
    const response = await fetch(`${server.baseURL}/api${agent.path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify(execution),
    });
    return response.status;
  };
  expect(await record({ status: "success", costUSD: 2.75 })).toBe(201);
  expect(await record({ status: "running" })).toBe(429);

  await page.reload();
  await alive(page);
  const row = page.getByRole("row").filter({ hasText: "Spender" });
  await expect(row).toContainText("$2.75 of $2.5");
  await expect(row).toContainText("budget spent");

  await row.locator("summary", { hasText: "Limits" }).click();
  await expect(row.getByLabel("Monthly budget (USD)")).toHaveValue("2.5");
  await row.getByLabel("Monthly budget (USD)").fill("100");
  await row.getByLabel("Requests per minute").fill("600");
  await row.getByRole("button", { name: "Change limits" }).click();
  await expect(row).toContainText("$2.75 of $100");
  await expect(row).toContainText("600 per minute");
  await expect(row).not.toContainText("budget spent");
  expect(await record({ status: "running" })).toBe(201);

  await alive(page);
  await row.locator("summary", { hasText: "Limits" }).click();
  await row.getByLabel("Monthly budget (USD)").fill("");
  await row.getByRole("button", { name: "Change limits" }).click();
  await expect(row).not.toContainText("of $100");
  await expect(row).toContainText("600 per minute");
});
