import { AxeBuilder } from "@axe-core/playwright";
import { alive } from "../support/alive.ts";
import { pill, see, state, watch } from "../support/live.ts";
import { row } from "../support/list.ts";
import { history } from "../support/organization.ts";
import { MISSING, PUBLIC, furnish } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";
import type { Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Of these alone the answer depends on the colors.
const COLOR_RULES = ["color-contrast", "link-in-text-block"];

/** What axe finds wrong with the page as it is. */
function violations(page: Page): Promise<string[]> {
  return analyze(new AxeBuilder({ page }).withTags(RULES));
}

/** What axe finds wrong in the light, and of colors in the dark. */
async function violationsInBoth(page: Page): Promise<string[]> {
  const found = await violations(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const inTheDark = await analyze(new AxeBuilder({ page }).withRules(COLOR_RULES));
  await page.emulateMedia({ colorScheme: "light" });
  return [...found, ...inTheDark.map((line) => `dark: ${line}`)];
}

/** In lines that can be read. */
async function analyze(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ""}`),
  );
}

for (const width of [1280, 360]) {
  test.describe(`${width} pixels wide`, () => {
    test.use({
      colorScheme: "light",
      viewport: { width, height: 800 },
      expectedStatuses: [404],
    });

    test("every page can be used by everybody @wasm", async ({ page, organization }) => {
      const check = async (name: string, path: string) => {
        await page.goto(path);
        await alive(page);
        expect.soft(await violationsInBoth(page), name).toEqual([]);
      };
      for (const { name, path } of PUBLIC) {
        await check(name, path);
      }
      const places = await furnish(organization);
      await organization.signIn(page);
      for (const { name, path } of [...places, ...MISSING]) {
        await check(name, path);
      }
    });

    test("open menus and forms can be used by everybody @wasm", async ({ page, organization }) => {
      const [agents, executions] = await furnish(organization);
      await organization.signIn(page, agents?.path);
      for (const path of [agents, executions].map((place) => place?.path ?? "")) {
        await page.goto(path);
        await alive(page);
        for (const summary of await page.locator("details.menu > summary").all()) {
          await summary.click();
          expect.soft(await violationsInBoth(page), (await summary.innerText()) || path).toEqual([]);
          await page.keyboard.press("Escape");
        }
      }
      await page.getByRole("button", { name: "Keyboard" }).click();
      await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
      expect.soft(await violationsInBoth(page), "the sheet of keys").toEqual([]);
    });

    for (const colorScheme of ["light", "dark"] as const) {
      test.describe(`a list that is followed, ${colorScheme}`, () => {
        test.use({ breaksNetwork: true, colorScheme });

        test("can be used by everybody, with news waiting, paused and cut off @wasm", async ({
          page,
          context,
          organization,
        }) => {
          const agent = await organization.createAgent();
          await agent.record(...history(3));
          await watch(page, organization, agent.path);
          expect.soft(await violations(page), "live").toEqual([]);
          await row(page, "exec_2").hover();
          await agent.record({ executionId: "new", status: "success" });
          await expect(pill(page)).toBeVisible();
          expect.soft(await violations(page), "news waiting").toEqual([]);
          await page.mouse.move(0, 0);
          await page.keyboard.press("p");
          await expect(state(page)).toContainText("Paused");
          expect.soft(await violations(page), "paused").toEqual([]);
          await page.keyboard.press("p");
          await expect(state(page)).toContainText("Live");
          await context.setOffline(true);
          await see(page, "hidden");
          await see(page, "visible");
          await expect(state(page)).toContainText("Connection lost");
          expect.soft(await violations(page), "cut off").toEqual([]);
        });
      });
    }
  });
}
