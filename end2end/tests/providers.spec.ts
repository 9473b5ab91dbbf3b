import { alive } from "../support/alive.ts";
import { expect, test } from "../support/test.ts";
import type { Locator, Page } from "@playwright/test";

const KEY = "sk-proj-0123456789abcdef";

/** The box that makes a connection. */
function form(page: Page): Locator {
  return page.locator(".box").filter({ has: page.getByRole("heading", { name: "New connection" }) });
}

test.describe("of a provider", () => {
  test.use({ expectedStatuses: [422] });

  test("a connection is added, tested, changed and deleted, and its key is never seen again", async ({
    page,
    organization,
  }) => {
    await organization.signIn(page, "/settings/providers");
    await alive(page);
    await expect(page.getByText("No connections yet")).toBeVisible();
    await form(page).getByLabel("Name").fill("Local models");
    await form(page).getByLabel("API key").fill(KEY);
    await form(page).getByLabel("Base URL").fill("http://127.0.0.1:9/v1");
    await form(page).getByLabel("Headers").fill("X-Team: blue-team");
    await page.getByRole("button", { name: "Add connection" }).click();
    const row = page.getByRole("row").filter({ hasText: "Local models" });
    await expect(row).toContainText("http://127.0.0.1:9/v1");
    await expect(row).toContainText("…cdef");
    await expect(row).toContainText("X-Team");
    await expect(form(page).getByLabel("API key")).toHaveValue("");

    // What is wrong is told, with what opens it.
    await row.getByRole("button", { name: "Test" }).click();
    await expect(page.getByRole("status").filter({ hasText: "Local models:" })).toContainText(
      "--outbound-networks 127.0.0.1/32",
    );

    await row.locator("summary", { hasText: "Edit" }).click();
    await row.getByLabel("Base URL").fill("https://llm.example/v1");
    await row.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert").first()).toContainText("The API key must be given anew");
    await row.locator("summary", { hasText: "Edit" }).click();
    await row.getByLabel("Name").fill("Local");
    await row.getByLabel("Base URL").fill("http://127.0.0.1:9/v2");
    await row.getByRole("button", { name: "Save" }).click();
    const changed = page.getByRole("row").filter({ hasText: "http://127.0.0.1:9/v2" });
    await expect(changed).toContainText("…cdef");

    const html = await page.content();
    const answer = await page.request.get("/api/connections");
    for (const text of [html, await answer.text()]) {
      expect(text).not.toContain(KEY);
      expect(text).not.toContain("blue-team");
    }

    await changed.locator("summary", { hasText: "Delete" }).click();
    await changed.getByRole("button", { name: "Delete connection" }).click();
    await expect(page.getByText("No connections yet")).toBeVisible();
  });
});

test("the demo needs no key and always works", async ({ page, organization }) => {
  await organization.signIn(page, "/settings/providers");
  await alive(page);
  await form(page).getByLabel("Name").fill("Trying out");
  await form(page).getByRole("combobox", { name: "Provider" }).selectOption("demo");
  await page.getByRole("button", { name: "Add connection" }).click();
  const row = page.getByRole("row").filter({ hasText: "Trying out" });
  await row.getByRole("button", { name: "Test" }).click();
  const words = page.getByText("Trying out: The demo answers without a network.");
  await expect(words).toBeVisible();
  await page.reload();
  await expect(words).toHaveCount(0);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 800 } });

  test("what can be done to a connection is not cut off by the table", async ({ page, organization }) => {
    await organization.connect("Demo", "demo");
    await organization.signIn(page, "/settings/providers");
    await alive(page);
    await page.locator("summary", { hasText: "Edit" }).click();
    await expect(page.getByRole("button", { name: "Save" })).toBeInViewport();
  });
});
