import { alive } from "../support/alive.ts";
import { row } from "../support/list.ts";
import { expect, test } from "../support/test.ts";
import type { Page } from "@playwright/test";

const section = (page: Page, title: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

const fact = (page: Page, name: string) =>
  page.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("xpath=following-sibling::dd[1]");

test("the eye opens everything that was recorded", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({
    executionId: "exec_xyz789",
    status: "success",
    source: "api",
    executedAt: "2025-11-18T09:45:00Z",
    latencyMs: 1_250,
    inputTokens: 400,
    outputTokens: 50,
    costUSD: 0.0023,
    model: "gemini-1.5-pro",
    version: "V3",
    temperature: 0.7,
    inputVariables: { product_name: "Smart Watch Pro", tone: "energetic" },
    systemPrompt: "You write copy.",
    userPrompt: "Write about Smart Watch Pro.",
    outputText: "Meet the watch\nthat keeps up.",
    executedBy: "user_17",
    metadata: { session: "s-1" },
  });
  await organization.signIn(page, agent.path);
  await alive(page);
  await row(page, "exec_xyz789").getByRole("link", { name: "View details" }).click();
  await expect(page).toHaveURL(`${agent.path}/exec_xyz789`);

  await expect(fact(page, "Latency")).toHaveText("1,250 ms");
  await expect(fact(page, "Tokens")).toContainText("450");
  await expect(fact(page, "Tokens")).toContainText("400 in · 50 out");
  await expect(fact(page, "Cost")).toHaveText("$0.0023");
  await expect(fact(page, "Model")).toHaveText("gemini-1.5-pro");
  await expect(section(page, "Input variables").locator("pre")).toContainText("Smart Watch Pro");
  await expect(section(page, "Output").locator("pre")).toHaveText("Meet the watch\nthat keeps up.");
  await expect(fact(page, "Version")).toHaveText("V3");
  await expect(fact(page, "Temperature")).toHaveText("0.7");
  await expect(section(page, "System prompt").locator("pre")).toHaveText("You write copy.");
  await expect(section(page, "User prompt").locator("pre")).toHaveText("Write about Smart Watch Pro.");
  await expect(fact(page, "Execution ID")).toHaveText("exec_xyz789");
  await expect(fact(page, "Source")).toHaveText("API");
  await expect(fact(page, "Executed by")).toHaveText("user_17");
  await expect(fact(page, "Executed at")).toHaveText("18 November 2025, 09:45:00 UTC");
  await expect(fact(page, "API key ID")).toHaveText(/al_\w+_…/);
  await expect(fact(page, "IP address")).toHaveText("127.0.0.1");
  await expect(fact(page, "User agent")).not.toHaveText("");
  await expect(section(page, "Metadata of the caller")).toContainText("s-1");
});

test("a failed one shows code and message of its error", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({
    executionId: "bad",
    status: "failed",
    errorCode: "RATE_LIMIT_EXCEEDED",
    errorMessage: "Try again\nin a minute.",
  });
  await organization.signIn(page, `${agent.path}/bad`);
  await expect(section(page, "Error")).toContainText("RATE_LIMIT_EXCEEDED");
  await expect(section(page, "Error")).toContainText("in a minute.");
  await expect(section(page, "Output")).toHaveCount(0);
  await expect(fact(page, "Cost")).toHaveText("—unknown");
});

test("what an agent said stays text", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  const attack = `</pre><script>window.isHacked = true</script><img src=x onerror="window.isHacked = true">&amp;<b>`;
  await agent.record({
    executionId: "attack",
    status: "failed",
    version: attack.slice(0, 60),
    model: attack.slice(0, 60),
    inputVariables: { [attack]: attack },
    systemPrompt: attack,
    userPrompt: attack,
    outputText: attack,
    errorCode: attack.slice(0, 40),
    errorMessage: attack,
    metadata: { [attack]: attack },
  });
  await organization.signIn(page, agent.path);
  await alive(page);
  await row(page, "attack").getByRole("link", { name: "View details" }).click();
  for (const title of ["Output", "System prompt", "User prompt"]) {
    await expect(section(page, title).locator("pre")).toHaveText(attack);
  }
  await page.reload();
  await alive(page);
  for (const title of ["Output", "System prompt", "User prompt"]) {
    await expect(section(page, title).locator("pre")).toHaveText(attack);
  }
  await expect(page.locator("main").locator("img, script, b")).toHaveCount(0);
  expect(await page.evaluate(() => "isHacked" in window)).toBe(false);
});

test("texts are copied as they are @wasm", async ({ page, organization, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const agent = await organization.createAgent();
  const inputVariables = { tone: "energetic", count: 3 };
  await agent.record({
    executionId: "copied",
    status: "success",
    inputVariables,
    outputText: "  two\n lines \n",
  });
  await organization.signIn(page, `${agent.path}/copied`);
  await alive(page);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await section(page, "Output").getByRole("button", { name: "Copy" }).click();
  await expect(section(page, "Output").getByRole("button")).toHaveText("Copied");
  expect(await clipboard()).toBe("  two\n lines \n");
  await section(page, "Input variables").getByRole("button", { name: "Copy JSON" }).click();
  await expect.poll(async () => JSON.parse(await clipboard()) as unknown).toEqual(inputVariables);
});

test("the way back leads to the list as it was", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    ...Array.from({ length: 25 }, (_, index) => ({ executionId: `e${index}`, status: "failed" })),
  );
  await organization.signIn(page, `${agent.path}?status=failed&page=2`);
  await alive(page);
  await row(page, "e").first().getByRole("link").click();
  await expect(page.getByRole("link", { name: "Back to the list" })).toBeVisible();
  await page.getByRole("link", { name: "Back to the list" }).click();
  await expect(page).toHaveURL(`${agent.path}?status=failed&page=2`);
});

test.describe("an execution that nobody recorded", () => {
  test.use({ expectedStatuses: [404] });

  test("is not found", async ({ page, organization }) => {
    const agent = await organization.createAgent();
    await organization.signIn(page);
    const response = await page.goto(`${agent.path}/exec_none`);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  });
});
