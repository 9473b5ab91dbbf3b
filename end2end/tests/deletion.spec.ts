import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

test("an owner deletes the organization by its name and a password", async ({ page, organization }) => {
  await organization.createAgent();
  await organization.signIn(page, "/settings/organization");
  await alive(page);
  const remove = async (name: string, password: string) => {
    await page.locator("summary", { hasText: "Delete…" }).click();
    await page.getByLabel("Name of the organization").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Delete organization" }).click();
  };
  await remove("Another", organization.password);
  await expect(page.getByRole("alert")).toContainText("That is not the name of this organization.");
  await alive(page);
  await remove(organization.name, "not the password");
  await expect(page.getByRole("alert")).toContainText("The password is wrong.");
  await alive(page);
  await remove(organization.name, organization.password);
  await expect(page.getByRole("status")).toContainText("The organization is deleted.");
  await organization.fillIn(page, organization.password);
  await expect(page.getByRole("alert")).toContainText("wrong");
});
