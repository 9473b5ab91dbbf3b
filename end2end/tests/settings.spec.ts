import { alive, hasWasm } from "../support/alive.ts";
import { row, rows } from "../support/list.ts";
import { expect, test } from "../support/test.ts";

test("the organization's time zone is set once and read everywhere", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(
    { executionId: "before", status: "success", executedAt: "2026-03-01T18:14:59Z" },
    { executionId: "first", status: "success", executedAt: "2026-03-01T18:15:00Z" },
  );
  await organization.signIn(page);
  await alive(page);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Organization" }).click();
  await expect(page.getByRole("heading", { name: "Organization", level: 1 })).toBeVisible();
  await alive(page);
  const zone = page.getByLabel("Time zone");
  await expect(zone).toHaveValue("UTC");
  await zone.fill("Asia/Kathmandu");
  await page.getByRole("button", { name: "Save" }).click();
  if (hasWasm()) {
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
  }
  await expect(zone).toHaveValue("Asia/Kathmandu");

  await page.goto(`${agent.path}?startDate=2026-03-02`);
  await expect(rows(page)).toHaveCount(1);
  await expect(row(page, "first").locator("time")).toHaveAttribute("title", "2 March 2026, 00:00:00 +0545");
  await page.goto("/agents");
  await expect(page.locator("time").first()).toHaveAttribute("title", /\+0545$/);
});

test("the list of zones has every one of them", async ({ page, organization }) => {
  await organization.signIn(page, "/settings/organization");
  const zones = page.locator("datalist option");
  expect(await zones.count()).toBeGreaterThan(400);
  await expect(page.locator('datalist option[value="Europe/Berlin"]')).toHaveCount(1);
});

test.describe("a zone that is none", () => {
  test.use({ expectedStatuses: [422] });

  test("is refused in words", async ({ page, organization }) => {
    await organization.signIn(page, "/settings/organization");
    await alive(page);
    await page.getByLabel("Time zone").fill("Mars/Olympus");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("IANA");
  });
});

test.describe("somebody who only looks", () => {
  test.use({ expectedStatuses: [403] });

  test("has no settings", async ({ page, organization, server }) => {
    const agent = await organization.createAgent();
    const reader = { org: organization.name, email: `reader-${organization.email}`, role: "viewer" as const };
    await server.addUser({ ...reader, password: organization.password });
    await page.goto("/sign-in?next=/agents");
    await page.getByLabel("E-mail address").fill(reader.email);
    await page.getByLabel("Password").fill(organization.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("link", { name: "Agents", exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: "Settings" })).toHaveCount(0);
    await page.goto(agent.path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect((await page.goto("/settings/organization"))?.status()).toBe(403);
  });
});
