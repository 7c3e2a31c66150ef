import { performance } from "node:perf_hooks";
import { Readable } from "node:stream";
import {
  type EndpointBatchItem,
  PinpointClient,
  type PinpointClientConfig,
  UpdateEndpointsBatchCommand,
} from "@aws-sdk/client-pinpoint";
import pRetry from "p-retry";
import { runImport } from "../../src/index.js";
import type { ClientCounts, Contender } from "./quota-messages.js";

/**
 * The client's side, in a process of its own: one contender, which sends as much as it can get through from its parent's
 * word until its parent's next one.
 */
const [contender = "", quota = "", url = "", rejects = ""] = process.argv.slice(2);

/** The quota counts requests, not endpoints: small batches, lest client or sandbox be busy with anything else. */
const BATCH_SIZE = 2;

/** Requests in flight: the importer's default, and for the others the same. */
const CONCURRENCY = 10;

const ACCESS = {
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
};

type Outcome = Omit<ClientCounts, "busy">;

const CONTENDERS: Readonly<Record<Contender, (stopped: AbortSignal) => Promise<Outcome>>> = {
  fixed: (stopped) => importAt(Number(quota), stopped),
  auto: (stopped) => importAt("auto", stopped),
  "sdk-standard": (stopped) => work(createSend({}), stopped),
  "sdk-adaptive": (stopped) => work(createSend({ retryMode: "adaptive" }), stopped),
  "p-retry": (stopped) => {
    const send = createSend({ maxAttempts: 1 });
    return work((batch) => pRetry(() => send(batch), { retries: 10 }), stopped);
  },
};

async function importAt(rate: number | "auto", signal: AbortSignal): Promise<Outcome> {
  const { rejectsByCode } = await runImport({
    ...ACCESS,
    inputs: ["-"],
    stdin: Readable.from(toLines(), { objectMode: false }),
    format: "jsonl",
    mapping: "pinpoint",
    applicationId: "bench",
    endpointUrl: url,
    batchSize: BATCH_SIZE,
    rejects,
    rate,
    signal,
  });
  return { givenUp: (rejectsByCode.service_failed ?? 0) / BATCH_SIZE };
}

function createSend(config: PinpointClientConfig): (batch: EndpointBatchItem[]) => Promise<void> {
  const client = new PinpointClient({ ...ACCESS, endpoint: url, ...config });
  return async (Item) => {
    await client.send(
      new UpdateEndpointsBatchCommand({ ApplicationId: "bench", EndpointBatchRequest: { Item } }),
    );
  };
}

/** Sends batch after batch, so many at a time. One that is given up is lost, as the SDK leaves it to its caller. */
async function work(
  send: (batch: EndpointBatchItem[]) => Promise<void>,
  stopped: AbortSignal,
): Promise<Outcome> {
  const underWay = new Set<{ readonly since: number }>();
  let next = 0;
  let givenUp = 0;
  let longestWaitMs = 0;
  const noteWait = (since: number): void => {
    longestWaitMs = Math.max(longestWaitMs, performance.now() - since);
  };
  const sendOn = async (): Promise<void> => {
    while (!stopped.aborted) {
      const batch = Array.from({ length: BATCH_SIZE }, () => toItem(next++));
      const entry = { since: performance.now() };
      underWay.add(entry);
      const accepted = await send(batch).then(
        () => true,
        () => false,
      );
      underWay.delete(entry);
      if (stopped.aborted) return;
      noteWait(entry.since);
      if (!accepted) givenUp += 1;
    }
  };
  for (let worker = 0; worker < CONCURRENCY; worker += 1) void sendOn();
  // What waits at the end is not waited for: it may be minutes.
  await new Promise((resolve) => stopped.addEventListener("abort", resolve, { once: true }));
  for (const { since } of underWay) noteWait(since);
  return { givenUp, longestWaitMs };
}

function toItem(index: number): EndpointBatchItem {
  return {
    Id: `contact-${index}`,
    ChannelType: "EMAIL",
    Address: `contact-${index}@example.com`,
    Attributes: { Plan: ["pro"] },
  };
}

function* toLines(): Generator<string> {
  for (let index = 0; ; index += 1) yield `${JSON.stringify(toItem(index))}\n`;
}

const stopping = new AbortController();
process.once("disconnect", () => process.exit());
process.once("message", async () => {
  process.once("message", () => stopping.abort());
  const before = performance.eventLoopUtilization();
  const outcome = await CONTENDERS[contender as Contender](stopping.signal);
  const busy = performance.eventLoopUtilization(before).utilization;
  process.send?.({ ...outcome, busy } satisfies ClientCounts);
});
process.send?.("ready");
