import { alive, hasWasm } from "../support/alive.ts";
import { menu, rows } from "../support/list.ts";
import { history } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

test("the first stop skips to the content", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page);
  await page.goto(agent.path);
  await alive(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await expect(page).toHaveURL(`${agent.path}#main`);
});

test("Tab goes through the list in the order in which it is read", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(2));
  await organization.signIn(page, agent.path);
  await alive(page);
  await page.getByRole("main").focus();
  const stops = [
    page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link"),
    page.locator("summary[aria-label='Rename']"),
    page.getByRole("link", { name: "Executions", exact: true }),
    page.getByRole("link", { name: "Versions" }),
    page.getByRole("link", { name: "Connect" }),
    page.getByRole("link", { name: "Retention" }),
    menu(page, "Status"),
    menu(page, "Source"),
    menu(page, "Date"),
    menu(page, "More"),
    ...(hasWasm() ? [page.locator("#live")] : []),
    page.getByRole("searchbox"),
    page.locator("#export"),
    ...(hasWasm() ? [page.getByRole("slider", { name: "Executions over time" })] : []),
    rows(page).nth(0).getByRole("link"),
    rows(page).nth(1).getByRole("link"),
    page.getByRole("link", { name: "20", exact: true }),
  ];
  for (const stop of stops) {
    await page.keyboard.press("Tab");
    await expect(stop).toBeFocused();
    await expect(stop).not.toHaveCSS("outline-style", "none");
  }
});

test("a filter is opened, set and closed by keyboard @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3), { executionId: "bad", status: "failed" });
  await organization.signIn(page, agent.path);
  await alive(page);
  const status = menu(page, "Status");
  const success = page.getByRole("group", { name: "Status" }).getByRole("checkbox").first();
  await status.focus();
  await page.keyboard.press("Enter");
  await expect(success).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(success).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page).toHaveURL(/[?&]status=/);
  await expect(success).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(success).toBeHidden();
  await expect(status).toBeFocused();
});

test("an open menu closes by a click elsewhere @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, agent.path);
  await alive(page);
  const panel = page.getByRole("group", { name: "Source" });
  await menu(page, "Source").click();
  await expect(panel).toBeVisible();
  await page.getByRole("heading", { level: 1 }).click();
  await expect(panel).toBeHidden();
});

test("an execution is opened and left by keyboard", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await organization.signIn(page, `${agent.path}?status=success`);
  await alive(page);
  await rows(page).nth(1).getByRole("link").focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${agent.path}?status=success&execution=exec_2`);
  await page.getByRole("dialog").getByRole("link", { name: "Close" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${agent.path}?status=success`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
