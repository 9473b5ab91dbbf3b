// Knowing when the browser's side of the app has taken a page over.
import { test, type BrowserContext, type Page } from "@playwright/test";

/** Lets `alive` know: the app listens to the window's keys once it has taken the page over. */
export async function watchForLife(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const listen = window.addEventListener;
    window.addEventListener = function (this: Window, ...args: Parameters<typeof listen>) {
      if (args[0] === "keydown") {
        Object.assign(window, { isAlive: performance.now() });
      }
      listen.apply(this, args);
    } as typeof listen;
  });
}

/** Waits until the page reacts by WASM; at once in the project that has none. */
export async function alive(page: Page): Promise<void> {
  if (hasWasm()) {
    await page.waitForFunction(() => "isAlive" in window);
  }
}

/** Whether this is the project with WASM. */
export function hasWasm(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}
