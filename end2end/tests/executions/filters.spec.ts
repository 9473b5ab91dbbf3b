import { alive } from "../../support/alive.ts";
import { chips, choose, menu, rows, shownIds } from "../../support/list.ts";
import type { Agent, Organization } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";

const STATUSES = ["success", "failed", "rate_limited", "canceled", "unauthorized", "running"];
const SOURCES = ["dashboard", "api", "workflow"];

/** One execution of every status from every source, each named after both. */
async function everyKind(organization: Organization): Promise<Agent> {
  const agent = await organization.createAgent();
  const kinds = STATUSES.flatMap((status) => SOURCES.map((source) => ({ status, source })));
  await agent.record(...kinds.map((kind) => ({ executionId: `${kind.status}-${kind.source}`, ...kind })));
  return agent;
}

test("one status is filtered for", async ({ page, organization }) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, agent.path);
  await expect(menu(page, "Status")).toContainText("All Statuses");
  await choose(page, "Status", "Failed");
  await expect(page).toHaveURL(`${agent.path}?status=failed`);
  await expect(page.getByText("Showing 1 to 3 of 3 executions", { exact: true })).toBeVisible();
  await expect(rows(page).locator(".badge")).toHaveText(["Failed", "Failed", "Failed"]);
  await expect(menu(page, "Status")).toContainText("Failed");
});

test("statuses and sources are combined", async ({ page, organization }) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, agent.path);
  await choose(page, "Status", "Failed", "Rate Limited");
  await choose(page, "Source", "API");
  await expect(page).toHaveURL(/[?&]source=api/);
  await expect(page.getByText("Showing 1 to 2 of 2 executions", { exact: true })).toBeVisible();
  await expect.poll(async () => (await shownIds(page)).sort()).toEqual(["failed-api", "rate_limited-api"]);
  await expect(menu(page, "Status")).toContainText("Failed +1");
});

test("each active filter is a chip that takes it away, and Clear takes all", async ({
  page,
  organization,
}) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, `${agent.path}?status=failed&status=canceled&source=api`);
  await alive(page);
  await expect(chips(page)).toHaveText(["Failed×", "Canceled×", "API×", "Clear"]);
  await page.getByRole("link", { name: "Remove filter Canceled" }).click();
  await expect(page).toHaveURL(`${agent.path}?status=failed&source=api`);
  await expect(chips(page)).toHaveText(["Failed×", "API×", "Clear"]);
  await expect(rows(page)).toHaveCount(1);
  await chips(page).getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(agent.path);
  await expect(chips(page)).toHaveCount(0);
  await expect(rows(page)).toHaveCount(18);
});

test("back, forward, reload and a shared link keep the filters", async ({ page, organization }) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, agent.path);
  await choose(page, "Status", "Failed");
  await expect(rows(page)).toHaveCount(3);
  await choose(page, "Source", "Workflow");
  await expect(rows(page)).toHaveCount(1);
  const shared = page.url();

  await page.goBack();
  await expect(rows(page)).toHaveCount(3);
  await expect(chips(page)).toHaveText(["Failed×", "Clear"]);
  await page.goBack();
  await expect(rows(page)).toHaveCount(18);
  await expect(menu(page, "Status")).toContainText("All Statuses");
  await page.goForward();
  await page.goForward();
  await expect(page).toHaveURL(shared);
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(chips(page)).toHaveText(["Failed×", "Workflow×", "Clear"]);

  const colleague = await page.context().newPage();
  await colleague.goto(shared);
  await expect.poll(() => shownIds(colleague)).toEqual(["failed-workflow"]);
});

test("a filter that is unticked is gone", async ({ page, organization }) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, `${agent.path}?status=failed`);
  await choose(page, "Status", "Failed");
  await expect(rows(page)).toHaveCount(18);
  await expect(chips(page)).toHaveCount(0);
});

test("filters of version, model and error code work from the address", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "wanted", status: "failed", version: "V3", model: "gpt-4o", errorCode: "TIMEOUT" },
    { executionId: "other-version", status: "failed", version: "V2", model: "gpt-4o", errorCode: "TIMEOUT" },
    { executionId: "other-model", status: "failed", version: "V3", model: "o1", errorCode: "TIMEOUT" },
    { executionId: "other-code", status: "failed", version: "V3", model: "gpt-4o", errorCode: "OTHER" },
  );
  await organization.signIn(page, `${agent.path}?version=V3&model=gpt-4o&errorCode=TIMEOUT`);
  await expect.poll(() => shownIds(page)).toEqual(["wanted"]);
  await choose(page, "Status", "Failed");
  await expect(chips(page)).toHaveText([
    "Failed×",
    "Version: V3×",
    "Model: gpt-4o×",
    "Error code: TIMEOUT×",
    "Clear",
  ]);
  await expect.poll(() => shownIds(page)).toEqual(["wanted"]);
});

test("nonsense in the address is named and passed over", async ({ page, organization }) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, `${agent.path}?status=bogus&source=api&limit=many`);
  const notice = page.getByRole("status").filter({ hasText: "not understood" });
  await expect(notice.getByRole("listitem")).toHaveText([/^status /, /^limit /]);
  await expect(rows(page)).toHaveCount(6);
  await expect(chips(page)).toHaveText(["API×", "Clear"]);
});

test("a list that nothing matches says so and offers the way back", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "one", status: "success", source: "api" });
  await organization.signIn(page, `${agent.path}?status=failed`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "No executions yet" })).toHaveCount(0);
  await alive(page);
  await page.getByRole("main").getByRole("link", { name: "Clear" }).last().click();
  await expect(rows(page)).toHaveCount(1);
});

test("a filter applies without loading the page anew @wasm", async ({ page, organization }) => {
  const agent = await everyKind(organization);
  await organization.signIn(page, agent.path);
  await alive(page);
  await page.evaluate(() => Object.assign(window, { isSameDocument: true }));
  await choose(page, "Status", "Failed");
  await expect(rows(page)).toHaveCount(3);
  expect(await page.evaluate(() => "isSameDocument" in window)).toBe(true);
});
