import { alive } from "../support/alive.ts";
import { MISSING, PUBLIC, furnish } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";
import type { Page } from "@playwright/test";

/** Narrow enough for any device, and for 400 % of a usual window (WCAG 1.4.10); and that usual window, in pixels. */
const WIDTHS = [320, 1280];

/** How far the page can be scrolled sideways, in windows of each width. */
async function sideways(page: Page): Promise<number[]> {
  const reached = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 640 });
    const pixels = await page.evaluate(() => {
      window.scrollTo(10_000, 0);
      return window.scrollX;
    });
    reached.push(pixels);
  }
  return reached;
}

test("every page is rendered whole, titled, and comes to life in silence", async ({ page, organization }) => {
  const visit = async (path: string) => {
    await page.goto(path);
    await alive(page);
    await expect(page).toHaveTitle(/^.+ · Agent Ledger$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page.locator(".placeholder")).toHaveCount(0);
  };
  for (const { path } of PUBLIC) {
    await visit(path);
  }
  const places = await furnish(organization);
  await organization.signIn(page);
  for (const { path } of places) {
    await visit(path);
  }
});

test("no page scrolls sideways", async ({ page, organization }) => {
  for (const { name, path } of PUBLIC) {
    await page.goto(path);
    expect(await sideways(page), name).toEqual([0, 0]);
  }
  const places = await furnish(organization);
  await organization.signIn(page);
  for (const { name, path } of places) {
    await page.goto(path);
    expect(await sideways(page), name).toEqual([0, 0]);
  }
});

test("every page forbids what it does not need, and marks its own scripts", async ({
  page,
  organization,
}) => {
  const places = await furnish(organization);
  await organization.signIn(page);
  for (const { name, path } of [...PUBLIC, ...places]) {
    const response = await page.goto(path);
    const headers = response?.headers() ?? {};
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, name).toContain("default-src 'none'");
    expect(policy, name).not.toContain("unsafe-inline");
    expect(policy, name).not.toMatch(/'unsafe-eval'/);
    expect(policy, name).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"], name).toBe("nosniff");

    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "none";
    const html = (await response?.text()) ?? "";
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length, name).toBeGreaterThan(0);
    expect(
      scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
      name,
    ).toEqual([]);
    expect(html, name).not.toMatch(/<[^>]*\s(style|on[a-z]+)="/);
  }
});

test("no two visits share a nonce", async ({ page }) => {
  const nonce = async () => {
    const response = await page.goto("/sign-in");
    return /'nonce-([^']+)'/.exec(response?.headers()["content-security-policy"] ?? "")?.[1];
  };
  const first = await nonce();
  expect(first).toBeTruthy();
  expect(await nonce()).not.toBe(first);
});

test.describe("pages that are not there", () => {
  test.use({ expectedStatuses: [404] });

  test("are answered 404 and come to life in silence", async ({ page, organization }) => {
    await organization.signIn(page);
    for (const { path } of MISSING) {
      const response = await page.goto(path);
      expect(response?.status()).toBe(404);
      await alive(page);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.getByRole("link", { name: "To the agents" })).toBeVisible();
    }
  });
});

test("moving between pages loads no document anew @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.signIn(page);
  await alive(page);
  await page.evaluate(() => Object.assign(window, { isSameDocument: true }));
  await page.getByRole("link", { name: "Product copywriter" }).click();
  await expect(page).toHaveURL(agent.path);
  await page.getByRole("link", { name: "Versions" }).click();
  await page.getByRole("link", { name: "Connect" }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Agents" }).click();
  await expect(page.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();
  expect(await page.evaluate(() => "isSameDocument" in window)).toBe(true);
});
