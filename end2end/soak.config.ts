import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

// `cargo xtask soak`: a page that is left open for as long as one likes.
export default defineConfig({
  testDir: "soak",
  workers: 1,
  retries: 0,
  reporter: [["line"]],
  use: chromium,
});
