import { COLUMNS, rows, shownIds } from "../support/list.ts";
import { alive } from "../support/alive.ts";
import type { Agent, Organization } from "../support/organization.ts";
import { convert, missing, type Kind } from "../support/real-data.ts";
import type { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";
import type { Page, TestInfo } from "@playwright/test";

// The converter may have to be compiled first.
const TIMEOUT_MS = 300_000;

async function imported(
  kind: Kind,
  organization: Organization,
  server: Server,
  testInfo: TestInfo,
): Promise<Agent> {
  test.setTimeout(TIMEOUT_MS);
  const file = testInfo.outputPath(`${kind}.ndjson`);
  await convert(kind, file);
  const agent = await organization.createAgent();
  await server.importFile(organization.name, agent.id, file);
  return agent;
}

/** The page shows those rows of that many, the same as the REST list has there. */
async function expectRows(
  page: Page,
  agent: Agent,
  offset: number,
  limit: number,
  total: number,
): Promise<void> {
  const text = (number: number) => number.toLocaleString("en");
  const last = Math.min(offset + limit, total);
  const showing = `Showing ${text(offset + 1)} to ${text(last)} of ${text(total)} executions`;
  await expect(page.getByText(showing, { exact: true })).toBeVisible();
  await expect(rows(page)).toHaveCount(last - offset);
  const { executions, pagination } = await agent.list({ limit, offset });
  expect(pagination).toMatchObject({ total, hasMore: last < total });
  await expect.poll(() => shownIds(page)).toEqual(executions.map(({ executionId }) => executionId));
}

test.describe("743 recorded agent calls", () => {
  test.skip(missing("tensorzero") !== undefined, missing("tensorzero"));

  test("are paged through from the first to the last", async ({ page, organization, server }, testInfo) => {
    const agent = await imported("tensorzero", organization, server, testInfo);
    await organization.signIn(page, agent.path);
    await alive(page);
    const seen = new Set<string>();
    for (let offset = 0; offset < 743; offset += 20) {
      await expectRows(page, agent, offset, 20, 743);
      for (const id of await shownIds(page)) {
        seen.add(id);
      }
      if (offset + 20 < 743) {
        await page.getByRole("link", { name: "Next" }).click();
      }
    }
    expect(seen.size).toBe(743);
    await expect(page.getByText("Page 38 of 38", { exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: "Next" })).toHaveAttribute("aria-disabled", "true");
  });

  test("show what is unknown of them as unknown, not as 0", async ({
    page,
    organization,
    server,
  }, testInfo) => {
    const agent = await imported("tensorzero", organization, server, testInfo);
    await organization.signIn(page, `${agent.path}?limit=100`);
    await expect(rows(page)).toHaveCount(100);
    for (const column of ["Tokens", "Cost"]) {
      const cells = await page.locator(`tbody td:nth-child(${COLUMNS.indexOf(column) + 1})`).allInnerTexts();
      expect(cells.filter((text) => !text.startsWith("—"))).toEqual([]);
    }
    await rows(page).first().getByRole("link").click();
    await expect(page.getByRole("heading", { name: "Output" })).toBeVisible();
    await expect(page.locator("dl.cards")).toContainText("unknown");
  });
});

test.describe("19,366 arrivals of one hour", () => {
  test.skip(missing("azure") !== undefined, missing("azure"));

  test("are counted exactly and reached at any depth", async ({ page, organization, server }, testInfo) => {
    const agent = await imported("azure", organization, server, testInfo);
    await organization.signIn(page, agent.path);
    await expectRows(page, agent, 0, 20, 19_366);
    await expect(page.getByText("Page 1 of 969", { exact: true })).toBeVisible();
    await page.goto(`${agent.path}?page=969`);
    await expectRows(page, agent, 19_360, 20, 19_366);
    await page.goto(`${agent.path}?page=485&limit=20`);
    await expectRows(page, agent, 9_680, 20, 19_366);
    await page.goto(`${agent.path}?page=100&limit=100`);
    await expectRows(page, agent, 9_900, 100, 19_366);
  });
});
