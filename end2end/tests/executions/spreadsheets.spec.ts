// The exported file in LibreOffice and in pandas: every value as it was, and no cell that runs.
import { history, type Agent } from "../../support/organization.ts";
import { officeIsMissing, openInOffice, openInPandas, pandasIsMissing } from "../../support/spreadsheets.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

/** What breaks careless files. A value that a spreadsheet would run is guarded by an apostrophe. */
const VALUES = {
  formula: '=HYPERLINK("http://evil.example";"x")',
  sum: "=1+1",
  minus: "-2+3",
  at: "@SUM(A1)",
  plus: "+1",
  quotes: 'say "hi", twice',
  comma: "a,b;c",
  zeros: "007",
  exponent: "1e5",
  date: "2025-11-18",
  spaces: "  padded  ",
  unicode: "Größe 写手 👩‍👩‍👧",
  apostrophe: "'quoted'",
};

async function exported(page: Page, agent: Agent): Promise<{ file: string; expected: string[][] }> {
  await page.goto(agent.path);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#export").click()]);
  const file = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(file);
  const guarded = (value: string) => (/^[=+\-@]/.test(value) ? `'${value}` : value);
  const expected = Object.entries(VALUES).map(([name, value], index) => [
    name,
    "success",
    "api",
    `2025-11-18T09:${String(59 - index).padStart(2, "0")}:00Z`,
    "1250",
    "450",
    "0.000000001",
    guarded(value),
    "V3",
  ]);
  return { file, expected };
}

const HEAD = "Execution ID,Status,Source,Executed At,Latency (ms),Tokens,Cost (USD),Model,Version".split(",");

test.describe("an exported file", () => {
  test.beforeEach(async ({ page, organization }) => organization.signIn(page));

  const furnish = async (agent: Agent) => {
    const records = Object.entries(VALUES).map(([executionId, model], index) => ({
      ...history(1)[0],
      executionId,
      status: "success",
      executedAt: `2025-11-18T09:${String(59 - index).padStart(2, "0")}:00Z`,
      latencyMs: 1_250,
      costUSD: 0.000000001,
      model,
    }));
    await agent.record(...records);
  };

  test("opens in LibreOffice with every value @no-wasm", async ({ page, organization }) => {
    test.skip(officeIsMissing() !== undefined, officeIsMissing());
    const agent = await organization.createAgent();
    await furnish(agent);
    const { file, expected } = await exported(page, agent);
    expect(await openInOffice(file)).toEqual([HEAD, ...expected]);
  });

  test("opens in pandas with every value @no-wasm", async ({ page, organization }) => {
    const missing = await pandasIsMissing();
    test.skip(missing !== undefined, missing);
    const agent = await organization.createAgent();
    await furnish(agent);
    const { file, expected } = await exported(page, agent);
    expect(await openInPandas(file)).toEqual([HEAD, ...expected]);
  });
});
