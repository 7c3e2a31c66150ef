/**
 * How much of an account's request quota is used, and how many requests are wasted on 429?
 *
 * `npm run bench:quota` measures it for UpdateEndpointsBatch at several quotas: for this importer at a fixed rate and with
 * `--rate auto` from cold, and for what else a program would do: the SDK's standard and adaptive retry, and p-retry, with
 * ten requests at a time. Each contender meets a sandbox of its own, whose token bucket starts full and holds one second's
 * worth; contender and sandbox run in processes of their own, on the loopback interface. The sandbox counts.
 *
 *   used      requests accepted after the first ten seconds, over what the quota allows in that time
 *   wasted    429s over all requests, from the first second on
 *   given up  batches that ended in an error: a caller that does not send them again has lost them
 *   wait      the longest time that one batch took, to the end of the measurement at most (not known of the importer)
 *   busy      share of the time in which the event loops of contender and sandbox had work: near 100 % the
 *             processor was the limit, and not the quota
 *
 * One quota after the other; at low ones the contenders run side by side, at high ones each by itself. Options:
 * `--seconds N` (60; more than ten), `--quota N` and `--contender NAME`, which can be repeated.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ClientCounts, type Contender, type ServerCounts, SLOTS_A_SECOND } from "./quota-messages.js";

const LABELS: Readonly<Record<Contender, string>> = {
  fixed: "importer, --rate N",
  auto: "importer, --rate auto",
  "sdk-standard": "SDK, standard retry",
  "sdk-adaptive": "SDK, adaptive retry",
  "p-retry": "p-retry",
};

const WARM_UP_SECONDS = 10;

/** From this quota on a contender needs a processor for itself. */
const ALONE_FROM_QUOTA = 500;

/** The rate is looked at over half a second. */
const RATE_SLOTS = SLOTS_A_SECOND / 2;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    quota: { type: "string", multiple: true, default: ["2", "10", "50", "1000"] },
    contender: { type: "string", multiple: true, default: Object.keys(LABELS) },
  },
});
const seconds = Number(values.seconds);
const quotas = values.quota.map(Number);
const contenders = values.contender.filter((name): name is Contender => Object.hasOwn(LABELS, name));
if (!Number.isInteger(seconds) || seconds <= WARM_UP_SECONDS)
  throw new RangeError(`--seconds takes a whole number above ${WARM_UP_SECONDS}`);
if (!quotas.every((quota) => quota > 0)) throw new RangeError("--quota takes a number above 0");
if (contenders.length < values.contender.length)
  throw new RangeError(`--contender takes ${Object.keys(LABELS).join(", ")}`);

interface Measurement extends Omit<ClientCounts, "busy">, Omit<ServerCounts, "busy"> {
  readonly contender: Contender;
  readonly quota: number;
  readonly clientBusy: number;
  readonly serverBusy: number;
}

/** Starts both processes; the measurement itself begins when the returned function is called. */
async function prepare(
  contender: Contender,
  quota: number,
  directory: string,
): Promise<() => Promise<Measurement>> {
  const server = start("quota-sandbox.ts", quota, seconds);
  const url = await hear<string>(server);
  const rejects = join(directory, `${contender}-${quota}.jsonl`);
  const client = start("quota-contender.ts", contender, quota, url, rejects);
  await hear(client);
  return async () => {
    client.send("go");
    const { busy: serverBusy, ...seen } = await hear<ServerCounts>(server);
    client.send("stop");
    const { busy: clientBusy, ...known } = await hear<ClientCounts>(client);
    client.disconnect();
    server.disconnect();
    return { contender, quota, ...seen, ...known, serverBusy, clientBusy };
  };
}

function start(file: string, ...args: readonly (string | number)[]): ChildProcess {
  // The SDK's word on the version of Node, once a process, says nothing of the measurement.
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  return fork(new URL(file, import.meta.url), args.map(String), { env });
}

/** The next message of a process; rejects when it ends instead. */
function hear<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a process ended early with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as T);
    });
  });
}

async function measureAll(directory: string): Promise<Measurement[]> {
  const rounds = quotas.flatMap((quota) => {
    const contest = contenders.map((contender) => ({ contender, quota }));
    return quota < ALONE_FROM_QUOTA ? [contest] : contest.map((pair) => [pair]);
  });
  const measurements: Measurement[] = [];
  for (const round of rounds) {
    const runs: (() => Promise<Measurement>)[] = [];
    for (const { contender, quota } of round) runs.push(await prepare(contender, quota, directory));
    measurements.push(...(await Promise.all(runs.map((run) => run()))));
  }
  return measurements;
}

function toRow({ contender, quota, accepted, throttled, failed, ...rest }: Measurement): string[] {
  const late = sum(accepted.slice(WARM_UP_SECONDS * SLOTS_A_SECOND));
  const all = sum(accepted);
  const { givenUp, longestWaitMs, clientBusy, serverBusy } = rest;
  return [
    String(quota),
    LABELS[contender],
    toPercent(late / ((seconds - WARM_UP_SECONDS) * quota)),
    toPercent(throttled / (all + throttled + failed)),
    String(all),
    String(givenUp),
    longestWaitMs === undefined ? "" : `${(longestWaitMs / 1000).toFixed(1)} s`,
    `${(clientBusy * 100).toFixed(0)} / ${(serverBusy * 100).toFixed(0)} %`,
  ];
}

const HEADINGS = ["quota", "contender", "used", "wasted", "accepted", "given up", "wait", "busy"];

function toTable(rows: readonly (readonly string[])[]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}

/** How fast `--rate auto` came to use the quota. */
function describeStart({ quota, accepted }: Measurement): string {
  const slot = accepted.findIndex(
    (_, index) =>
      index + 1 >= RATE_SLOTS &&
      sum(accepted.slice(index + 1 - RATE_SLOTS, index + 1)) >= (0.9 * quota * RATE_SLOTS) / SLOTS_A_SECOND,
  );
  const reached =
    slot === -1 ? "never reached" : `reached after ${((slot + 1) / SLOTS_A_SECOND).toFixed(1)} s`;
  const first = Array.from({ length: WARM_UP_SECONDS }, (_, second) =>
    sum(accepted.slice(second * SLOTS_A_SECOND, (second + 1) * SLOTS_A_SECOND)),
  );
  return `--rate auto from cold: 90 % of ${quota} a second ${reached}; accepted second by second: ${first.join(" ")}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function toPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

// The rejects of the importer, if there are any, go with the run.
const directory = mkdtempSync(join(tmpdir(), "pinpoint-import-bench-"));
process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const measurements = await measureAll(directory);
console.log(toTable([HEADINGS, ...measurements.map(toRow)]));
for (const measurement of measurements.filter(({ contender }) => contender === "auto"))
  console.log(describeStart(measurement));
const failed = sum(measurements.map((measurement) => measurement.failed));
if (failed > 0)
  console.log(`${failed} requests were answered neither 202 nor 429: the figures are not to be used.`);
