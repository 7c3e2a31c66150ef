/**
 * Is a row lost, whatever happens?
 *
 * `npm run soak` imports a million rows into a sandbox on a bad day, in a process of its own: 10 % of the requests are
 * answered 500, 5 % of the connections dropped, each answer takes 0 to 200 ms at random, the quota is below what the importer
 * could do, one item in a thousand is refused, and so is the batch that it is in. Some rows cannot be read or are invalid;
 * one in fifty has the Id of an earlier one, with other values. 100 times, at random moments, the importer is killed
 * (SIGKILL), and `run --resume` goes on. At the end every Id must be stored with the values of its last good row, and each
 * bad row stand in the rejects once.
 *
 *   rows lost          Ids that are not stored with the values of their last good row
 *   requests a batch   all requests, those for 429, 500 and refused items included, over the batches of a perfect day
 *   memory             resident memory of the importer (on Linux), and the most of it in the first and last tenth of the time
 *
 * It exits with 1 when anything is not as it must be. Options: `--rows N`, `--kills N`, `--seed N` (decides what the rows are,
 * what goes wrong and when the importer is killed, as far as two processes can be repeated), `--input
 * csv|jsonl|csv.gz|stdin`, `--quota N` (batches a second), `--concurrency N`.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type SoakResult, soak } from "./soak-import.js";
import type { SoakInput } from "./soak-rows.js";
import type { SoakSandbox, SoakService, StoredCheck } from "./soak-sandbox.js";

const INPUTS: readonly string[] = ["csv", "jsonl", "csv.gz", "stdin"] satisfies SoakInput[];

/** Before a run has loaded its code, or got far beyond its first checkpoint. */
const EARLY_MS = 1_000;

/** A soak that takes so many times as long as it should hangs. */
const PATIENCE = 10;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    input: { type: "string", default: "csv" },
    quota: { type: "string", default: "60" },
    concurrency: { type: "string", default: "50" },
  },
});
const rows = toCount("rows");
const kills = toCount("kills", 0);
const seed = toCount("seed");
const quota = toCount("quota");
const concurrency = toCount("concurrency");
if (!INPUTS.includes(values.input)) throw new RangeError(`--input takes ${INPUTS.join(", ")}`);
const input = values.input as SoakInput;
const batches = Math.ceil(rows / 100);
/** With what goes wrong it takes at least three times the requests of a perfect day, and a second for each start. */
const expectedMs = Math.ceil((3 * batches * 1000) / quota) + kills * 1000;

function toCount(name: Exclude<keyof typeof values, "input">, least = 1): number {
  const count = Number(values[name]);
  if (Number.isInteger(count) && count >= least) return count;
  throw new RangeError(`--${name} takes a whole number from ${least} on`);
}

/** Starts the sandbox in a process of its own. */
async function forkSandbox(service: SoakService): Promise<SoakSandbox> {
  const child = fork(new URL("soak-sandbox-process.ts", import.meta.url), [JSON.stringify(service)]);
  const url = await hear<string>(child);
  return {
    url,
    check() {
      child.send("check");
      return hear<StoredCheck>(child);
    },
    async close() {
      if (!child.connected) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/** The next message of a process; rejects when it ends instead. */
function hear<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the sandbox ended early with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as T);
    });
  });
}

async function run(): Promise<SoakResult> {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => interrupted.abort());
  const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(PATIENCE * expectedMs)]);
  const directory = await mkdtemp(join(tmpdir(), "pinpoint-import-soak-"));
  try {
    const sandbox = await forkSandbox({ rows, seed, quota, longestLatencyMs: 200 });
    try {
      const options = { rows, kills, seed, input, concurrency, rate: "auto" } as const;
      return await soak({ ...options, sandbox, directory, expectedMs, signal });
    } finally {
      await sandbox.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function toLines({ lifetimesMs, stored, rejects, leftovers, report, requests, memory, wallMs }: SoakResult) {
  const counts = Object.values(requests.byOperation).flatMap(Object.entries<number>);
  const throttled = counts.reduce((sum, [status, count]) => sum + (status === "429" ? count : 0), 0);
  const early = lifetimesMs.filter((ms) => ms < EARLY_MS).length;
  return [
    ["rows", `${rows} (${input}), of which ${rejects.rows} stand in the rejects`],
    ["kills", `${lifetimesMs.length}, ${early} of them in the first ${EARLY_MS / 1000} s of a run`],
    ["rows lost", stored.lost],
    ["endpoints unexpected", stored.unexpected],
    ["rejects doubled", rejects.doubled],
    ["rejects missing", rejects.missing],
    ["rejects unexpected", rejects.unexpected],
    ["rows in the report", `${report.rows.read} read, ${report.rows.rejected} rejected`],
    ["left in the state", leftovers.join(", ") || "nothing"],
    ["requests a batch", `${(requests.total / batches).toFixed(2)} (${toText(requests.byOperation)})`],
    ["429 share", `${((throttled / requests.total) * 100).toFixed(1)} %`],
    ["peak memory", memory === undefined ? "unknown" : `${memory.peak.toFixed(0)} MB`],
    [
      "memory",
      memory === undefined
        ? "unknown"
        : `${memory.atFirst.toFixed(0)} MB at the beginning, ${memory.atLast.toFixed(0)} MB at the end`,
    ],
    [
      "wall time",
      `${(wallMs / 1000).toFixed(0)} s (seed ${seed}, quota ${quota}/s, concurrency ${concurrency})`,
    ],
  ].map(([name, value]) => `${name}`.padEnd(22) + value);
}

const toText = (byOperation: SoakResult["requests"]["byOperation"]): string =>
  Object.entries(byOperation)
    .map(([operation, byStatus]) => {
      const counts = Object.entries(byStatus).map(([status, count]) => `${status}: ${count}`);
      return `${operation} ${counts.join(", ")}`;
    })
    .join("; ");

const result = await run();
console.log(toLines(result).join("\n"));
const { stored, rejects, leftovers, report } = result;
const wrong = stored.lost + stored.unexpected + rejects.doubled + rejects.missing + rejects.unexpected;
const isBalanced = report.rows.read === rows && report.rows.rejected === rejects.rows;
if (wrong > 0 || leftovers.length > 0 || !isBalanced) process.exitCode = 1;
