// The list of executions as a person works it.
import { expect, type Locator, type Page } from "@playwright/test";
import { alive, hasWasm } from "./alive.ts";

/** Columns in their order. */
export const COLUMNS = ["Status", "Source", "Executed", "Latency", "Tokens", "Cost", "Version", "Actions"];

/** The table's rows without its head. */
export function rows(page: Page): Locator {
  return page.getByRole("table", { name: "Executions" }).locator("tbody").getByRole("row");
}

/** The row of one execution. */
export function row(page: Page, executionId: string): Locator {
  return rows(page).filter({ has: eye(page, executionId) });
}

/** The button in its row that opens an execution. */
export function eye(page: Page, executionId: string): Locator {
  return page.locator(`a[id="view-${executionId}"]`);
}

/** A row's cell by its column's name. */
export function cell(row: Locator, column: string): Locator {
  return row.getByRole("cell").nth(COLUMNS.indexOf(column));
}

/** The executions shown, by their links; read at one moment, however many rows there are. */
export function shownIds(page: Page): Promise<string[]> {
  return rows(page)
    .getByRole("link")
    .evaluateAll((links) =>
      links.map((link) => new URL((link as HTMLAnchorElement).href).searchParams.get("execution") ?? ""),
    );
}

export type Menu = "Status" | "Source" | "Date" | "More";

/** The button that opens a filter's choices. */
export function menu(page: Page, name: Menu): Locator {
  return page.locator(".filters summary").filter({ hasText: name });
}

/** Ticks or unticks choices of a filter, and closes it. */
export async function choose(page: Page, name: Menu, ...choices: string[]): Promise<void> {
  await alive(page);
  const panel = page.getByRole("group", { name });
  await menu(page, name).click();
  for (const choice of choices) {
    const before = page.url();
    await panel.getByText(choice, { exact: true }).click();
    if (hasWasm()) {
      await expect(page).not.toHaveURL(before);
    }
  }
  if (hasWasm()) {
    await menu(page, name).click();
  } else {
    await panel.getByRole("button", { name: "Apply" }).click();
  }
}

/** The filters in force. */
export function chips(page: Page): Locator {
  return page.getByRole("list", { name: "Active filters" }).getByRole("listitem");
}

/** Opens the menu of dates and follows one of its ranges until now. */
export async function chooseRange(page: Page, name: string): Promise<void> {
  await alive(page);
  await menu(page, "Date").click();
  await page.getByRole("link", { name, exact: true }).click();
  await expect(menu(page, "Date")).toContainText(name);
}

/** Picks days, and times where they are given, as `2026-11-18` or `2026-11-18T14:30`; an empty one is no end. */
export async function pickDates(page: Page, start: string, end: string): Promise<void> {
  await alive(page);
  await menu(page, "Date").click();
  for (const [name, picked] of [
    ["Start", start],
    ["End", end],
  ] as const) {
    const [date = "", time = ""] = picked.split("T");
    await page.getByLabel(`${name} Date`).fill(date);
    await page.getByLabel(`${name} Time`).fill(time);
  }
  await page.getByRole("group", { name: "Date" }).getByRole("button", { name: "Apply" }).click();
}
