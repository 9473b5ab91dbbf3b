// An organization of one's own, so that tests on one server never see each other.
import { randomBytes } from "node:crypto";
import { expect, type Page } from "@playwright/test";
import type { Scope, Server } from "./server.ts";

const BATCH = 1_000;

/** What the REST call that records takes; only the status is required. */
export interface NewExecution {
  executionId?: string;
  status: string;
  source?: string;
  executedAt?: string;
  latencyMs?: number;
  provider?: string;
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheWriteTokens?: number;
  reasoningTokens?: number;
  tokensUsed?: number;
  costUSD?: number;
  model?: string;
  version?: string;
  temperature?: number;
  inputVariables?: Record<string, unknown>;
  systemPrompt?: string;
  userPrompt?: string;
  outputText?: string;
  errorCode?: string;
  errorMessage?: string;
  executedBy?: string;
  metadata?: Record<string, unknown>;
}

export interface ExecutionList {
  executions: { executionId: string; status: string; tokensUsed?: number | null }[];
  pagination: { limit: number; offset: number; total: number; hasMore: boolean };
}

export class Organization {
  readonly name: string;
  readonly email: string;
  readonly password = "correct horse battery";
  readonly #server: Server;

  private constructor(server: Server) {
    const suffix = randomBytes(6).toString("hex");
    this.#server = server;
    this.name = `Acme ${suffix}`;
    this.email = `mira.${suffix}@example.com`;
  }

  /** A new organization and its owner. */
  static async found(server: Server): Promise<Organization> {
    const organization = new Organization(server);
    const { name: org, email, password } = organization;
    await server.addUser({ org, email, password });
    return organization;
  }

  async createAgent(name = "Product copywriter"): Promise<Agent> {
    const id = await this.#server.createAgent(this.name, name);
    const key = await this.createKey("record", "read");
    return new Agent(this.#server, id, key);
  }

  /** Adds a version by REST. */
  async createVersion(agent: Agent, version: { model: string; userPromptTemplate: string }): Promise<void> {
    const key = await this.createKey("admin");
    const response = await fetch(`${this.#server.baseURL}/api/agents/${agent.id}/versions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify(version),
    });
    expect(response.status).toBe(201);
  }

  /** Makes a connection by REST. */
  async connect(name: string, kind: string): Promise<void> {
    const key = await this.createKey("admin");
    const response = await fetch(`${this.#server.baseURL}/api/connections`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ name, kind }),
    });
    expect(response.status).toBe(201);
  }

  createKey(...scopes: Scope[]): Promise<string> {
    return this.#server.createKey(this.name, scopes.join(" and "), scopes);
  }

  /** Reads days in another zone from now on. */
  async setTimeZone(timeZone: string): Promise<void> {
    const response = await fetch(`${this.#server.baseURL}/api/organization`, {
      method: "PATCH",
      headers: {
        Authorization: `Bearer ${await this.createKey("admin")}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ timeZone }),
    });
    expect(response.status, await response.text()).toBe(200);
  }

  /** Keeps executions by another plan from now on. */
  async keep(plan: "none" | "standard" | "pro"): Promise<void> {
    const response = await fetch(`${this.#server.baseURL}/api/organization`, {
      method: "PATCH",
      headers: {
        Authorization: `Bearer ${await this.createKey("admin")}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ retention: { plan } }),
    });
    expect(response.status, await response.text()).toBe(200);
  }

  /** Erases an execution by REST. */
  async erase(agent: Agent, executionId: string): Promise<void> {
    const response = await fetch(`${this.#server.baseURL}/api${agent.path}/${executionId}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${await this.createKey("admin")}` },
    });
    expect(response.status).toBe(204);
  }

  /** Signs the owner in by what the sign-in form sends, and goes on to `next`, an address without origin. */
  async signIn(page: Page, next = "/agents"): Promise<void> {
    const { baseURL } = this.#server;
    const answer = await page.request.post(`${baseURL}/auth/sign-in`, {
      headers: { Origin: baseURL },
      form: { email: this.email, password: this.password, next },
      maxRedirects: 0,
    });
    expect(answer.headers()["location"], await answer.text()).toBe(next);
    await page.goto(baseURL + next);
  }

  /** Fills the sign-in form and sends it. */
  async fillIn(page: Page, password: string): Promise<void> {
    await page.getByLabel("E-mail address").fill(this.email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }
}

export class Agent {
  readonly id: string;
  readonly #server: Server;
  readonly #key: string;

  constructor(server: Server, id: string, key: string) {
    this.#server = server;
    this.id = id;
    this.#key = key;
  }

  /** Address of its executions, without origin. */
  get path(): string {
    return `/agents/${this.id}/executions`;
  }

  /** Records by REST; each of them is new and right, or this rejects. */
  async record(...executions: NewExecution[]): Promise<void> {
    for (let start = 0; start < executions.length; start += BATCH) {
      const batch = executions.slice(start, start + BATCH);
      const { results } = (await this.#call({ method: "POST", body: JSON.stringify(batch) })) as {
        results: { result: string }[];
      };
      expect(results.filter(({ result }) => result !== "created")).toEqual([]);
    }
  }

  /** Finishes a running one. */
  async finish(executionId: string, change: NewExecution): Promise<void> {
    await this.#call({ method: "PATCH", body: JSON.stringify(change) }, `/${executionId}`);
  }

  /** The REST list. */
  async list(query: Record<string, string | number> = {}): Promise<ExecutionList> {
    const entries = Object.entries(query).map(([name, value]) => [name, String(value)]);
    return (await this.#call({}, `?${new URLSearchParams(entries)}`)) as ExecutionList;
  }

  async #call(init: RequestInit, query = ""): Promise<unknown> {
    const response = await fetch(`${this.#server.baseURL}/api${this.path}${query}`, {
      ...init,
      headers: { Authorization: `Bearer ${this.#key}`, "Content-Type": "application/json" },
    });
    if (!response.ok) {
      throw new Error(`${response.status}: ${await response.text()}`);
    }
    return response.json();
  }
}

/** That many plausible executions, newest first, a minute apart: `exec_1` is a minute old. */
export function history(count: number, of: Partial<NewExecution> = {}): NewExecution[] {
  return Array.from({ length: count }, (_, index) => ({
    executionId: `exec_${index + 1}`,
    status: "success",
    source: "api",
    executedAt: minutesAgo(index + 1),
    latencyMs: 800 + index,
    inputTokens: 400,
    outputTokens: 50,
    costUSD: 0.0023,
    model: "gemini-1.5-pro",
    version: "V3",
    ...of,
  }));
}

export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** The day so many days ago in UTC, or in another zone: `2026-11-18`. */
export function daysAgo(days: number, timeZone = "UTC"): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone }).format(Date.now() - days * 86_400_000);
}
