import { alive, hasWasm } from "../support/alive.ts";
import { rows, shownIds } from "../support/list.ts";
import { daysAgo, minutesAgo } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

const DAY = 24 * 60;

test("a plan is chosen on the settings page and stays", async ({ page, organization }) => {
  await organization.signIn(page, "/settings/organization");
  await alive(page);
  const plan = page.getByLabel("Keep executions");
  await expect(plan).toHaveValue("none");
  await plan.selectOption("standard");
  await page.getByRole("button", { name: "Set retention" }).click();
  if (hasWasm()) {
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
    await alive(page);
  }
  await expect(plan).toHaveValue("standard");

  await plan.selectOption("enterprise");
  await page.getByLabel("Days of Enterprise").fill("400");
  await page.getByRole("button", { name: "Set retention" }).click();
  if (hasWasm()) {
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
  }
  await expect(plan).toHaveValue("enterprise");
  await expect(page.getByLabel("Days of Enterprise")).toHaveValue("400");
});

test("an agent's own days are looked at before they are set", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.keep("standard");
  await agent.record(
    { executionId: "new", status: "success", executedAt: minutesAgo(5) },
    { executionId: "older", status: "success", executedAt: minutesAgo(40 * DAY) },
  );
  await organization.signIn(page, `/agents/${agent.id}/retention`);
  await alive(page);
  await expect(page.getByText("The organization keeps executions 90 days.")).toBeVisible();
  await page.getByLabel("Keep this agent's executions, in days").fill("30");
  await page.getByRole("button", { name: "Look what goes" }).click();
  await expect(page.getByText("Kept 30 days, 1 execution would be deleted")).toBeVisible();
  await alive(page);
  await page.getByRole("button", { name: "Keep 30 days" }).click();
  await expect(page.getByText("This agent's are kept 30 days.")).toBeVisible();
  await alive(page);
  await page.getByRole("button", { name: "Keep as long as the organization" }).click();
  await expect(page.getByText("This agent's are kept as long.")).toBeVisible();
});

test("what somebody executed is told, and then erased", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "mine", status: "success", executedBy: "ada@example.com" },
    { executionId: "also", status: "success", executedBy: "ada@example.com" },
    { executionId: "stays", status: "success", executedBy: "noor@example.com" },
  );
  await organization.signIn(page, "/settings/organization");
  await alive(page);
  await page.getByLabel("Whose").fill("ada@example.com");
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await expect(page.getByText("2 executions of ada@example.com.")).toBeInViewport();
  await alive(page);
  await page.getByRole("button", { name: "Erase 2 executions" }).click();
  const erased = page.getByText("Erased: 2 executions of ada@example.com.");
  if (hasWasm()) {
    await expect(erased).toBeInViewport();
  } else {
    await expect(async () => {
      await page.reload();
      await expect(erased).toBeInViewport({ timeout: 500 });
    }).toPass();
  }
  await page.goto(agent.path);
  expect(await shownIds(page)).toEqual(["stays"]);
});

test("the list says why it does not go further back", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.keep("standard");
  await agent.record(
    { executionId: "new", status: "success", executedAt: minutesAgo(5) },
    { executionId: "older", status: "success", executedAt: minutesAgo(80 * DAY) },
  );
  const line = page.getByText("Executions are kept 90 days; older ones were deleted.");
  await organization.signIn(page, agent.path);
  expect(await shownIds(page)).toEqual(["new", "older"]);
  await expect(line).toHaveCount(1);
  await page.goto(`${agent.path}?startDate=${daysAgo(100)}`);
  await expect(rows(page)).toHaveCount(2);
  await expect(line).toHaveCount(1);
  await page.goto(`${agent.path}?startDate=${daysAgo(10)}`);
  await expect(rows(page)).toHaveCount(1);
  await expect(line).toHaveCount(0);
  await page.goto(`${agent.path}?startDate=${daysAgo(200)}&endDate=${daysAgo(100)}`);
  await expect(page.getByRole("heading", { name: "Older than is kept" })).toBeVisible();
  await expect(line).toHaveCount(1);
});

test("an erased execution leaves the open list by itself @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "stays", status: "success", executedAt: minutesAgo(5) },
    { executionId: "goes", status: "success", executedAt: minutesAgo(1) },
  );
  await organization.signIn(page, agent.path);
  await alive(page);
  await expect(rows(page)).toHaveCount(2);
  await organization.erase(agent, "goes");
  await expect(rows(page)).toHaveCount(1);
  expect(await shownIds(page)).toEqual(["stays"]);
  await expect(page.getByText("Showing 1 to 1 of 1 execution", { exact: true })).toBeVisible();
});
