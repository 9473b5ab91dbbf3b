import { writeFile } from "node:fs/promises";
import { alive } from "../../support/alive.ts";
import { hold } from "../../support/hold.ts";
import { pill, see, state, watch } from "../../support/live.ts";
import { cell, choose, chooseRange, row, rows, shownIds } from "../../support/list.ts";
import { Organization, history, type Agent } from "../../support/organization.ts";
import { Server } from "../../support/server.ts";
import { expect, test } from "../../support/test.ts";
import type { Page } from "@playwright/test";

const showing = (page: Page, text: string) => page.getByText(`Showing ${text}`, { exact: true });

/** The list once more, in a page of its own that shows what happens meanwhile. */
async function watchBeside(page: Page, agent: Agent): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(agent.path);
  await expect(state(other)).toContainText("Live");
  return other;
}

test("a new execution appears at the top, and the total follows @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(30));
  await watch(page, organization, agent.path);
  await agent.record({ executionId: "new", status: "failed" });
  await expect(row(page, "new")).toBeVisible();
  expect((await shownIds(page))[0]).toBe("new");
  await expect(rows(page)).toHaveCount(20);
  await expect(showing(page, "1 to 20 of 31 executions")).toBeVisible();
  await expect(page.getByText("31 executions", { exact: true }).first()).toBeVisible();
});

test("what happens before the page is connected is not missed @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  const connect = await hold(page, "**/events?*");
  await organization.signIn(page, agent.path);
  await alive(page);
  await page.mouse.move(0, 0);
  await agent.record({ executionId: "between", status: "success" });
  connect();
  await expect(row(page, "between")).toBeVisible();
});

test("an import by another process waits while a row has the focus, and comes when asked for @wasm", async ({
  page,
  organization,
  server,
}, testInfo) => {
  const agent = await organization.createAgent();
  await agent.record(...history(40));
  await watch(page, organization, agent.path);
  const focused = row(page, "exec_15").getByRole("link");
  await focused.focus();
  const before = await shownIds(page);

  const file = testInfo.outputPath("three.ndjson");
  const lines = [1, 2, 3].map((number) =>
    JSON.stringify({ executionId: `new_${number}`, status: "success" }),
  );
  await writeFile(file, lines.join("\n"));
  await server.importFile(organization.name, agent.id, file);

  await expect(pill(page)).toHaveText("3 new executions");
  expect(await shownIds(page)).toEqual(before);
  await expect(focused).toBeFocused();
  await expect(showing(page, "1 to 20 of 43 executions")).toBeVisible();
  await pill(page).click();
  await expect(row(page, "new_3")).toBeVisible();
  await expect(pill(page)).toHaveCount(0);
  await expect(rows(page)).toHaveCount(20);
});

test("rows come in only when none is pointed at @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(5));
  await watch(page, organization, agent.path);
  await row(page, "exec_3").hover();
  await agent.record({ executionId: "new", status: "success" });
  await expect(pill(page)).toHaveText("1 new execution");
  await expect(rows(page)).toHaveCount(5);
  await page.mouse.move(0, 0);
  await expect(row(page, "new")).toBeVisible();
  await expect(pill(page)).toHaveCount(0);
});

test("the first execution takes the place of the empty list @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await watch(page, organization, agent.path);
  await expect(page.getByRole("heading", { name: "No executions yet" })).toBeVisible();
  await agent.record(...history(1));
  await expect(rows(page)).toHaveCount(1);
});

test("a row that runs turns final in place, even while it is pointed at @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record({ executionId: "run", status: "running" });
  await watch(page, organization, agent.path);
  await expect(cell(row(page, "run"), "Status")).toHaveText("Running");
  await row(page, "run").hover();
  await agent.finish("run", { status: "success", latencyMs: 1_234 });
  await expect(cell(row(page, "run"), "Status")).toHaveText("Success");
  await expect(cell(row(page, "run"), "Latency")).toHaveText("1,234 ms");
});

test("filters apply to what happens @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(2, { status: "failed" }), { executionId: "run", status: "running" });
  await watch(page, organization, `${agent.path}?status=failed&status=running`);
  await expect(rows(page)).toHaveCount(3);
  await agent.record({ executionId: "fine", status: "success" }, { executionId: "bad", status: "failed" });
  await expect(row(page, "bad")).toBeVisible();
  await agent.finish("run", { status: "success" });
  await expect(row(page, "run")).toHaveCount(0);
  await expect(rows(page)).toHaveCount(3);
  await expect(showing(page, "1 to 3 of 3 executions")).toBeVisible();
});

test("a range without an end goes on while rows come in, and its start stays @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await watch(page, organization, agent.path);
  await chooseRange(page, "Last hour");
  const address = page.url();
  expect(address).toMatch(/[?&]startDate=/);
  await page.mouse.move(0, 0);
  await expect(state(page)).toContainText("Live");
  await agent.record({ executionId: "new", status: "success" });
  await expect(row(page, "new")).toBeVisible();
  await expect(rows(page)).toHaveCount(4);
  expect(page.url()).toBe(address);
});

test("rows that wait for one list never come into another @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3), { executionId: "bad", status: "failed" });
  await watch(page, organization, agent.path);
  await row(page, "exec_2").hover();
  await agent.record({ executionId: "fine", status: "success" });
  await expect(pill(page)).toHaveText("1 new execution");
  await page.keyboard.press("p");
  await choose(page, "Status", "Failed");
  await expect(rows(page)).toHaveCount(1);
  await page.mouse.move(0, 0);
  await expect(pill(page)).toHaveCount(0);
  await state(page).click();
  await page.mouse.move(0, 0);
  await expect(state(page)).toContainText("Live");
  expect(await shownIds(page)).toEqual(["bad"]);
});

test("on another page new executions are counted and nothing moves @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(45));
  await watch(page, organization, `${agent.path}?page=2`);
  const before = await shownIds(page);
  await agent.record({ executionId: "a", status: "success" }, { executionId: "b", status: "success" });
  await expect(pill(page)).toHaveText("2 new executions");
  await agent.record({ executionId: "c", status: "success" });
  await expect(pill(page)).toHaveText("3 new executions");
  await expect(showing(page, "21 to 40 of 48 executions")).toBeVisible();
  expect(await shownIds(page)).toEqual(before);
  await pill(page).click();
  await expect(page).toHaveURL(agent.path);
  await expect(row(page, "c")).toBeVisible();
  await expect(pill(page)).toHaveCount(0);
});

test("a pause holds everything up, and nothing is missed afterwards @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await watch(page, organization, agent.path);
  const other = await watchBeside(page, agent);
  await page.keyboard.press("p");
  await expect(state(page)).toContainText("Paused");
  await expect(state(page)).toHaveAttribute("aria-pressed", "true");
  await agent.record({ executionId: "meanwhile", status: "success" });
  await expect(row(other, "meanwhile")).toBeVisible();
  await expect(row(page, "meanwhile")).toHaveCount(0);
  await state(page).click();
  await page.mouse.move(0, 0);
  await expect(row(page, "meanwhile")).toBeVisible();
  await expect(state(page)).toContainText("Live");
});

test("a page out of sight is not connected, and catches up when it is seen again @wasm", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));
  await watch(page, organization, agent.path);
  const other = await watchBeside(page, agent);
  await see(page, "hidden");
  await agent.record({ executionId: "unseen", status: "success" });
  await expect(row(other, "unseen")).toBeVisible();
  await expect(row(page, "unseen")).toHaveCount(0);
  await see(page, "visible");
  await expect(row(page, "unseen")).toBeVisible();
});

test("a burst stays a page of rows, and its total is exact @wasm", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(20));
  await watch(page, organization, agent.path);
  for (let batch = 0; batch < 40; batch++) {
    await agent.record(
      ...Array.from({ length: 10 }, (_, index) => ({
        executionId: `burst_${batch}_${index}`,
        status: "success",
      })),
    );
  }
  await expect(showing(page, "1 to 20 of 420 executions")).toBeVisible();
  await expect(rows(page)).toHaveCount(20);
  const { executions } = await agent.list();
  await expect.poll(() => shownIds(page)).toEqual(executions.map(({ executionId }) => executionId));
});

/** Records one more until `stop` is called, and tells which were acknowledged. */
function recording(agent: Agent): { count: () => number; stop: () => Promise<string[]> } {
  let goesOn = true;
  const acknowledged: string[] = [];
  const ended = (async () => {
    for (let number = 0; goesOn; number++) {
      const executionId = `run_${number}`;
      try {
        await agent.record({ executionId, status: "success" });
        acknowledged.push(executionId);
      } catch {
        // The server is away; whether this one was recorded is not known, so it is not asked for.
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  return {
    count: () => acknowledged.length,
    stop: async () => {
      goesOn = false;
      await ended;
      return acknowledged;
    },
  };
}

test.describe("when the connection breaks", () => {
  test.use({ breaksNetwork: true });

  test("a killed server is missed, and what it recorded around that comes once @wasm", async ({ page }) => {
    await using server = await Server.start();
    const organization = await Organization.found(server);
    const agent = await organization.createAgent();
    await watch(page, organization, `${agent.path}?limit=100`);
    const recorder = recording(agent);
    await expect(rows(page).nth(2)).toBeVisible();

    await server.kill();
    await expect(state(page)).toContainText("Connection lost, retrying");
    await expect(rows(page).nth(2)).toBeVisible();
    await server.restart();
    await expect(state(page)).toContainText("Live");
    const restarted = recorder.count();
    await expect.poll(() => recorder.count()).toBeGreaterThan(restarted + 3);
    const acknowledged = await recorder.stop();
    const { executions, pagination } = await agent.list({ limit: 100 });
    expect(executions.map(({ executionId }) => executionId)).toEqual(
      expect.arrayContaining(acknowledged.slice(-90)),
    );
    await expect.poll(() => shownIds(page)).toEqual(executions.map(({ executionId }) => executionId));
    await expect(page.getByText(`of ${pagination.total} executions`)).toBeVisible();
    // Before its server goes, which an open list would notice.
    await page.close();
  });

  test("a browser that was offline catches up @wasm", async ({ page, context, organization }) => {
    const agent = await organization.createAgent();
    await agent.record(...history(3));
    await watch(page, organization, agent.path);
    await context.setOffline(true);
    // Chromium leaves what is connected alone; a look elsewhere and back connects anew.
    await see(page, "hidden");
    await see(page, "visible");
    await expect(state(page)).toContainText("Connection lost");
    await agent.record({ executionId: "offline", status: "success" });
    await expect(row(page, "offline")).toHaveCount(0);
    await context.setOffline(false);
    await expect(row(page, "offline")).toBeVisible();
    await expect(rows(page)).toHaveCount(4);
    await expect(state(page)).toContainText("Live");
  });
});

test.describe("when the session has ended", () => {
  test.use({ breaksNetwork: true, expectedStatuses: [401] });

  test("an open list leads to the sign-in page and back @wasm", async ({ page, organization, server }) => {
    const agent = await organization.createAgent();
    await agent.record(...history(3));
    await watch(page, organization, `${agent.path}?status=success`);
    const other = await page.context().newPage();
    await other.goto("/agents");
    await other.locator("summary[aria-label='Account']").click();
    await other.getByRole("button", { name: "Sign out" }).click();
    await expect(other).toHaveURL(/\/sign-in/);
    await expect(page).toHaveURL(/\/sign-in\?next=/, { timeout: 45_000 });
    await organization.fillIn(page, organization.password);
    await expect(page).toHaveURL(`${server.baseURL}${agent.path}?status=success`);
  });
});
