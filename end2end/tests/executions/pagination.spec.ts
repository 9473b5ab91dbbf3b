import { alive } from "../../support/alive.ts";
import { rows, shownIds } from "../../support/list.ts";
import { history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

const ids = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `exec_${first + index}`);

async function expectPage(page: Page, first: number, last: number, of: string): Promise<void> {
  await expect(
    page.getByText(`Showing ${first} to ${last} of 234 executions`, { exact: true }),
  ).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Pages" })).toContainText(of);
  await expect(rows(page)).toHaveCount(last - first + 1);
  await expect.poll(() => shownIds(page)).toEqual(ids(first, last));
}

const step = (page: Page, name: "Previous" | "Next") =>
  page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name });

test("234 executions are paged through, forth and back", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(234));
  await organization.signIn(page, agent.path);
  await alive(page);

  await expectPage(page, 1, 20, "Page 1 of 12");
  await expect(step(page, "Previous")).toHaveAttribute("aria-disabled", "true");
  await step(page, "Next").click();
  await expect(page).toHaveURL(`${agent.path}?page=2`);
  await expectPage(page, 21, 40, "Page 2 of 12");
  await step(page, "Next").click();
  await expectPage(page, 41, 60, "Page 3 of 12");
  await step(page, "Previous").click();
  await expectPage(page, 21, 40, "Page 2 of 12");
  await step(page, "Previous").click();
  await expect(page).toHaveURL(agent.path);
  await expectPage(page, 1, 20, "Page 1 of 12");
});

test("the last page has the rest and no next one", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(234));
  await organization.signIn(page, `${agent.path}?page=12`);
  await expectPage(page, 221, 234, "Page 12 of 12");
  await expect(step(page, "Next")).toHaveAttribute("aria-disabled", "true");
  await expect(step(page, "Next")).not.toHaveAttribute("href");
  await expect(step(page, "Previous")).toHaveAttribute("href", /page=11$/);
});

test("pages of 50 and 100 rows can be had", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(234));
  await organization.signIn(page, `${agent.path}?page=3`);
  await alive(page);
  const sizes = page.getByRole("group", { name: "Rows per page" });
  await expect(sizes.getByRole("link", { name: "20", exact: true })).toHaveAttribute("aria-current", "true");
  await sizes.getByRole("link", { name: "50", exact: true }).click();
  await expect(page).toHaveURL(`${agent.path}?limit=50`);
  await expectPage(page, 1, 50, "Page 1 of 5");
  await sizes.getByRole("link", { name: "100", exact: true }).click();
  await expectPage(page, 1, 100, "Page 1 of 3");
  await step(page, "Next").click();
  await step(page, "Next").click();
  await expect(page).toHaveURL(`${agent.path}?limit=100&page=3`);
  await expectPage(page, 201, 234, "Page 3 of 3");
});

test("a page beyond the end leads to the last one", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(45));
  await organization.signIn(page, `${agent.path}?page=99`);
  await alive(page);
  await expect(page.getByRole("heading", { name: "Beyond the last page" })).toBeVisible();
  await expect(page.getByText("The list has 45 rows on 3 pages.")).toBeVisible();
  await page.getByRole("link", { name: "To the last page" }).click();
  await expect(page).toHaveURL(`${agent.path}?page=3`);
  await expect.poll(() => shownIds(page)).toEqual(ids(41, 45));
});

test("paging keeps the filters", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(30, { status: "failed" }));
  await agent.record({ executionId: "other", status: "success" });
  await organization.signIn(page, `${agent.path}?status=failed`);
  await alive(page);
  await expect(page.getByText("Showing 1 to 20 of 30 executions", { exact: true })).toBeVisible();
  await step(page, "Next").click();
  await expect(page).toHaveURL(`${agent.path}?status=failed&page=2`);
  await expect(page.getByText("Showing 21 to 30 of 30 executions", { exact: true })).toBeVisible();
});

test("one page of executions needs no other", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(20));
  await organization.signIn(page, agent.path);
  await expect(page.getByText("Showing 1 to 20 of 20 executions", { exact: true })).toBeVisible();
  await expect(page.getByText("Page 1 of 1", { exact: true })).toBeVisible();
  await expect(step(page, "Next")).toHaveAttribute("aria-disabled", "true");
  await expect(step(page, "Previous")).toHaveAttribute("aria-disabled", "true");
});
