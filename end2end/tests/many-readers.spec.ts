// Many people who open a page at the same moment each get all of it.
import { history } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

const READERS = 3;
const VISITS = 400;

test("a page is whole, however many ask for it at once @no-wasm", async ({ organization, page }) => {
  const agent = await organization.createAgent("Product copywriter");
  await agent.record(...history(20));
  await organization.signIn(page, agent.path);
  const whole = await page.title();
  const read = async () => {
    for (let visit = 0; visit < VISITS; visit++) {
      const answer = await page.request.get(agent.path);
      expect(answer.status()).toBe(200);
      expect(await answer.text()).toContain(`<title>${whole}</title>`);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
});
