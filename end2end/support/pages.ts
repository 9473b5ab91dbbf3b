// Every page of the app, for what is true of all of them.
import type { Organization } from "./organization.ts";
import { daysAgo, history } from "./organization.ts";

export interface Place {
  name: string;
  path: string;
}

/** Pages before sign-in. */
export const PUBLIC: Place[] = [
  { name: "sign-in", path: "/sign-in" },
  { name: "a refused sign-in", path: "/sign-in?error=credentials" },
  { name: "set-up", path: "/set-up?token=none" },
  { name: "an invitation that does not work", path: "/join?token=none" },
  { name: "a forgotten password", path: "/forgot-password" },
  { name: "a link to another password that does not work", path: "/reset-password?token=none" },
];

/** Pages that are not there, answered with 404. */
export const MISSING: Place[] = [
  { name: "no such page", path: "/no/such/page" },
  { name: "no such agent", path: "/agents/agent_none/executions" },
];

/** Makes something to see on every page after sign-in, and lists them in every state that an address can name. */
export async function furnish(organization: Organization): Promise<Place[]> {
  const agent = await organization.createAgent("Product copywriter");
  const empty = await organization.createAgent(
    "An agent with a name that is as long as names of agents ever get",
  );
  await organization.connect("Demo", "demo");
  await agent.record(...history(45), ...everyState());
  return [
    { name: "agents", path: "/agents" },
    { name: "executions", path: agent.path },
    { name: "filtered executions", path: `${agent.path}?status=failed&status=success&source=api&version=V3` },
    { name: "executions, nonsense in the address", path: `${agent.path}?status=bogus` },
    { name: "nothing matches", path: `${agent.path}?status=canceled&source=workflow` },
    { name: "a week of executions", path: `${agent.path}?startDate=${daysAgo(7)}` },
    { name: "an end before its start", path: `${agent.path}?startDate=2026-01-02&endDate=2026-01-01` },
    { name: "no such execution", path: `${agent.path}?executionId=exec_none` },
    { name: "beyond the last page", path: `${agent.path}?page=99` },
    { name: "no executions yet", path: empty.path },
    { name: "execution", path: `${agent.path}?execution=full` },
    { name: "failed execution", path: `${agent.path}?execution=failed` },
    { name: "versions", path: `/agents/${agent.id}/versions` },
    { name: "connect", path: `/agents/${agent.id}/connect` },
    { name: "an agent's retention", path: `/agents/${agent.id}/retention?days=30` },
    { name: "API keys", path: "/settings/api-keys" },
    { name: "providers", path: "/settings/providers" },
    { name: "members", path: "/settings/members" },
    { name: "organization", path: "/settings/organization" },
    { name: "what is to be erased of somebody", path: "/settings/organization?erase=nobody" },
    { name: "audit log", path: "/settings/audit-log" },
    { name: "nothing matches in the audit log", path: "/settings/audit-log?actor=nobody" },
    { name: "account", path: "/settings/account" },
  ];
}

function everyState() {
  const statuses = ["failed", "rate_limited", "canceled", "unauthorized", "running"];
  return [
    ...statuses.map((status) => ({
      executionId: status,
      status,
      source: "dashboard",
      latencyMs: 12_480,
      errorCode: "RATE_LIMIT_EXCEEDED",
      errorMessage: "The provider refused the call.",
    })),
    {
      executionId: "full",
      status: "success",
      source: "workflow",
      latencyMs: 1_250,
      inputTokens: 400,
      outputTokens: 50,
      costUSD: 0.0023,
      model: "gemini-1.5-pro",
      version: "V3",
      temperature: 0.7,
      inputVariables: { product_name: "Smart Watch Pro", tone: "energetic" },
      systemPrompt: "You write copy.",
      userPrompt: `Write about Smart Watch Pro. ${"unbroken".repeat(40)}`,
      outputText: `Meet the watch that keeps up.\n${"and so on ".repeat(200)}`,
      executedBy: "user_1",
      metadata: { session: "a" },
    },
  ];
}
