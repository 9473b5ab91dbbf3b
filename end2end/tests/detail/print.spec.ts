import { dialog, section } from "../../support/detail.ts";
import { alive } from "../../support/alive.ts";
import { expect, test } from "../../support/test.ts";

for (const [form, outputText] of [
  ["text", "A line of some words that were said.\n".repeat(300)],
  ["JSON", JSON.stringify(Array.from({ length: 300 }, (_, id) => `line ${id}`))],
] as const) {
  test(`on paper it is whole, and all there is, with an output of ${form}`, async ({
    page,
    organization,
  }) => {
    const agent = await organization.createAgent();
    await agent.record({ executionId: "long", status: "success", outputText, metadata: { a: 1 } });
    await organization.signIn(page, `${agent.path}?execution=long`);
    await alive(page);
    await page.emulateMedia({ media: "print" });
    await expect(page.locator("table.executions")).toBeHidden();
    await expect(dialog(page).getByRole("link", { name: "Close" })).toBeHidden();
    const output = section(page, "Output").locator(".laid-out, .written").filter({ visible: true });
    const [inner, outer] = await output.evaluate((output) => [output.scrollHeight, output.clientHeight]);
    expect(inner).toBe(outer);
    // 300 lines fill more than three pages, and the sections below come after them.
    const pdf = await page.pdf({ format: "A4" });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(3);
  });
}

test("it fills the narrowest screen and scrolls nowhere sideways", async ({ page, organization }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const agent = await organization.createAgent();
  const word = "unbroken".repeat(60);
  await agent.record({
    executionId: "e".repeat(64),
    status: "failed",
    model: word.slice(0, 60),
    version: word.slice(0, 60),
    errorCode: "RATE_LIMIT_EXCEEDED",
    errorMessage: word,
    inputVariables: { [word]: word },
    outputText: JSON.stringify({ [word]: { [word]: word } }),
    systemPrompt: word,
    executedBy: word.slice(0, 100),
  });
  await organization.signIn(page, `${agent.path}?execution=${"e".repeat(64)}`);
  await alive(page);
  const box = await dialog(page).boundingBox();
  expect(box?.x).toBe(0);
  expect(box?.height).toBe(640);
  const overflow = await dialog(page)
    .locator(".detail-body, .detail-head, .laid-out, pre, .variables")
    .evaluateAll((parts) => parts.map((part) => part.scrollWidth - part.clientWidth));
  expect(Math.max(...overflow)).toBe(0);
});
