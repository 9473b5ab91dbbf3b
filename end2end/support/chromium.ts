// The system's Chromium: Playwright's own is a download, which a closed network refuses.
import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from "@playwright/test";

const isRoot = process.getuid?.() === 0;

export const chromium: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> = {
  browserName: "chromium",
  launchOptions: {
    executablePath: process.env.AGENT_LEDGER_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: [
      // Chromium's sandbox does not work for root.
      ...(isRoot ? ["--no-sandbox"] : []),
      // Nothing that Chromium does of its own accord may wait for a network.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--no-first-run",
    ],
  },
};
