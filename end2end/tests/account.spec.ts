import type { Page } from "@playwright/test";
import { alive } from "../support/alive.ts";
import type { Organization } from "../support/organization.ts";
import type { Server } from "../support/server.ts";
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

/** Makes the organization's owner a viewer of another one, which has an owner of its own. */
async function join(page: Page, organization: Organization, server: Server): Promise<string> {
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
  return other;
}

test("somebody in two organizations goes from one to the other", async ({ page, organization, server }) => {
  await organization.createAgent("Copywriter");
  await join(page, organization, server);
  await page.locator("summary.avatar").click();
  await page.getByRole("button", { name: organization.name, exact: true }).click();
  await expect(page.locator(".organization")).toHaveText(organization.name);
  await expect(page.getByRole("link", { name: "Copywriter" })).toBeVisible();
});

test("somebody leaves and goes on in another organization", async ({ page, organization, server }) => {
  await organization.createAgent("Copywriter");
  const other = await join(page, organization, server);
  await page.goto("/settings/account");
  await alive(page);
  await expect(page.getByText(`You see nothing of ${other} any more.`)).toBeVisible();
  await page.locator("summary", { hasText: "Leave…" }).click();
  await page.getByRole("button", { name: "Leave organization" }).click();
  await expect(page.getByRole("link", { name: "Copywriter" })).toBeVisible();
  await expect(page.locator(".organization")).toHaveText(organization.name);
});

test("somebody without another organization is signed out by leaving", async ({
  page,
  organization,
  server,
}) => {
  const email = `second-${organization.email}`;
  await server.addUser({ org: organization.name, email, password: organization.password });
  await organization.signIn(page, "/settings/account");
  await alive(page);
  await page.locator("summary", { hasText: "Leave…" }).click();
  await page.getByRole("button", { name: "Leave organization" }).click();
  await expect(page.getByRole("status")).toContainText("You left the organization.");
  await organization.fillIn(page, organization.password);
  await expect(page.getByRole("alert")).toContainText("wrong");
});
