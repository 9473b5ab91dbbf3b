// Pictures for the README, one for each color scheme: docs/NAME-light.png, docs/NAME-dark.png.
import type { Page, TestInfo } from "@playwright/test";

export async function takePicture(page: Page, testInfo: TestInfo, name: string): Promise<void> {
  const path = new URL(`../../docs/${name}-${testInfo.project.name}.png`, import.meta.url).pathname;
  // Headless Chromium leaves room for a scrollbar and draws none.
  await page.screenshot({ path, animations: "disabled", style: ":root { scrollbar-gutter: auto }" });
}
