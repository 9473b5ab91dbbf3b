import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

// `cargo xtask screenshots`: the README's pictures, at twice the pixels for sharp text.
export default defineConfig({
  testDir: "screenshots",
  workers: 1,
  retries: 0,
  reporter: [["list"]],
  use: { ...chromium, bypassCSP: true, viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 },
  projects: [
    { name: "light", use: { colorScheme: "light" } },
    { name: "dark", use: { colorScheme: "dark" } },
  ],
});
