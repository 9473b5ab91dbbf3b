import { alive, hasWasm } from "../../support/alive.ts";
import { dialog, fact, section, step } from "../../support/detail.ts";
import { hold } from "../../support/hold.ts";
import { eye, rows, shownIds } from "../../support/list.ts";
import { history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

const isModal = (page: Page) => page.evaluate(() => document.querySelector("dialog:modal") !== null);

test("the list stays in sight, and is as it was after closing", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(25, { status: "failed" }));
  await organization.signIn(page, `${agent.path}?status=failed&page=2`);
  await alive(page);
  await eye(page, "exec_23").click();
  await expect(page).toHaveURL(`${agent.path}?status=failed&page=2&execution=exec_23`);
  await expect(dialog(page)).toBeVisible();
  await expect(page.locator("table.executions tbody tr")).toHaveCount(5);
  await expect(page).toHaveTitle(/^exec_23 · /);
  await dialog(page).getByRole("link", { name: "Close" }).click();
  await expect(page).toHaveURL(`${agent.path}?status=failed&page=2`);
  await expect(dialog(page)).toHaveCount(0);
  await expect(page).toHaveTitle(/^Executions · /);
});

test("an execution's own address opens it beside the list", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page);
  await page.goto(`${agent.path}/exec_2?status=success`);
  await expect(page).toHaveURL(`${agent.path}?execution=exec_2&status=success`);
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
});

test("reload keeps it open, Back closes it", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, agent.path);
  await alive(page);
  await eye(page, "exec_2").click();
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
  await page.reload();
  await alive(page);
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
  expect(await isModal(page)).toBe(hasWasm());
  await page.goBack();
  await expect(page).toHaveURL(agent.path);
  await expect(dialog(page)).toHaveCount(0);
  await page.goForward();
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
});

test("it is modal, takes the focus, and gives it back in every way of closing @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, agent.path);
  await alive(page);
  const ways: (() => Promise<void>)[] = [
    () => page.keyboard.press("Escape"),
    () => dialog(page).getByRole("link", { name: "Close" }).click(),
    () => page.mouse.click(20, 300),
    async () => void (await page.goBack()),
  ];
  for (const close of ways) {
    await eye(page, "exec_2").focus();
    await page.keyboard.press("Enter");
    await expect(fact(page, "Execution ID")).toHaveText("exec_2");
    expect(await isModal(page)).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null)).toBe(true);
    await close();
    await expect(page).toHaveURL(agent.path);
    await expect(dialog(page)).toHaveCount(0);
    await expect(eye(page, "exec_2")).toBeFocused();
  }
});

test("a selection that ends outside does not close it @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "long", status: "success", outputText: "words ".repeat(50) });
  await organization.signIn(page, `${agent.path}?execution=long`);
  await alive(page);
  const output = await section(page, "Output").locator("pre").boundingBox();
  await page.mouse.move((output?.x ?? 0) + 40, (output?.y ?? 0) + 20);
  await page.mouse.down();
  await page.mouse.move(20, 300);
  await page.mouse.up();
  await expect(page).toHaveURL(`${agent.path}?execution=long`);
  await expect(dialog(page)).toBeVisible();
});

test("closing leaves no entry in the history that Back would stumble over @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page);
  await alive(page);
  await page.getByRole("link", { name: "Product copywriter" }).click();
  await eye(page, "exec_2").click();
  await step(page, "older").click();
  await expect(fact(page, "Execution ID")).toHaveText("exec_3");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(agent.path);
  await expect(eye(page, "exec_3")).toBeFocused();
  await page.goBack();
  await expect(page).toHaveURL("/agents");
});

test("opening neither asks for the list again nor scrolls it @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(60));
  await organization.signIn(page, `${agent.path}?limit=50`);
  await alive(page);
  await eye(page, "exec_45").scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => window.scrollY);
  expect(before).toBeGreaterThan(100);
  const results = page.locator(".results");
  await page.evaluate(() => {
    const busy: string[] = [];
    Object.assign(window, { busy });
    const results = document.querySelector(".results");
    new MutationObserver((records) => {
      busy.push(...records.map((record) => record.attributeName ?? ""));
    }).observe(results as Element, { attributes: true, attributeFilter: ["aria-busy"] });
  });
  await eye(page, "exec_45").click();
  await expect(fact(page, "Execution ID")).toHaveText("exec_45");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(results).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { busy: string[] }).busy)).toEqual([]);
  expect(await page.evaluate(() => window.scrollY)).toBe(before);
});

test("next and previous walk the filtered list across its pages", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(45, { status: "failed" }));
  await agent.record({ executionId: "other", status: "success" });
  await organization.signIn(page, `${agent.path}?status=failed`);
  await alive(page);
  await eye(page, "exec_1").click();
  await expect(step(page, "newer")).toHaveAttribute("aria-disabled", "true");
  await expect(step(page, "newer")).not.toHaveAttribute("href");
  await step(page, "older").click();
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
  await page.goto(`${agent.path}?status=failed&page=2&execution=exec_38`);
  await alive(page);
  for (const id of [39, 40, 41, 42, 43, 44, 45].map((number) => `exec_${number}`)) {
    await step(page, "older").click();
    await expect(fact(page, "Execution ID")).toHaveText(id);
  }
  await expect(step(page, "older")).toHaveAttribute("aria-disabled", "true");
  await expect(page).toHaveURL(`${agent.path}?status=failed&page=3&execution=exec_45`);
  await step(page, "newer").click();
  await expect(fact(page, "Execution ID")).toHaveText("exec_44");
});

test("the list behind follows to the page of what is shown", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(45));
  await organization.signIn(page, `${agent.path}?execution=exec_20`);
  await alive(page);
  await step(page, "older").click();
  await expect(fact(page, "Execution ID")).toHaveText("exec_21");
  await expect(page).toHaveURL(`${agent.path}?page=2&execution=exec_21`);
  await dialog(page).getByRole("link", { name: "Close" }).click();
  await expect(page).toHaveURL(`${agent.path}?page=2`);
  await expect(rows(page)).toHaveCount(20);
  await expect.poll(async () => (await shownIds(page))[0]).toBe("exec_21");
  if (hasWasm()) {
    await expect(eye(page, "exec_21")).toBeFocused();
  }
});

test("the focus stays on the button that steps, and the old detail until the next is there @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(5));
  await organization.signIn(page, `${agent.path}?execution=exec_2`);
  await alive(page);
  const answer = await hold(page, "**/_fn/execution");
  await step(page, "older").focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${agent.path}?execution=exec_3`);
  await expect(dialog(page).locator(".detail-body")).toHaveAttribute("aria-busy", "true");
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
  answer();
  await expect(fact(page, "Execution ID")).toHaveText("exec_3");
  await expect(dialog(page).locator(".detail-body")).not.toHaveAttribute("aria-busy");
  await expect(step(page, "older")).toBeFocused();
});

test("the first time a place is held until it is there @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(5));
  await organization.signIn(page, agent.path);
  await alive(page);
  const answer = await hold(page, "**/_fn/execution");
  await eye(page, "exec_2").click();
  await expect(dialog(page)).toHaveAccessibleName("Loading the execution");
  await expect(dialog(page).locator(".skeleton")).toHaveCount(1);
  answer();
  await expect(fact(page, "Execution ID")).toHaveText("exec_2");
});

test("one that runs turns final while it is open @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "run", status: "running" });
  await organization.signIn(page, agent.path);
  await alive(page);
  await eye(page, "run").click();
  await expect(dialog(page).locator(".badge")).toHaveText("Running");
  await agent.finish("run", { status: "success", latencyMs: 1_234, outputText: "Done." });
  await expect(dialog(page).locator(".badge")).toHaveText("Success");
  await expect(section(page, "Output").locator("pre")).toHaveText("Done.");
  await expect(page.locator("table.executions tbody .badge")).toHaveText("Success");
});

test("what is open follows what happens to it and beside it, on whichever page it is @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(25), { executionId: "run", status: "running" });
  await organization.signIn(page, `${agent.path}?page=2&execution=run`);
  await alive(page);
  await expect(dialog(page).locator(".badge")).toHaveText("Running");
  await expect(step(page, "newer")).toHaveAttribute("aria-disabled", "true");
  await agent.finish("run", { status: "success", outputText: "Done." });
  await expect(dialog(page).locator(".badge")).toHaveText("Success");
  await expect(section(page, "Output").locator("pre")).toHaveText("Done.");
  await agent.record({ executionId: "newest", status: "success" });
  await expect(step(page, "newer")).toHaveAttribute("href", /execution=newest/);
});

test.describe("an execution that nobody recorded", () => {
  test.use({ expectedStatuses: [404] });

  test("is said to be missing, beside the list", async ({ page, organization }) => {
    const agent = await organization.createAgent();
    await agent.record(...history(3));
    await organization.signIn(page);
    const response = await page.goto(`${agent.path}?execution=exec_none`);
    expect(response?.status()).toBe(404);
    await alive(page);
    await expect(dialog(page).getByRole("heading", { name: "No such execution" })).toBeVisible();
    await expect(dialog(page)).toContainText("exec_none");
    await expect(page.locator("table.executions tbody tr")).toHaveCount(3);
    await dialog(page).getByRole("link", { name: "Back to the list" }).click();
    await expect(page).toHaveURL(agent.path);
    await expect(dialog(page)).toHaveCount(0);
  });
});

test.describe("without a connection", () => {
  test.use({ breaksNetwork: true });

  test("the dialog says so, and tries again @wasm", async ({ page, organization }) => {
    const agent = await organization.createAgent();
    await agent.record(...history(3));
    await organization.signIn(page, agent.path);
    await alive(page);
    await page.route("**/_fn/execution", (route) => route.abort());
    await eye(page, "exec_2").click();
    await expect(dialog(page).getByRole("heading", { name: "No connection" })).toBeVisible();
    await page.unroute("**/_fn/execution");
    await dialog(page).getByRole("button", { name: "Try again" }).click();
    await expect(fact(page, "Execution ID")).toHaveText("exec_2");
  });
});
