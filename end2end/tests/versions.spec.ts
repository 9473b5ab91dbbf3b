import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";

test("versions are made and put in use", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page, `/agents/${agent.id}/versions`);
  await alive(page);
  const version = (number: string) =>
    page.locator("li.box").filter({ has: page.getByText(number, { exact: true }) });
  const active = page.getByText("Active", { exact: true });

  await page.getByLabel("Model").fill("gemini-1.5-pro");
  await page.getByLabel("Temperature").fill("0.7");
  await page.getByLabel("System prompt").fill("You write copy.");
  await page.getByLabel("User prompt template").fill("Write about {{product_name}}.\n<b>Short</b>.");
  await page.getByRole("button", { name: "Add version" }).click();
  await expect(version("V1").filter({ has: active })).toBeVisible();
  await expect(page.getByText("V1 active")).toBeVisible();
  await alive(page);
  await version("V1").getByText("Prompts").click();
  await expect(version("V1").locator("pre")).toHaveText([
    "You write copy.",
    "Write about {{product_name}}.\n<b>Short</b>.",
  ]);

  await page.getByLabel("Model").fill("gpt-4o");
  await page.getByLabel("User prompt template").fill("Write more.");
  await page.getByLabel("Activate it at once").uncheck();
  await page.getByRole("button", { name: "Add version" }).click();
  await expect(version("V2")).toContainText("gpt-4o");
  await expect(page.getByText("V1 active")).toBeVisible();
  await alive(page);
  await version("V2").getByRole("button", { name: "Activate" }).click();
  await expect(version("V2").filter({ has: active })).toBeVisible();
  await expect(page.getByText("V2 active")).toBeVisible();
  await expect(version("V1").getByRole("button", { name: "Activate" })).toBeVisible();
});
