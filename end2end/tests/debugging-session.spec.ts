// From "something fails" to a file for the ticket: the way through the page that its users go every day.
import { readFile } from "node:fs/promises";
import { alive } from "../support/alive.ts";
import { dialog, fact, section, step } from "../support/detail.ts";
import { choose, chooseRange, eye, menu, rows, shownIds } from "../support/list.ts";
import { history, minutesAgo } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

const TIMEOUTS = 6;

test("failures are found, understood and taken along", async ({ page, organization }) => {
  const agent = await organization.createAgent("Product copywriter");
  const variables = { product_name: "Smart Watch Pro", tone: "energetic" };
  await agent.record(
    ...history(60, { inputVariables: variables }),
    // All within ten minutes, the newest first; one of them without its tone.
    ...Array.from({ length: TIMEOUTS }, (_, index) => ({
      executionId: `timeout_${index + 1}`,
      status: "failed",
      source: "api",
      executedAt: minutesAgo(20 + index),
      latencyMs: 30_000,
      errorCode: "TIMEOUT",
      errorMessage: "The provider sent no answer within 30 s.",
      version: "V3",
      model: "gemini-1.5-pro",
      inputVariables: index === 0 ? { ...variables, tone: "" } : variables,
    })),
    { executionId: "from-dashboard", status: "failed", source: "dashboard", errorCode: "TOOL_ERROR" },
  );
  await organization.signIn(page, agent.path);

  // What failed over the API in the last week?
  await choose(page, "Status", "Failed");
  await choose(page, "Source", "API");
  await chooseRange(page, "Last 7 days");
  await expect(menu(page, "Status")).toContainText("Failed");
  await expect(rows(page)).toHaveCount(TIMEOUTS);
  const list = page.url();

  // Why? The newest one, and what its own history says of it.
  await alive(page);
  await eye(page, "timeout_1").click();
  await expect(section(page, "Error")).toContainText("TIMEOUT");
  await expect(section(page, "Error")).toContainText("The provider sent no answer within 30 s.");
  const hints = section(page, "Error").getByRole("listitem");
  await expect(hints.filter({ hasText: /5 other executions of this agent/ })).toHaveCount(1);
  await expect(hints.filter({ hasText: "tone" })).toHaveCount(1);
  const evidence = hints.filter({ hasText: /5 other executions of this agent/ }).getByRole("link");
  const href = (await evidence.getAttribute("href")) ?? "";
  const shown = await page.context().newPage();
  await shown.goto(href);
  await expect
    .poll(async () => (await shownIds(shown)).filter((id) => id.startsWith("timeout_")).length)
    .toBe(TIMEOUTS);
  await shown.close();

  // Are the others alike?
  for (let number = 2; number <= TIMEOUTS; number++) {
    await step(page, "older").click();
    await expect(fact(page, "Execution ID")).toHaveText(`timeout_${number}`);
  }
  await expect(step(page, "older")).toHaveAttribute("aria-disabled", "true");
  await dialog(page).getByRole("link", { name: "Close" }).click();
  await expect(page).toHaveURL(list);

  // Take them along.
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#export").click()]);
  const csv = await readFile(await file.path(), "utf8");
  const ids = csv
    .trimEnd()
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(",")[0]);
  expect(ids).toEqual(Array.from({ length: TIMEOUTS }, (_, index) => `timeout_${index + 1}`));
});
