// Recorded data of others, turned into the import format by `cargo xtask convert`.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url).pathname;

/** As the Rust tests look for it. */
const folder =
  process.env.AGENT_LEDGER_TEST_DATA ?? new URL("../../../shared/data", import.meta.url).pathname;

const FILES = {
  tensorzero: "executions/tensorzero_chat_inferences.jsonl",
  azure: "load/AzureLLMInferenceTrace_conv.csv",
};

export type Kind = keyof typeof FILES;

/** What to say where there is no such data; nothing where there is. */
export function missing(kind: Kind): string | undefined {
  const file = `${folder}/${FILES[kind]}`;
  return existsSync(file) ? undefined : `no ${file}; name its folder in AGENT_LEDGER_TEST_DATA`;
}

/** Writes the data to `to` as NDJSON. The converter is built first where it is not yet. */
export async function convert(kind: Kind, to: string): Promise<void> {
  await promisify(execFile)("cargo", ["xtask", "convert", kind, `${folder}/${FILES[kind]}`, to], {
    cwd: root,
  });
}
