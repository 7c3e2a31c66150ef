import { expect, test } from "vitest";
import { BEHAVIOR_CHOICES } from "../../src/sandbox/behaviors.js";
import { createSandbox, type SandboxOptions } from "../../src/sandbox/create-sandbox.js";
import { startSandbox } from "./start-sandbox.js";

test.each([
  [{ prot: 1 }, /Unknown sandbox option "prot"/],
  [{ port: -1 }, /port/],
  [{ port: 65_536 }, /port/],
  [{ port: 1.5 }, /port/],
  [{ host: "" }, /host/],
  [{ requestsPerSecond: 0 }, /requestsPerSecond/],
  [{ requestsPerSecond: Number.NaN }, /requestsPerSecond/],
  [{ requestsPerSecond: Number.POSITIVE_INFINITY }, /requestsPerSecond/],
  [{ quota: "2023" }, /quota/],
  [{ failRate: 1.1 }, /failRate/],
  [{ dropRate: -0.1 }, /dropRate/],
  [{ failRate: 0.6, dropRate: 0.6 }, /together at most 1/],
  [{ latencyMs: -1 }, /latencyMs/],
  [{ latencyMs: "5" }, /latencyMs/],
  [{ latencyMs: [0, 200] }, /latencyMs/],
  [{ strictApps: "yes" }, /strictApps/],
  [{ now: 1 }, /now/],
  [{ random: 1 }, /random/],
  [{ onRequest: 1 }, /onRequest/],
  [{ behaviors: [] }, /behaviors/],
  [{ behaviors: { badItems: "dropped" } }, /Unknown sandbox behavior "badItems"/],
  [{ behaviors: { badItem: "maybe" } }, /badItem: expected refuses-batch or dropped/],
  [{ behaviors: { toString: "x" } }, /Unknown sandbox behavior "toString"/],
  [{ behaviors: { readDelayMs: -1 } }, /readDelayMs/],
] as [SandboxOptions, RegExp][])("%j is a mistake", async (options, message) => {
  await expect(createSandbox(options)).rejects.toThrow(message);
});

test("every switch takes each of its values", async () => {
  for (const [name, values] of Object.entries(BEHAVIOR_CHOICES)) {
    for (const value of values) await startSandbox({ behaviors: { [name]: value } });
  }
});

test("it listens on loopback and says where; closing frees the port", async () => {
  const sandbox = await startSandbox();
  expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`);
  await expect(createSandbox({ port: sandbox.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect((await fetch(sandbox.url)).status).toBe(200);
  await sandbox.close();
  await sandbox.close();
  await expect(fetch(sandbox.url)).rejects.toThrow();
  const next = await startSandbox({ port: sandbox.port });
  expect((await fetch(next.url)).status).toBe(200);
});
