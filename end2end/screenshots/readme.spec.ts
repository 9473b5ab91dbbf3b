import { test } from "@playwright/test";
import { takePicture } from "../support/picture.ts";
import { Server } from "../support/server.ts";

const AGENT = "Product copywriter";
const NARROW = { width: 360, height: 800 };

test("the pages of the demo", async ({ page }, testInfo) => {
  await using demo = await Server.demo();
  await page.goto(demo.signInLink);
  await takePicture(page, testInfo, "agents");

  await page.getByRole("link", { name: AGENT }).click();
  await page.locator("table.executions").waitFor();
  const list = page.url();
  await takePicture(page, testInfo, "executions");

  await page
    .locator("tbody tr", { has: page.locator(".badge.success") })
    .first()
    .getByRole("link")
    .click();
  await page.locator("article.detail").waitFor();
  await takePicture(page, testInfo, "execution");

  await page.setViewportSize(NARROW);
  await page.goto(list);
  await takePicture(page, testInfo, "executions-narrow");
});
