import { alive } from "../../support/alive.ts";
import { fact, section } from "../../support/detail.ts";
import { expect, test } from "../../support/test.ts";

const TEMPLATE = "Write about {{product}} for {{ audience }}.";

test("what was put into the template is marked, and the template is one click away", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await organization.createVersion(agent, { model: "gemini-1.5-pro", userPromptTemplate: TEMPLATE });
  await agent.record({
    executionId: "filled",
    status: "success",
    version: "V1",
    inputVariables: { product: "<b>Watch</b>", audience: "runners" },
    userPrompt: "Write about <b>Watch</b> for runners.",
  });
  await organization.signIn(page, `${agent.path}?execution=filled`);
  await alive(page);
  const prompt = section(page, "User prompt").locator("pre").first();
  await expect(prompt).toHaveText("Write about <b>Watch</b> for runners.");
  await expect(prompt.locator("mark")).toHaveText(["<b>Watch</b>", "runners"]);
  await expect(prompt.locator("mark").first()).toHaveAttribute("title", "product");
  const template = section(page, "User prompt").getByText(TEMPLATE, { exact: true });
  await expect(template).toBeHidden();
  await section(page, "User prompt").getByText("Show template").click();
  await expect(template).toBeVisible();
  await fact(page, "Version").getByRole("link").click();
  await expect(page).toHaveURL(`/agents/${agent.id}/versions`);
});

test("a prompt that the template does not fit is shown without marks", async ({ page, organization }) => {
  const agent = await organization.createAgent();
  await organization.createVersion(agent, { model: "gemini-1.5-pro", userPromptTemplate: TEMPLATE });
  await agent.record(
    { executionId: "other", status: "success", version: "V1", userPrompt: "Something else." },
    { executionId: "unknown", status: "success", version: "V9", userPrompt: "Something else." },
  );
  await organization.signIn(page, `${agent.path}?execution=other`);
  await expect(section(page, "User prompt").locator("pre").first()).toHaveText("Something else.");
  await expect(section(page, "User prompt").locator("mark")).toHaveCount(0);
  await page.goto(`${agent.path}?execution=unknown`);
  await expect(fact(page, "Version")).toHaveText("V9");
  await expect(fact(page, "Version").getByRole("link")).toHaveCount(0);
  await expect(section(page, "User prompt").getByText("Show template")).toHaveCount(0);
});
