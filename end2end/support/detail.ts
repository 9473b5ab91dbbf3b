// The dialog of one execution as a person reads it.
import type { Locator, Page } from "@playwright/test";

export function dialog(page: Page): Locator {
  return page.getByRole("dialog");
}

/** The innermost section under that heading. */
export function section(page: Page, title: string): Locator {
  return dialog(page)
    .getByRole("heading", { name: title, exact: true })
    .locator("xpath=ancestor::section[1]");
}

/** The value beside a name. */
export function fact(page: Page, name: string): Locator {
  return dialog(page)
    .locator("dt", { hasText: new RegExp(`^${name}$`) })
    .locator("xpath=following-sibling::dd[1]");
}

/** The way to a neighbor. */
export function step(page: Page, way: "newer" | "older"): Locator {
  return dialog(page).locator(`[data-step=${way}]`);
}
