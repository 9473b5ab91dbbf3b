import { alive, hasWasm } from "../../support/alive.ts";
import { chips, menu, rows, shownIds } from "../../support/list.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

/** Ticks or unticks choices of the rarer filters, and closes them. */
async function tick(page: Page, ...choices: [list: string, choice: string][]): Promise<void> {
  await alive(page);
  await menu(page, "More").click();
  for (const [list, choice] of choices) {
    const before = page.url();
    await page.getByRole("group", { name: list }).getByText(choice, { exact: true }).click();
    if (hasWasm()) {
      await expect(page).not.toHaveURL(before);
    }
  }
  if (hasWasm()) {
    await menu(page, "More").click();
  } else {
    await page.locator(".more").getByRole("button", { name: "Apply" }).click();
  }
}

test("version, model and error code are chosen from what occurs", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "wanted", status: "failed", version: "V3", model: "gpt-4o", errorCode: "TIMEOUT" },
    { executionId: "other-version", status: "failed", version: "V2", model: "gpt-4o", errorCode: "TIMEOUT" },
    { executionId: "other-model", status: "failed", version: "V3", model: "o1", errorCode: "TIMEOUT" },
    { executionId: "other-code", status: "failed", version: "V3", model: "gpt-4o", errorCode: "OTHER" },
  );
  await organization.signIn(page, agent.path);
  await expect(menu(page, "More")).toHaveText("More");
  await tick(page, ["Version", "V3"], ["Model", "gpt-4o"], ["Error code", "TIMEOUT"]);
  await expect(menu(page, "More")).toHaveText("More (3)");
  await expect(page).toHaveURL(/[?&]errorCode=TIMEOUT/);
  await expect.poll(() => shownIds(page)).toEqual(["wanted"]);
  await expect(chips(page)).toHaveText(["Version: V3×", "Model: gpt-4o×", "Error code: TIMEOUT×", "Clear"]);
  await tick(page, ["Model", "gpt-4o"], ["Error code", "TIMEOUT"]);
  await expect(menu(page, "More")).toHaveText("More (1)");
  await expect(rows(page)).toHaveCount(3);
});

test("an API key is chosen by its name", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "one", status: "success" });
  await organization.signIn(page, agent.path);
  await tick(page, ["API key", "record and read"]);
  await expect(page).toHaveURL(/[?&]apiKeyId=/);
  await expect(chips(page).first()).toHaveText("API key: record and read×");
  await expect.poll(() => shownIds(page)).toEqual(["one"]);
});

test("a value that never occurred is listed while it is filtered for", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "one", status: "success", version: "V1" });
  await organization.signIn(page, `${agent.path}?version=V9`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await tick(page, ["Version", "V9"]);
  await expect(rows(page)).toHaveCount(1);
});

test("an agent without a history offers the box alone", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page, agent.path);
  await alive(page);
  await menu(page, "More").click();
  const panel = page.locator(".more .panel");
  await expect(panel.getByRole("group")).toHaveCount(1);
  await expect(panel.getByRole("searchbox", { name: "Executed by" })).toBeVisible();
});

test("a provider is chosen from the menu, and who executed is typed or followed", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "miras", status: "success", provider: "openai", executedBy: "mira" },
    { executionId: "toms", status: "success", provider: "openai", executedBy: "tom" },
    { executionId: "elsewhere", status: "success", provider: "google", executedBy: "mira" },
  );
  await organization.signIn(page, agent.path);
  await tick(page, ["Provider", "openai"]);
  await expect.poll(async () => (await shownIds(page)).sort()).toEqual(["miras", "toms"]);
  await menu(page, "More").click();
  await page.getByRole("searchbox", { name: "Executed by" }).fill("mira");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]executedBy=mira/);
  await expect.poll(() => shownIds(page)).toEqual(["miras"]);
  await expect(chips(page)).toHaveText(["Provider: openai×", "Executed by: mira×", "Clear"]);
  // The detail tells the provider, and leads to everything of the same person.
  await page.goto(`${agent.path}?execution=toms`);
  await alive(page);
  await expect(page.getByRole("dialog")).toContainText("openai");
  await page.getByRole("link", { name: "tom", exact: true }).click();
  await expect(page).toHaveURL(`${agent.path}?executedBy=tom`);
  await expect.poll(() => shownIds(page)).toEqual(["toms"]);
});

test("a long list is searched @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    ...Array.from({ length: 30 }, (_, index) => ({ status: "success", model: `model-${index + 1}` })),
  );
  await organization.signIn(page, agent.path);
  await alive(page);
  await menu(page, "More").click();
  const models = page.getByRole("group", { name: "Model" });
  await expect(models.getByRole("checkbox")).toHaveCount(30);
  const box = models.getByRole("searchbox", { name: "Search: model" });
  await box.fill("EL-17");
  await expect(models.getByRole("checkbox")).toHaveCount(1);
  await box.press("Enter");
  await expect(page).toHaveURL(agent.path);
  await models.getByText("model-17", { exact: true }).click();
  await expect(page).toHaveURL(`${agent.path}?model=model-17`);
  await expect(rows(page)).toHaveCount(1);
});
