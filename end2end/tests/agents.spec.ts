import { alive } from "../support/alive.ts";
import { history } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

test("the list of agents tells what each has done and leads to it", async ({ page, organization }) => {
  const busy = await organization.createAgent("Product copywriter");
  await organization.createAgent("Support triage");
  await busy.record(...history(1_234));
  await organization.signIn(page);
  await alive(page);
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  await expect(row("Product copywriter")).toContainText("1,234");
  await expect(row("Product copywriter").locator("time")).toHaveText(/^(1 min|\d+ s) ago$/);
  await expect(row("Support triage")).toContainText("never");
  await row("Product copywriter").getByRole("link").click();
  await expect(page).toHaveURL(busy.path);
  await expect(page.getByText("1,234 executions", { exact: true })).toBeVisible();
});

test("an agent's bare address opens its executions, filters and all", async ({
  page,
  organization,
  server,
}) => {
  const agent = await organization.createAgent();
  await organization.signIn(page);
  await page.goto(`/agents/${agent.id}`);
  await expect(page).toHaveURL(agent.path);
  await page.goto(`/agents/${agent.id}?status=failed`);
  await expect(page).toHaveURL(`${agent.path}?status=failed`);
  await page.goto("/");
  await expect(page).toHaveURL(`${server.baseURL}/agents`);
});

test("an agent is renamed", async ({ page, organization }) => {
  const agent = await organization.createAgent("Draft");
  await organization.signIn(page, agent.path);
  await alive(page);
  await page.locator("summary[aria-label='Rename']").click();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Draft");
  await page.getByRole("textbox", { name: "Name" }).fill("Copywriter <2>");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "Copywriter <2>", level: 1 })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Copywriter <2>", level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/Copywriter <2>/);
});

test.describe("a name of blanks", () => {
  test.use({ expectedStatuses: [422] });

  test("is refused in words", async ({ page, organization }) => {
    const agent = await organization.createAgent("Draft");
    await organization.signIn(page, agent.path);
    await alive(page);
    await page.locator("summary[aria-label='Rename']").click();
    await page.getByRole("textbox", { name: "Name" }).fill("   ");
    await page.getByRole("button", { name: "Rename" }).click();
    await expect(page.getByRole("alert")).toContainText("The name");
    await expect(page.getByRole("heading", { name: "Draft", level: 1 })).toBeVisible();
  });
});

test("the tabs lead to versions and to how to connect", async ({ page, organization, server }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page, agent.path);
  await alive(page);
  const tabs = page.getByRole("navigation", { name: "Agent" });
  await tabs.getByRole("link", { name: "Versions" }).click();
  await expect(page).toHaveURL(`/agents/${agent.id}/versions`);
  await tabs.getByRole("link", { name: "Connect" }).click();
  await expect(page).toHaveURL(`/agents/${agent.id}/connect`);
  await expect(tabs.getByRole("link", { name: "Connect" })).toHaveAttribute("aria-current", "page");
  await expect(page.getByText(agent.id, { exact: true })).toBeVisible();
  await expect(page.locator("pre")).toContainText(`${server.baseURL}/api/agents/${agent.id}/executions`);
});

test.describe("an address that leads nowhere", () => {
  test.use({ expectedStatuses: [404] });

  test("is answered by a page that says so", async ({ page, organization }) => {
    await organization.signIn(page);
    const response = await page.goto("/no/such/page");
    expect(response?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
    await page.getByRole("link", { name: "To the agents" }).click();
    await expect(page).toHaveURL("/agents");
  });
});
