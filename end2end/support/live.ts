// The list while things happen.
import { expect, type Page } from "@playwright/test";
import { alive } from "./alive.ts";
import type { Organization } from "./organization.ts";

/** The button that tells the state of the connection, and pauses. */
export const state = (page: Page) => page.locator("#live");

/** What counts the news that wait. */
export const pill = (page: Page) => page.locator(".pill");

/** Opens the list and waits until what happens is seen. The pointer stays off the rows, which would hold news up. */
export async function watch(page: Page, organization: Organization, path: string): Promise<void> {
  await organization.signIn(page, path);
  await alive(page);
  await page.mouse.move(0, 0);
  await expect(state(page)).toContainText("Live");
}

/** Brings the page into sight or out of it, as far as the page can tell. */
export const see = (page: Page, visibility: "visible" | "hidden") =>
  page.evaluate((visibility) => {
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, visibility);
