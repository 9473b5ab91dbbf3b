import { alive, hasWasm } from "../../support/alive.ts";
import { chips, chooseRange, menu, pickDates, row, rows, shownIds } from "../../support/list.ts";
import { type Agent, type Organization, daysAgo, minutesAgo } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

/** One execution of each age, named after it. */
async function ages(organization: Organization): Promise<Agent> {
  const agent = await organization.createAgent();
  const ages = { minutes: 20, hours: 5 * HOUR, days: 5 * DAY, weeks: 20 * DAY, months: 90 * DAY };
  await agent.record(
    ...Object.entries(ages).map(([executionId, age]) => ({
      executionId,
      status: "success",
      executedAt: minutesAgo(age),
    })),
  );
  return agent;
}

/** Executions at these instants, named by number from 1. */
async function at(organization: Organization, ...instants: string[]): Promise<Agent> {
  const agent = await organization.createAgent();
  await agent.record(
    ...instants.map((executedAt, index) => ({ executionId: `e${index + 1}`, status: "success", executedAt })),
  );
  return agent;
}

for (const { range, ids } of [
  { range: "Last hour", ids: ["minutes"] },
  { range: "Last 24 hours", ids: ["minutes", "hours"] },
  { range: "Last 7 days", ids: ["minutes", "hours", "days"] },
  { range: "Last 30 days", ids: ["minutes", "hours", "days", "weeks"] },
]) {
  test(`${range} is one click, named on the button and on a chip`, async ({ page, organization }) => {
    const agent = await ages(organization);
    await organization.signIn(page, agent.path);
    await expect(menu(page, "Date")).toContainText("All time");
    await chooseRange(page, range);
    await expect.poll(() => shownIds(page)).toEqual(ids);
    await expect(chips(page)).toHaveText([`${range}×`, "Clear"]);
    await expect(page.locator(".total")).toHaveText(
      ids.length === 1 ? "1 execution" : `${ids.length} executions`,
    );
    expect(new URL(page.url()).searchParams.get("endDate")).toBeNull();

    await page.getByRole("link", { name: `Remove filter ${range}` }).click();
    await expect(rows(page)).toHaveCount(5);
    await expect(menu(page, "Date")).toContainText("All time");
  });
}

test("a week until now begins with a whole day, includes today, and is one day's name in the address", async ({
  page,
  organization,
}) => {
  const week = daysAgo(7);
  const agent = await at(organization, `${week}T00:00:00Z`, `${daysAgo(8)}T23:59:59.999Z`, minutesAgo(0));
  await organization.signIn(page, agent.path);
  await chooseRange(page, "Last 7 days");
  await expect(page).toHaveURL(`${agent.path}?startDate=${week}`);
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e1"]);
});

test("two days are picked, both whole, and kept by back, reload and a shared link", async ({
  page,
  organization,
}) => {
  const agent = await at(
    organization,
    "2026-03-01T23:59:59.999999Z",
    "2026-03-02T00:00:00Z",
    "2026-03-04T23:59:59.999999Z",
    "2026-03-05T00:00:00Z",
  );
  await organization.signIn(page, agent.path);
  await pickDates(page, "2026-03-02", "2026-03-04");
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e2"]);
  await expect(menu(page, "Date")).toContainText("2 Mar – 4 Mar");
  await expect(chips(page)).toHaveText(["From 2 Mar×", "Until 4 Mar×", "Clear"]);
  const parameters = new URL(page.url()).searchParams;
  expect([parameters.get("startDate"), parameters.get("endDate")]).toEqual(["2026-03-02", "2026-03-04"]);
  const shared = page.url();

  await page.goBack();
  await expect(rows(page)).toHaveCount(4);
  await page.goForward();
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e2"]);
  await page.reload();
  await alive(page);
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e2"]);
  await menu(page, "Date").click();
  await expect(page.getByLabel("Start Date")).toHaveValue("2026-03-02");
  await expect(page.getByLabel("End Date")).toHaveValue("2026-03-04");

  const colleague = await page.context().newPage();
  await colleague.goto(shared);
  await expect.poll(() => shownIds(colleague)).toEqual(["e3", "e2"]);
});

test("a time narrows a day to the minute", async ({ page, organization }) => {
  const agent = await at(
    organization,
    "2026-03-02T14:29:59Z",
    "2026-03-02T14:30:00Z",
    "2026-03-02T15:00:59Z",
    "2026-03-02T15:01:00Z",
  );
  await organization.signIn(page, agent.path);
  await pickDates(page, "2026-03-02T14:30", "2026-03-02T15:00");
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e2"]);
  await expect(menu(page, "Date")).toContainText("2 Mar, 14:30 – 15:00");
  await page.getByRole("link", { name: "Remove filter Until 2 Mar, 15:00" }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(menu(page, "Date")).toContainText("From 2 Mar, 14:30");
});

test("dates go with the other filters, and these with them", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  const executedAt = "2026-03-02T12:00:00Z";
  await agent.record(
    { executionId: "wanted", status: "failed", source: "api", executedAt },
    { executionId: "other-status", status: "success", source: "api", executedAt },
    { executionId: "other-day", status: "failed", source: "api", executedAt: "2026-03-03T12:00:00Z" },
  );
  await organization.signIn(page, `${agent.path}?status=failed&source=api`);
  await pickDates(page, "2026-03-02", "2026-03-02");
  await expect.poll(() => shownIds(page)).toEqual(["wanted"]);
  await expect(chips(page)).toHaveText(["Failed×", "API×", "From 2 Mar×", "Until 2 Mar×", "Clear"]);
  await chips(page).getByRole("link", { name: "Clear" }).click();
  await expect(rows(page)).toHaveCount(3);
});

test("an end before its start is said to be so", async ({ page, organization }) => {
  const agent = await at(organization, "2026-03-02T12:00:00Z");
  await organization.signIn(page, agent.path);
  await pickDates(page, "2026-03-04", "2026-03-02");
  await expect(page.getByText("The end is before the start.").first()).toBeVisible();
  if (hasWasm()) {
    await expect(page).toHaveURL(agent.path);
  }
  await page.goto(`${agent.path}?startDate=2026-03-04&endDate=2026-03-02`);
  await expect(page.getByRole("heading", { name: "The end is before the start." })).toBeVisible();
});

test("a date that makes no sense is named and passed over", async ({ page, organization }) => {
  const agent = await at(organization, "2026-03-02T12:00:00Z");
  await organization.signIn(page, `${agent.path}?startDate=2026-02-30&timeZone=Mars/Olympus`);
  const notice = page.getByRole("status").filter({ hasText: "not understood" });
  await expect(notice.getByRole("listitem")).toHaveText([/^startDate /, /^timeZone /]);
  await expect(rows(page)).toHaveCount(1);
});

test("days are those of the zone, where it is ahead by five hours and three quarters", async ({
  page,
  organization,
}) => {
  const agent = await at(
    organization,
    "2026-03-01T18:14:59.999999Z",
    "2026-03-01T18:15:00Z",
    "2026-03-02T18:14:59.999999Z",
    "2026-03-02T18:15:00Z",
  );
  await organization.signIn(page, `${agent.path}?timeZone=Asia/Kathmandu`);
  await pickDates(page, "2026-03-02", "2026-03-02");
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e2"]);
  await expect(row(page, "e2").locator("time")).toHaveAttribute("title", /^2 March 2026, 00:00:00 /);
  await alive(page);
  await menu(page, "Date").click();
  await expect(page.getByText("Times in Asia/Kathmandu")).toBeVisible();
});

test("the day on which clocks go back has 25 hours", async ({ page, organization }) => {
  const agent = await at(
    organization,
    "2026-10-24T21:59:59.999999Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T22:59:59.999999Z",
    "2026-10-25T23:00:00Z",
  );
  await organization.signIn(page, `${agent.path}?timeZone=Europe/Berlin`);
  await pickDates(page, "2026-10-25", "2026-10-25");
  await expect.poll(() => shownIds(page)).toEqual(["e3", "e2"]);
  await expect(row(page, "e2").locator("time")).toHaveAttribute("title", "25 October 2026, 00:00:00 CEST");
  await expect(row(page, "e3").locator("time")).toHaveAttribute("title", "25 October 2026, 23:59:59 CET");
});

test("a switch reads days in UTC, and back in the organization's zone", async ({ page, organization }) => {
  await organization.setTimeZone("Asia/Kathmandu");
  const agent = await at(organization, "2026-03-01T18:15:00Z", "2026-03-02T12:00:00Z");
  await organization.signIn(page, `${agent.path}?startDate=2026-03-02`);
  await expect.poll(() => shownIds(page)).toEqual(["e2", "e1"]);
  await alive(page);
  await menu(page, "Date").click();
  await page.getByRole("link", { name: "Use UTC" }).click();
  await expect(page).toHaveURL(`${agent.path}?startDate=2026-03-02&timeZone=UTC`);
  await expect.poll(() => shownIds(page)).toEqual(["e2"]);
  await expect(row(page, "e2").locator("time")).toHaveAttribute("title", "2 March 2026, 12:00:00 UTC");
  if (!hasWasm()) {
    await menu(page, "Date").click();
  }
  await page.getByRole("link", { name: "Use Asia/Kathmandu" }).click();
  await expect(page).toHaveURL(`${agent.path}?startDate=2026-03-02`);
  await expect.poll(() => shownIds(page)).toEqual(["e2", "e1"]);
});

test.describe("a reader elsewhere", () => {
  test.use({ timezoneId: "Australia/Lord_Howe" });

  test("sees their own time as well on hover @wasm", async ({ page, organization }) => {
    const agent = await at(organization, "2026-03-02T12:00:00Z");
    await organization.signIn(page, agent.path);
    await alive(page);
    const time = row(page, "e1").locator("time");
    await expect(time).toHaveAttribute("title", "2 March 2026, 12:00:00 UTC");
    await time.hover();
    await expect(time).toHaveAttribute(
      "title",
      "2 March 2026, 12:00:00 UTC\n2 March 2026, 23:00:00 by your clock",
    );
  });
});

test("a tab and back keeps the filters @wasm", async ({ page, organization }) => {
  const agent = await ages(organization);
  await organization.signIn(page, agent.path);
  await chooseRange(page, "Last 7 days");
  const address = page.url();
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page).toHaveURL(/\/versions$/);
  await page.getByRole("link", { name: "Executions", exact: true }).click();
  await expect(page).toHaveURL(address);
  await expect(rows(page)).toHaveCount(3);
});

test("the keyboard alone picks a range @wasm", async ({ page, organization }) => {
  const agent = await at(organization, "2026-03-02T12:00:00Z", "2026-03-09T12:00:00Z");
  await organization.signIn(page, agent.path);
  await alive(page);
  await menu(page, "Date").focus();
  await page.keyboard.press("Enter");
  const start = page.getByLabel("Start Date");
  await start.focus();
  await page.keyboard.type("03082026");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${agent.path}?startDate=2026-03-08`);
  await expect.poll(() => shownIds(page)).toEqual(["e2"]);
  await expect(menu(page, "Date")).toBeFocused();
  await expect(start).toBeHidden();
});

for (const width of [320, 360, 760]) {
  test(`every open menu fits ${width} pixels`, async ({ page, organization }) => {
    await page.setViewportSize({ width, height: 740 });
    const agent = await ages(organization);
    await organization.signIn(page, `${agent.path}?startDate=${daysAgo(7)}`);
    await alive(page);
    for (const name of ["Status", "Source", "Date", "More"] as const) {
      await menu(page, name).click();
      const panel = page.locator(".filters details[open] > .panel");
      await expect(panel).toHaveCount(1);
      const box = await panel.boundingBox();
      expect(box?.x, name).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? width), name).toBeLessThanOrEqual(width);
      await menu(page, name).click();
    }
  });
}
