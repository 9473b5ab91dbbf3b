import { shownIds } from "../../support/list.ts";
import { follow, GROWTH_KB, held } from "../../support/memory.ts";
import { expect, test } from "../../support/test.ts";

/** How many executions come in before the page's memory is looked at, and again until it is looked at once more. */
const MANY = 1_500;
/** A page of the list: each batch makes all of its rows others. */
const BATCH = 20;

test("a page that follows a busy agent for long holds no more than before @wasm", async ({
  page,
  organization,
}) => {
  const agent = await follow(page, organization);
  let batches = 0;
  const record = async () => {
    for (const until = batches + MANY / BATCH; batches < until; batches++) {
      const ids = Array.from({ length: BATCH }, (_, number) => `batch_${batches}_${number}`);
      await agent.record(...ids.map((executionId) => ({ executionId, status: "success" })));
      await expect.poll(async () => (await shownIds(page)).toSorted()).toEqual(ids.toSorted());
    }
  };
  await record();
  const before = await held(page);
  await record();
  expect((await held(page)) - before).toBeLessThan(GROWTH_KB);
});
