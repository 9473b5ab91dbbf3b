import { test } from "@playwright/test";
import { menu } from "../support/list.ts";
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
  await page.locator("#live.open").waitFor();
  const list = page.url();
  await takePicture(page, testInfo, "executions");

  await menu(page, "Date").click();
  await takePicture(page, testInfo, "dates");

  await page.goto(`${list}?status=failed`);
  await page.locator("tbody tr").first().getByRole("link").click();
  await page.locator("dialog.detail .cards dd").first().waitFor();
  await takePicture(page, testInfo, "execution");

  await page.goto(`${list}?status=canceled&version=V99`);
  await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
  await takePicture(page, testInfo, "nothing-matches");

  await page.setViewportSize(NARROW);
  await page.goto(list);
  await takePicture(page, testInfo, "executions-narrow");
});
