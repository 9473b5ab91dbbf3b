import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

test("an admin hands over a link, by which a forgotten password is replaced once", async ({
  page,
  organization,
  server,
  browser,
}) => {
  const email = `forgetful-${organization.email}`;
  await server.addUser({ org: organization.name, email, password: "forgotten in a week" });
  await organization.signIn(page, "/settings/members");
  await alive(page);
  const own = page.getByRole("row").filter({ hasText: "Leave" });
  await expect(own.locator("summary", { hasText: "Reset password" })).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: email });
  await row.locator("summary", { hasText: "Reset password" }).click();
  await row.getByRole("button", { name: "Make reset link" }).click();
  const link = await page.getByRole("status").locator("code").innerText();

  const context = await browser.newContext();
  const guest = await context.newPage();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Choose a new password");
  await expect(guest.getByLabel("E-mail address")).toHaveValue(email);
  await guest.getByLabel("New password").fill("remembered for ever");
  await guest.getByRole("button", { name: "Set password" }).click();
  await expect(guest.getByRole("status")).toContainText("The password is changed.");
  await guest.getByLabel("E-mail address").fill(email);
  await guest.getByLabel("Password").fill("remembered for ever");
  await guest.getByRole("button", { name: "Sign in" }).click();
  await expect(guest.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();

  await page.goto(link);
  await expect(page.getByText("expired or was used already")).toBeVisible();
  await context.close();
});

test("without a mail server the sign-in page says whom to ask", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByText("Ask an owner or admin")).toBeVisible();
  await page.goto("/forgot-password");
  await page.getByLabel("E-mail address").fill("mira@example.com");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("alert")).toContainText("sends no e-mail");
});
