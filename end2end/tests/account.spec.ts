import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

test("a password is changed, and a session elsewhere is ended", async ({ page, organization, browser }) => {
  const context = await browser.newContext();
  const elsewhere = await context.newPage();
  await organization.signIn(elsewhere);
  await organization.signIn(page, "/settings/account");
  await alive(page);
  const rows = page.getByRole("row").filter({ hasText: "127.0.0.1" });
  await expect(rows).toHaveCount(2);
  await rows.getByRole("button", { name: "Sign out there" }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("this one");
  await elsewhere.reload();
  await expect(elsewhere.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await context.close();

  const change = async (current: string, next: string) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill(next);
    await page.getByRole("button", { name: "Change password" }).click();
  };
  await change("not the password", "another long password");
  await expect(page.getByRole("alert")).toContainText("wrong");
  await change(organization.password, "another long password");
  await expect(page.getByRole("status")).toContainText("The password is changed.");
});

test("somebody in two organizations goes from one to the other", async ({ page, organization, server }) => {
  await organization.createAgent("Copywriter");
  const other = `Other ${organization.name}`;
  const owner = { email: `owner-${organization.email}`, password: organization.password };
  await server.addUser({ org: other, ...owner });
  const key = await server.createKey(other, "admin", ["admin"]);
  const invited = await fetch(`${server.baseURL}/api/invitations`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ email: organization.email, role: "viewer" }),
  });
  const { link } = (await invited.json()) as { link: string };
  await page.goto(server.baseURL + link);
  await page.getByLabel("Password").fill(organization.password);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.locator(".organization")).toHaveText(other);
  await page.locator("summary.avatar").click();
  await page.getByRole("button", { name: organization.name, exact: true }).click();
  await expect(page.locator(".organization")).toHaveText(organization.name);
  await expect(page.getByRole("link", { name: "Copywriter" })).toBeVisible();
});
