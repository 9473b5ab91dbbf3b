import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

const MINUTES = Number(process.env["AGENT_LEDGER_SOAK_MINUTES"]);

// `cargo xtask soak`: a page that is left open for as long as one likes. What hangs is given up five minutes later.
export default defineConfig({
  testDir: "soak",
  workers: 1,
  retries: 0,
  timeout: (MINUTES + 5) * 60_000,
  reporter: [["line"]],
  use: chromium,
});
