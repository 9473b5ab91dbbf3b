import { alive } from "../support/alive.ts";
import { menu, row } from "../support/list.ts";
import { history } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

test("j and k go through the rows, and / to the filters @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, agent.path);
  await alive(page);
  const eye = (id: string) => row(page, id).getByRole("link");
  await page.keyboard.press("j");
  await expect(eye("exec_1")).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(eye("exec_3")).toBeFocused();
  await page.keyboard.press("j");
  await expect(eye("exec_3")).toBeFocused();
  await page.keyboard.press("k");
  await expect(eye("exec_2")).toBeFocused();
  await page.keyboard.press("/");
  await expect(menu(page, "Status")).toBeFocused();
});

test("keys that are typed into a field do nothing else @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, agent.path);
  await alive(page);
  const box = page.getByRole("searchbox", { name: "Find by execution ID" });
  await box.click();
  await page.keyboard.type("jkp?/");
  await expect(box).toHaveValue("jkp?/");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("? lists the keys; they can be turned off, which is remembered @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, agent.path);
  await alive(page);
  const sheet = page.getByRole("dialog", { name: "Keyboard" });
  await page.keyboard.press("?");
  await expect(sheet).toBeVisible();
  await expect(sheet.locator("kbd")).toHaveText(["j", "k", "/", "p", "?", "Enter", "Esc"]);
  await sheet.getByRole("checkbox", { name: "Single keys work" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  for (let visit = 0; visit < 2; visit++) {
    await page.keyboard.press("?");
    await page.keyboard.press("j");
    await expect(sheet).toBeHidden();
    await expect(row(page, "exec_1").getByRole("link")).not.toBeFocused();
    await page.reload();
    await alive(page);
  }
  await page.getByRole("button", { name: "Keyboard" }).click();
  await sheet.getByRole("checkbox", { name: "Single keys work" }).check();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await expect(row(page, "exec_1").getByRole("link")).toBeFocused();
});
