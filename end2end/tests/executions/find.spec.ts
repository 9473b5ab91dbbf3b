import { alive } from "../../support/alive.ts";
import { shownIds } from "../../support/list.ts";
import { history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

async function find(page: Page, id: string): Promise<void> {
  await alive(page);
  const box = page.getByRole("searchbox", { name: "Find by execution ID" });
  await box.fill(id);
  await box.press("Enter");
  await expect(page).toHaveURL(/[?&]executionId=/);
}

test("an execution deep in the list is found by its id", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(100));
  await organization.signIn(page, `${agent.path}?page=2`);
  await find(page, "exec_77");
  await expect(page.getByText("Showing 1 to 1 of 1 execution", { exact: true })).toBeVisible();
  await expect.poll(() => shownIds(page)).toEqual(["exec_77"]);
});

test("an execution that the filters hide is found all the same", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(2));
  await organization.signIn(page, `${agent.path}?status=failed`);
  await find(page, " exec_2 ");
  await expect(page.getByText("Showing 1 to 1 of 1 execution", { exact: true })).toBeVisible();
});

test("an execution of another agent is named and one click away", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  const other = await organization.createAgent("Support triage");
  await agent.record(...history(1));
  await other.record({ executionId: "elsewhere", status: "success" });
  await organization.signIn(page, agent.path);
  await find(page, "elsewhere");
  await expect(page.getByRole("heading", { name: "It belongs to another agent" })).toBeVisible();
  await expect(page.getByText("was recorded for Support triage")).toBeVisible();
  await page.getByRole("link", { name: "Open the execution" }).click();
  await expect(page).toHaveURL(`${other.path}?execution=elsewhere`);
  await expect(page.getByRole("heading", { name: "Support triage" })).toBeVisible();
});

test("an id that nothing has is said to be unknown", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(1));
  await organization.signIn(page, agent.path);
  await find(page, "exec_nowhere");
  await expect(page.getByRole("heading", { name: "No such execution" })).toBeVisible();
  await expect(page.getByText("exec_nowhere").last()).toBeVisible();
});

test("what is no id at all is said to be none", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(1));
  await organization.signIn(page, agent.path);
  await find(page, "<b>no id</b>");
  const notice = page.getByRole("status").filter({ hasText: "not understood" });
  await expect(notice).toContainText("executionId");
});
