// A server of one's own, on a database of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon, run, type CommandOptions } from "./program.ts";

const START_TIMEOUT_MS = 15_000;

export type Role = "owner" | "admin" | "member" | "viewer";
export type Scope = "record" | "read" | "execute" | "admin";

export interface User {
  org: string;
  email: string;
  password: string;
  role?: Role;
}

export interface StartOptions {
  /** A PostgreSQL instead of a new SQLite file. */
  databaseUrl?: string;
  /** Further arguments of `serve`, which may name the address where it is reached. */
  args?: string[] | ((baseURL: string) => string[]);
}

/** `await using server = await Server.start()` stops it at the end of the block. */
export class Server implements AsyncDisposable {
  readonly baseURL: string;
  readonly databaseUrl: string;
  readonly #folder: string;
  readonly #args: string[];
  #daemon: Daemon;

  private constructor(folder: string, port: number, options: StartOptions) {
    const address = `127.0.0.1:${port}`;
    this.#folder = folder;
    this.baseURL = `http://${address}`;
    this.databaseUrl = options.databaseUrl ?? `sqlite://${join(folder, "ledger.db")}`;
    const { args: further = [] } = options;
    const args = typeof further === "function" ? further(this.baseURL) : further;
    // The demo brings a database of its own.
    const database = args.includes("--demo") ? [] : ["--database-url", this.databaseUrl];
    this.#args = ["serve", "--addr", address, ...database, ...args];
    this.#daemon = new Daemon(this.#args);
  }

  /** Starts a server and waits until it is ready. */
  static async start(options: StartOptions = {}): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "agent-ledger-"));
    const server = new Server(folder, await freePort(), options);
    try {
      await server.#ready();
    } catch (error) {
      await server.stop().catch(() => {});
      throw error;
    }
    return server;
  }

  /** The demo: sample agents, alive. */
  static demo(): Promise<Server> {
    return Server.start({ args: ["--demo"] });
  }

  /** All that the server has said. */
  get log(): string {
    return this.#daemon.output;
  }

  /** The link that the demo prints, alone on a line; opening it signs in. */
  get signInLink(): string {
    const link = this.log.match(/^http:\/\/\S+\/sign-in\?token=\S+$/m)?.[0];
    if (!link) {
      throw new Error(`no sign-in link in the server's output:\n${this.log}`);
    }
    return link;
  }

  /** The link that a server without accounts prints; opening it makes the first one. */
  get setUpLink(): string {
    const link = this.log.match(/^http:\/\/\S+\/set-up\?token=\S+$/m)?.[0];
    if (!link) {
      throw new Error(`no set-up link in the server's output:\n${this.log}`);
    }
    return link;
  }

  /** Ends it gracefully and removes its database. */
  async stop(): Promise<void> {
    try {
      await this.#daemon.stop();
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** `kill -9`, for tests of what is lost then. */
  kill(): Promise<void> {
    return this.#daemon.kill();
  }

  /** Starts it again on the same address and database, after a graceful stop if it is running. */
  async restart(): Promise<void> {
    await this.#daemon.stop();
    this.#daemon = new Daemon(this.#args);
    await this.#ready();
  }

  /** Runs another command on the same database while the server runs; returns its standard output. */
  command(args: string[], options?: CommandOptions): Promise<string> {
    return run([...args, "--database-url", this.databaseUrl], options);
  }

  /** Makes the organization as well where it does not exist. Returns the person's id. */
  addUser({ org, email, password, role = "owner" }: User): Promise<string> {
    return this.command(["user", "add", "--org", org, "--email", email, "--role", role, "--password-stdin"], {
      stdin: `${password}\n`,
    });
  }

  /** Returns the agent's id. */
  createAgent(org: string, name: string): Promise<string> {
    return this.command(["agent", "create", "--org", org, "--name", name]);
  }

  /** Returns the key, which is shown this once. */
  createKey(org: string, name: string, scopes: Scope[]): Promise<string> {
    return this.command(["key", "create", "--org", org, "--name", name, "--scopes", scopes.join(",")]);
  }

  /** Imports a file of NDJSON, a recorded execution a line. */
  async importFile(org: string, agentId: string, file: string, timeoutMs = 120_000): Promise<void> {
    await this.command(["import", "--org", org, "--agent", agentId, file], { timeoutMs });
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      this.#daemon.assertRunning();
      const answer = await fetch(`${this.baseURL}/readyz`).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`agent-ledger was not ready within ${START_TIMEOUT_MS} ms:\n${this.log}`);
      }
      await sleep(20);
    }
  }
}

/** Free a moment ago, which is what an operating system can tell. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === "object") {
          resolve(address.port);
        } else {
          reject(new Error("the system gave no port"));
        }
      });
    });
  });
}
