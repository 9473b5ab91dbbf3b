// Running the server's binary, as a command to its end or as a server until stopped.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Longer than any command needs; a hanging one fails with its output instead of the test's bare timeout. */
const COMMAND_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;

export interface CommandOptions {
  /** Written to standard input, which is closed after it. */
  stdin?: string;
  timeoutMs?: number;
}

/** Set by `cargo xtask`; the fallback serves those who call Playwright themselves. */
const binary =
  process.env.AGENT_LEDGER_BIN ?? new URL("../../target/release/agent-ledger", import.meta.url).pathname;

/** Of every database of the tests, so that none is made in the home of whoever runs them. */
const masterKey = Buffer.alloc(32, "for tests only").toString("base64");

/** The environment without the settings of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("AGENT_LEDGER_"));
  return { ...Object.fromEntries(others), AGENT_LEDGER_MASTER_KEY: masterKey };
}

/** Runs a command and returns its standard output, trimmed. Rejects, with standard error, on any other exit than 0. */
export async function run(args: string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(binary, args, {
    env: environment(),
    stdio: "pipe",
    timeout: options.timeoutMs ?? COMMAND_TIMEOUT_MS,
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  // A command that reads no input may be gone before it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin ?? "");
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    throw new Error(`agent-ledger ${args.join(" ")} ended with ${code ?? signal}:\n${errors}`);
  }
  return output.trim();
}

/** A program that runs until it is stopped; its two outputs are kept in the order in which they came. */
export class Daemon {
  output = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #failure: Error | undefined;

  constructor(args: string[]) {
    this.#child = spawn(binary, args, { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#failure = error;
        resolve();
      });
      this.#child.once("close", () => resolve());
    });
  }

  /** Throws, with all it said, if the program is not running any more. */
  assertRunning(): void {
    const { exitCode, signalCode } = this.#child;
    if (this.#failure || exitCode !== null || signalCode !== null) {
      throw new Error(`agent-ledger ended with ${this.#failure ?? exitCode ?? signalCode}:\n${this.output}`);
    }
  }

  /** Ends it as an operator would. Rejects if it does not go in time: a server must not wait for open streams. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#child.kill("SIGKILL");
    }, STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
    if (isLate) {
      throw new Error(`agent-ledger did not stop within ${STOP_TIMEOUT_MS} ms of SIGTERM:\n${this.output}`);
    }
  }

  /** Ends it as a power loss would. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
