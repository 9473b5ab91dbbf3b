// What was acknowledged survives `kill -9`.
import { Organization } from "../support/organization.ts";
import { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

const CLIENTS = 4;
const BATCH = 20;

test("what was acknowledged is there after kill -9 @no-wasm", async () => {
  await using server = await Server.start();
  const organization = await Organization.found(server);
  const agent = await organization.createAgent();

  const acknowledged: string[] = [];
  const recordUntilKilled = async (client: number) => {
    for (let batch = 0; ; batch++) {
      const ids = Array.from({ length: BATCH }, (_, row) => `exec_${client}_${batch}_${row}`);
      try {
        await agent.record(...ids.map((executionId) => ({ executionId, status: "success" })));
      } catch {
        return;
      }
      acknowledged.push(...ids);
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, client) => recordUntilKilled(client));
  await expect.poll(() => acknowledged.length).toBeGreaterThan(1_000);
  await server.kill();
  await Promise.all(clients);
  await server.restart();

  const found = new Set<string>();
  const { total } = (await agent.list({ limit: 1 })).pagination;
  for (let offset = 0; offset < total; offset += 100) {
    const { executions } = await agent.list({ limit: 100, offset });
    executions.forEach(({ executionId }) => found.add(executionId));
  }
  expect(found.size).toBe(total);
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
});
