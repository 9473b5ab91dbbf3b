import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

test("somebody is invited, joins, gets another role and is removed", async ({
  page,
  organization,
  browser,
}) => {
  await organization.createAgent();
  const email = `invited-${organization.email}`;
  await organization.signIn(page, "/settings/members");
  await alive(page);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Role").last().selectOption("viewer");
  await page.getByRole("button", { name: "Make link" }).click();
  const link = await page.getByRole("status").locator("code").innerText();

  const context = await browser.newContext();
  const guest = await context.newPage();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText(`Join ${organization.name}`);
  await guest.getByLabel("Password").fill("a very long password");
  await guest.getByRole("button", { name: "Join" }).click();
  await expect(guest.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();
  await expect(guest.getByRole("link", { name: "Settings" })).toHaveCount(0);

  await page.reload();
  await alive(page);
  const row = page.getByRole("row").filter({ hasText: email });
  // The first cell, since the form for another role names all of them.
  const role = row.getByRole("cell").first();
  await expect(role).toContainText("viewer");
  await row.locator("summary", { hasText: "Change role" }).click();
  await row.getByLabel("Role").selectOption("admin");
  await row.getByRole("button", { name: "Set role" }).click();
  await expect(role).toContainText("admin");
  await guest.reload();
  await expect(guest.getByRole("link", { name: "Settings" })).toBeVisible();

  await row.locator("summary", { hasText: "Remove" }).click();
  await row.getByRole("button", { name: "Remove person" }).click();
  await expect(row).toHaveCount(0);
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await context.close();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 800 } });

  test("what can be done to a person is not cut off by the table", async ({ page, organization }) => {
    await organization.signIn(page, "/settings/members");
    await alive(page);
    await page.locator("summary", { hasText: "Change role" }).click();
    await expect(page.getByRole("button", { name: "Set role" })).toBeInViewport();
  });
});

test("the only owner is told before that they cannot leave", async ({ page, organization }) => {
  await organization.signIn(page, "/settings/members");
  await alive(page);
  const row = page.getByRole("row").filter({ hasText: organization.email });
  await row.getByRole("link", { name: "Leave" }).click();
  await expect(page.getByText(`You are the only owner of ${organization.name}.`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Leave organization" })).toHaveCount(0);
});
