// What an open page holds.
import type { Page } from "@playwright/test";
import { watch } from "./live.ts";
import type { Agent, Organization } from "./organization.ts";

/** Growth from which on a page keeps something of what it has shown, in kB: a few bytes of each row would be more. */
export const GROWTH_KB = 300;

/** Opens the live list of a new agent, with its memory remembered. */
export async function follow(page: Page, organization: Organization): Promise<Agent> {
  const agent = await organization.createAgent();
  await watchMemory(page);
  await watch(page, organization, agent.path);
  return agent;
}

/** Remembers the memory of WASM on every page that is opened from now on. */
export async function watchMemory(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const start = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...args) => {
      const started = await start(...args);
      Object.assign(window, { wasm: started.instance.exports.memory });
      return started;
    };
  });
}

/** What the page holds, in kB: JavaScript's objects after a collection, and WASM's memory. */
export async function held(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("Performance.enable");
  const { metrics } = await devtools.send("Performance.getMetrics");
  await devtools.detach();
  const objects = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? NaN;
  const wasm = await page.evaluate(
    () => (window as unknown as { wasm: WebAssembly.Memory }).wasm.buffer.byteLength,
  );
  return (objects + wasm) / 1_000;
}
