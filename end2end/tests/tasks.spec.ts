import type { Browser, Page } from "@playwright/test";
import { alive, hasWasm, watchForLife } from "../support/alive.ts";
import { Organization } from "../support/organization.ts";
import { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

const SETTINGS = "/settings/organization";
const REASON = "The mail server could not be reached.";

/** A server whose mail server does not answer. */
function withoutMail(): Promise<Server> {
  return Server.start({
    args: (baseURL) => [
      "--public-url",
      baseURL,
      "--mail-from",
      "Agent Ledger <ledger@example.com>",
      "--smtp-url",
      "smtp://127.0.0.1:9?tls=none",
    ],
  });
}

/** The settings page of an owner who has invited somebody. */
async function afterInviting(browser: Browser, server: Server): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.baseURL });
  await watchForLife(context);
  const page = await context.newPage();
  const organization = await Organization.found(server);
  await organization.signIn(page, SETTINGS);
  const invited = await page.request.post(`${server.baseURL}/api/invitations`, {
    headers: { Origin: server.baseURL },
    data: { email: "noor@example.com", role: "viewer" },
  });
  expect(invited.status(), await invited.text()).toBe(201);
  return page;
}

test("nothing is told of where nothing is done", async ({ page, organization }) => {
  await organization.signIn(page, SETTINGS);
  await expect(page.getByRole("heading", { name: "Background tasks" })).toBeVisible();
  await expect(page.getByText("No background tasks are running.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
});

test("a letter that could not be sent says why and is tried again", async ({ browser }) => {
  await using server = await withoutMail();
  const page = await afterInviting(browser, server);
  const row = page.getByRole("row").filter({ hasText: "Sending an invitation" });
  await expect(async () => {
    await page.goto(SETTINGS);
    await expect(row).toContainText(REASON, { timeout: 500 });
  }).toPass();
  await expect(row).toContainText("Retrying");
  await expect(row).toContainText("Next attempt:");
  await alive(page);
  await row.getByRole("button", { name: "Try again" }).click();
  await expect(async () => {
    if (!hasWasm()) {
      await page.reload();
    }
    await expect(row).toContainText(REASON, { timeout: 500 });
  }).toPass();
  await page.goto("/settings/audit-log");
  await expect(page.getByRole("cell", { name: "retried a task" })).toHaveCount(1);
  await page.context().close();
});

test("an open task is followed without a reload @wasm", async ({ browser }) => {
  await using server = await withoutMail();
  const page = await afterInviting(browser, server);
  await page.goto(SETTINGS);
  await alive(page);
  const when = page.getByRole("row").filter({ hasText: "Sending an invitation" }).locator("small time");
  await expect(when).toBeVisible({ timeout: 15_000 });
  const first = await when.getAttribute("datetime");
  // The next attempt comes by itself, and fails like the ones before.
  await expect(async () => {
    await expect(when).toBeVisible({ timeout: 1_000 });
    expect(await when.getAttribute("datetime")).not.toBe(first);
  }).toPass({ timeout: 60_000 });
  await page.context().close();
});
