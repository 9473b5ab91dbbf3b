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
