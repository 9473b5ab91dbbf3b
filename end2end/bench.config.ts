import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

// `cargo xtask bench` runs this against a server that it has filled, and reads the figures from the output.
export default defineConfig({
  testDir: "bench",
  workers: 1,
  retries: 0,
  timeout: 180_000,
  reporter: [["line"]],
  use: { ...chromium, baseURL: process.env.BENCH_ORIGIN ?? "http://127.0.0.1:3000" },
});
