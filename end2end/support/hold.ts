// Answers that come when a test wants them to.
import type { Page } from "@playwright/test";

/** Holds requests back that match `url`, until what it returns is called. */
export async function hold(page: Page, url: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}
