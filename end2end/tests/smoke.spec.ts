import { expect, test } from "../support/test.ts";

test("the binary serves its page", async ({ page }) => {
  const response = await page.goto("/");
  expect(response?.status()).toBe(200);
  await expect(page).toHaveTitle(/Agent Ledger/);
  await expect(page.getByRole("main")).toBeVisible();
});
