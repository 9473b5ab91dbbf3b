import { alive } from "../../support/alive.ts";
import { dialog, fact, section } from "../../support/detail.ts";
import { eye } from "../../support/list.ts";
import { expect, test } from "../../support/test.ts";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";

const laidOut = (page: Page) => section(page, "Output").locator(".laid-out");
const written = (page: Page) => section(page, "Output").locator(".written");

// A page shows no more than 100 kB of a text.
const LONG = 95_000;

test("JSON is laid out, folded, and shown as it was written", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  const outputText = '{"id": 12345678901234567890123, "tags":["a","b"], "who": {"name":"Zo\\u00eb"}}';
  await agent.record({ executionId: "json", status: "success", outputText });
  await organization.signIn(page, `${agent.path}?execution=json`);
  await alive(page);
  await expect(laidOut(page)).toBeVisible();
  await expect(written(page)).toBeHidden();
  await expect(laidOut(page).locator(".json-number")).toHaveText("12345678901234567890123");
  await expect(laidOut(page).locator(".json-name")).toHaveText(['"id"', '"tags"', '"who"', '"name"']);

  const tags = laidOut(page).locator("summary").filter({ hasText: '"tags"' });
  await expect(laidOut(page).getByText('"b"')).toBeVisible();
  await tags.click();
  await expect(laidOut(page).getByText('"b"')).toBeHidden();
  await expect(tags).toContainText("2 items");

  await section(page, "Output").getByRole("radio", { name: "As written" }).check();
  await expect(laidOut(page)).toBeHidden();
  await expect(written(page)).toHaveText(outputText);
  await section(page, "Output").getByRole("radio", { name: "Formatted" }).check();
  await expect(laidOut(page)).toBeVisible();
});

test("what only looks like JSON is text", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "text", status: "success", outputText: '{"id": 1,}' });
  await organization.signIn(page, `${agent.path}?execution=text`);
  await expect(written(page)).toHaveText('{"id": 1,}');
  await expect(laidOut(page)).toHaveCount(0);
  await expect(section(page, "Output").getByRole("radio")).toHaveCount(0);
});

for (const [name, outputText] of [
  ["text", "A line of some words that were said.\n".repeat(LONG / 37)],
  [
    "JSON",
    JSON.stringify(Array.from({ length: 1_900 }, (_, id) => ({ id, name: "a name", tags: ["x", id] }))),
  ],
] as const) {
  test(`95 kB of ${name} open whole and with few elements @wasm`, async ({ page, organization }) => {
    const agent = await organization.createAgent();
    await agent.record({ executionId: "long", status: "success", outputText });
    await organization.signIn(page, agent.path);
    await alive(page);
    await eye(page, "long").click();
    await expect(section(page, "Output")).toBeVisible();
    expect(await written(page).evaluate((pre) => pre.textContent)).toBe(outputText);
    expect(await dialog(page).evaluate((dialog) => dialog.querySelectorAll("*").length)).toBeLessThan(3_000);
    await expect(fact(page, "Execution ID")).toHaveText("long");
  });
}

test("a longer text shows its beginning, and the whole is a download", async ({ page, organization }) => {
  const outputText = "A line of some words that were said.\n".repeat(5_000);
  const agent = await organization.createAgent();
  await agent.record({ executionId: "longer", status: "success", outputText });
  await organization.signIn(page, `${agent.path}?execution=longer`);
  const output = section(page, "Output");
  await expect(output.locator(".hint")).toHaveText("The first 100 kB of 185 kB are shown. Download");
  const shown = await output.locator("pre").evaluate((pre) => pre.textContent);
  expect(shown).toBe(outputText.slice(0, 100_000));
  await expect(output.getByRole("button")).toHaveCount(0);
  const downloading = page.waitForEvent("download");
  await output.getByRole("link", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("longer.json");
  const whole: unknown = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(whole).toMatchObject({ execution: { outputText } });
});
