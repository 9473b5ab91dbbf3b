import { alive } from "../../support/alive.ts";
import { dialog, fact, section } from "../../support/detail.ts";
import { eye } from "../../support/list.ts";
import { expect, test } from "../../support/test.ts";

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
    cacheReadTokens: 128,
    reasoningTokens: 20,
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
  await eye(page, "exec_xyz789").click();
  await expect(page).toHaveURL(`${agent.path}?execution=exec_xyz789`);
  await expect(dialog(page)).toHaveAccessibleName("18 Nov 2025, 09:45:00");

  await expect(fact(page, "Latency")).toHaveText("1,250 ms");
  await expect(fact(page, "Tokens")).toContainText("450");
  await expect(fact(page, "Tokens")).toContainText("400 in (128 cached) · 50 out (20 reasoning)");
  await expect(fact(page, "Cost")).toHaveText("$0.0023");
  await expect(fact(page, "Model")).toHaveText("gemini-1.5-pro");
  await expect(fact(page, "product_name")).toHaveText('"Smart Watch Pro"');
  await expect(section(page, "Output").locator("pre")).toHaveText("Meet the watch\nthat keeps up.");
  await expect(fact(page, "Version")).toHaveText("V3");
  await expect(fact(page, "Temperature")).toHaveText("0.7");
  await expect(section(page, "System prompt").locator("pre")).toHaveText("You write copy.");
  await expect(section(page, "User prompt").locator("pre")).toHaveText("Write about Smart Watch Pro.");
  await expect(fact(page, "Execution ID")).toHaveText("exec_xyz789");
  await expect(fact(page, "Source")).toHaveText("API");
  await expect(fact(page, "Executed by")).toHaveText("user_17");
  await expect(fact(page, "Executed at")).toHaveText("18 November 2025, 09:45:00 UTC");
  await expect(fact(page, "API key")).toHaveText(/^record and read al_\w+…$/);
  await expect(fact(page, "IP address")).toHaveText("127.0.0.1");
  await expect(fact(page, "User agent")).not.toHaveText("");
  await expect(section(page, "Metadata of the caller")).toContainText("s-1");
  await expect(dialog(page).getByRole("heading", { level: 3 })).toHaveText([
    "Performance metrics",
    "Input variables",
    "Output",
    "Prompt configuration",
    "Metadata",
  ]);
});

test("texts that begin with a line end keep it, and the page comes to life", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "end", status: "success", outputText: "\n", systemPrompt: "\n", userPrompt: "\n" },
    { executionId: "begin", status: "success", outputText: "\nfoo", userPrompt: "\n\nbar" },
  );
  await organization.signIn(page);
  const text = (title: string) =>
    section(page, title)
      .locator("pre")
      .first()
      .evaluate((pre) => pre.textContent);
  for (const [id, output, prompt] of [
    ["end", "\n", "\n"],
    ["begin", "\nfoo", "\n\nbar"],
  ] as const) {
    await page.goto(`${agent.path}?execution=${id}`);
    await alive(page);
    expect(await text("Output")).toBe(output);
    expect(await text("User prompt")).toBe(prompt);
  }
});

test("what is not known and does not apply is left out", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "bare", status: "canceled" });
  await organization.signIn(page, `${agent.path}?execution=bare`);
  await expect(fact(page, "Cost")).toHaveText("—unknown");
  await expect(fact(page, "Source")).toHaveText("API");
  for (const name of ["Executed by", "Version", "Temperature"]) {
    await expect(fact(page, name)).toHaveCount(0);
  }
  await expect(dialog(page).getByRole("heading", { level: 3 })).toHaveText([
    "Performance metrics",
    "Error",
    "Metadata",
  ]);
});

test("a failed one shows code and message of its error", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({
    executionId: "bad",
    status: "failed",
    errorCode: "RATE_LIMIT_EXCEEDED",
    errorMessage: "Try again\nin a minute.",
    latencyMs: 12_480,
  });
  await organization.signIn(page, `${agent.path}?execution=bad`);
  await expect(section(page, "Error")).toContainText("RATE_LIMIT_EXCEEDED");
  await expect(section(page, "Error")).toContainText("in a minute.");
  await expect(section(page, "Output")).toHaveCount(0);
  await expect(fact(page, "Latency")).toHaveText("slow: 12,480 ms");
});

test("variables tell their kind", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({
    executionId: "kinds",
    status: "success",
    inputVariables: {
      text: "two\nlines",
      count: 3,
      price: 0.5,
      isNew: true,
      nothing: null,
      tags: ["a", { b: 1 }],
    },
  });
  await organization.signIn(page, `${agent.path}?execution=kinds`);
  await expect(fact(page, "text").locator(".json-string")).toHaveText('"two\nlines"');
  await expect(fact(page, "count").locator(".json-number")).toHaveText("3");
  await expect(fact(page, "price").locator(".json-number")).toHaveText("0.5");
  await expect(fact(page, "isNew").locator(".json-word")).toHaveText("true");
  await expect(fact(page, "nothing").locator(".json-word")).toHaveText("null");
  const tags = JSON.parse(await fact(page, "tags").innerText()) as unknown;
  expect(tags).toEqual(["a", { b: 1 }]);
});

test("who ran it is a person where it is one of ours", async ({ page, organization, server }) => {
  const agent = await organization.createAgent();
  const email = `zoe.${organization.email}`;
  const person = { org: organization.name, email, password: organization.password };
  const executedBy = await server.addUser(person);
  await agent.record({ executionId: "ours", status: "success", executedBy });
  await organization.signIn(page, `${agent.path}?execution=ours`);
  await expect(fact(page, "Executed by")).toHaveText(email);
  await expect(fact(page, "Executed by").getByRole("link")).toHaveAttribute(
    "title",
    `Show only what ${executedBy} executed`,
  );
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
    executedBy: attack.slice(0, 40),
    metadata: { [attack]: attack },
  });
  await agent.record({
    executionId: "json",
    status: "success",
    outputText: JSON.stringify({ [attack]: [attack, { [attack]: attack }] }),
  });
  const expectTexts = async () => {
    for (const title of ["Output", "System prompt", "User prompt"]) {
      await expect(section(page, title).locator("pre")).toHaveText(attack);
    }
  };
  await organization.signIn(page, agent.path);
  await alive(page);
  await eye(page, "attack").click();
  await expectTexts();
  await page.reload();
  await alive(page);
  await expectTexts();
  await page.goto(`${agent.path}?execution=json`);
  await alive(page);
  await expect(section(page, "Output")).toContainText("window.isHacked");
  await expect(page.locator("main").locator("img, script, b")).toHaveCount(0);
  expect(await page.evaluate(() => "isHacked" in window)).toBe(false);
});

test("texts, link, id and command are copied as they are @wasm", async ({ page, organization, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const agent = await organization.createAgent();
  const inputVariables = { tone: "energetic", count: 3 };
  await agent.record({
    executionId: "copied",
    status: "success",
    inputVariables,
    outputText: "  two\n lines \n",
  });
  await organization.signIn(page, `${agent.path}?status=success&execution=copied`);
  await alive(page);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await section(page, "Output").getByRole("button", { name: "Copy" }).click();
  await expect(section(page, "Output").getByRole("button")).toHaveText("Copied");
  expect(await clipboard()).toBe("  two\n lines \n");
  await section(page, "Input variables").getByRole("button", { name: "Copy JSON" }).click();
  await expect.poll(async () => JSON.parse(await clipboard()) as unknown).toEqual(inputVariables);
  await dialog(page).getByRole("button", { name: "Copy ID" }).click();
  await expect.poll(clipboard).toBe("copied");
  await dialog(page).getByRole("button", { name: "Copy link" }).click();
  await expect.poll(clipboard).toBe(page.url());
  await dialog(page).getByRole("button", { name: "Copy as cURL" }).click();
  await expect.poll(clipboard).toContain(`/api${agent.path}/copied`);
  expect(await clipboard()).toContain("$AGENT_LEDGER_KEY");
});
