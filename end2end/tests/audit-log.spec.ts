import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

const PATH = "/settings/audit-log";

test("what somebody did is told, found by the filter and written to a file", async ({
  page,
  organization,
}) => {
  await organization.createAgent("Product copywriter");
  await organization.signIn(page, PATH);
  await alive(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit log");
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows.first()).toContainText(organization.email);
  await expect(rows.first()).toContainText("signed in");

  await page.getByRole("combobox", { name: "What", exact: true }).selectOption("agent");
  await page.getByLabel("On what").fill("COPYWRITER");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/action=agent/);
  await alive(page);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("made an agent");
  await expect(rows).toContainText("Product copywriter");
  await expect(page.getByLabel("On what")).toHaveValue("COPYWRITER");

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  expect((await download).suggestedFilename()).toBe("audit-log.csv");

  await page.getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(new RegExp(`${PATH}$`));
  await expect(rows.first()).toContainText("exported the audit log");
});

test("pages are links, and nothing is said in words", async ({ page, organization }) => {
  for (let number = 1; number <= 25; number += 1) {
    await organization.createAgent(`Agent ${number}`);
  }
  await organization.signIn(page, PATH);
  await alive(page);
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows).toHaveCount(20);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(page.getByRole("link", { name: "Previous" })).toBeVisible();
  await expect(page.getByText(/^Showing 21 to /)).toBeVisible();

  await page.goto(`${PATH}?actor=nobody&action=nonsense`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await expect(page.getByText("is ignored: action")).toBeVisible();
});
