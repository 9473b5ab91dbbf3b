import { CLIENT_ID, Provider } from "../support/provider.ts";
import { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

test("somebody signs in by the provider, and somebody whom nobody invited does not", async ({ page }) => {
  await using provider = await Provider.start();
  await using server = await Server.start({
    args: (baseURL) => [
      ...["--public-url", baseURL],
      ...["--oidc-issuer", provider.issuer],
      ...["--oidc-client-id", CLIENT_ID],
      ...["--oidc-name", "Acme ID"],
    ],
  });
  const email = "mira@example.com";
  await server.addUser({ org: "Acme", email, password: "correct horse battery" });

  provider.email = "stranger@example.com";
  await page.goto(`${server.baseURL}/sign-in`);
  await page.getByRole("link", { name: "Sign in with Acme ID" }).click();
  await expect(page.getByRole("alert")).toContainText("You do not belong to an organization here");

  provider.email = email;
  await page.getByRole("link", { name: "Sign in with Acme ID" }).click();
  await expect(page.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();
});
