import { alive } from "../../support/alive.ts";
import { dialog, fact, section } from "../../support/detail.ts";
import { rows } from "../../support/list.ts";
import { history } from "../../support/organization.ts";
import { expect, test } from "../../support/test.ts";

test("hints argue from the history, each with a way to its evidence", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(40));
  const timeout = { status: "failed", errorCode: "TIMEOUT", errorMessage: "No answer within 30 s." };
  await agent.record(...history(3, timeout).map((one, index) => ({ ...one, executionId: `late_${index}` })));
  await organization.signIn(page, `${agent.path}?execution=late_0`);
  await alive(page);
  const hints = dialog(page).getByRole("list", { name: "What may help" }).getByRole("listitem");
  await expect(hints).not.toHaveCount(0);
  await expect(section(page, "Error")).toContainText("timed out");
  const evidence = hints.filter({ has: page.getByRole("link") }).first();
  await expect(evidence).not.toHaveText("");
  await evidence.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`^[^?]*${agent.path}\\?`));
  await expect(page).not.toHaveURL(/execution=late_0/);
  await expect(dialog(page)).toHaveCount(0);
  await expect(rows(page)).not.toHaveCount(0);
});

test("latency stands beside what is usual for agent and model", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await agent.record(...history(40, { latencyMs: 1_000 }));
  await agent.record(
    { executionId: "slow", status: "success", latencyMs: 4_000, model: "gemini-1.5-pro" },
    { executionId: "other", status: "success", latencyMs: 4_000, model: "never seen before" },
  );
  await organization.signIn(page, `${agent.path}?execution=slow`);
  await expect(fact(page, "Latency")).toContainText("usually 1,000 · p95 1,000");
  await expect(fact(page, "Latency")).toContainText("slower than 95 of 100");
  await page.goto(`${agent.path}?execution=exec_3`);
  await expect(fact(page, "Latency")).toContainText("usually 1,000");
  await expect(fact(page, "Latency")).not.toContainText("slower");
  await page.goto(`${agent.path}?execution=other`);
  await expect(fact(page, "Latency")).toHaveText("4,000 ms");
});
