import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

// Every test runs twice, with and without WASM, but those tagged @wasm or @no-wasm.
export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 0,
  // A busy machine is no failure: what is awaited comes, and what never comes fails all the same.
  expect: { timeout: 15_000 },
  timeout: 120_000,
  reporter: [["list"]],
  use: chromium,
  projects: [
    { name: "with-wasm", grepInvert: /@no-wasm\b/ },
    { name: "without-wasm", grepInvert: /@wasm\b/, use: { javaScriptEnabled: false } },
  ],
});
