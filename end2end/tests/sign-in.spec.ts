import { rows } from "../support/list.ts";
import { Organization, history } from "../support/organization.ts";
import { expect, test } from "../support/test.ts";

test("a wrong password is refused and the right one leads on to the page that was asked for", async ({
  page,
  organization,
}) => {
  const agent = await organization.createAgent();
  await agent.record(...history(3));

  await page.goto(`${agent.path}?status=success`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await organization.fillIn(page, "wrong password");
  await expect(page.getByRole("alert")).toHaveText("The e-mail address or the password is wrong.");
  await organization.fillIn(page, organization.password);
  await expect(page).toHaveURL(`${agent.path}?status=success`);
  await expect(rows(page)).toHaveCount(3);
});

test("nobody is led to another site after signing in", async ({ page, organization, server }) => {
  for (const next of ["https://example.com/", "//example.com/", "/\\example.com/"]) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?${new URLSearchParams({ next })}`);
    await organization.fillIn(page, organization.password);
    await expect(page).toHaveURL(`${server.baseURL}/agents`);
  }
});

test("signing out ends the session", async ({ page, organization }) => {
  await organization.signIn(page);
  await page.locator("summary[aria-label='Account']").click();
  await expect(page.getByText(organization.email)).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/agents");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fagents$/);
});

test.describe("what belongs to another organization", () => {
  test.use({ expectedStatuses: [404] });

  test("is not there", async ({ page, organization, server }) => {
    const agent = await organization.createAgent("Secret project");
    await agent.record(...history(1));
    const stranger = await Organization.found(server);
    await stranger.signIn(page);

    for (const path of [
      agent.path,
      `${agent.path}/exec_1`,
      `/agents/${agent.id}/versions`,
      `/agents/${agent.id}/connect`,
    ]) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(404);
      await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
      await expect(page.getByText("Secret project")).toHaveCount(0);
    }
  });
});
