import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { ImportReport, SandboxStats } from "../../src/index.js";
import { createCheckpoints } from "../../src/state/checkpoints.js";
import { createSoakRandom, planRows, type RowPlan, type SoakInput, writeInput } from "./soak-rows.js";
import { APPLICATION, type SoakSandbox, type StoredCheck } from "./soak-sandbox.js";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const SAMPLE_EVERY_MS = 500;

export interface SoakOptions {
  readonly rows: number;
  readonly kills: number;
  readonly seed: number;
  readonly input: SoakInput;
  readonly concurrency: number;
  /** `--rate`. */
  readonly rate: number | "auto";
  readonly sandbox: SoakSandbox;
  /** Empty; input, state and rejects go here. */
  readonly directory: string;
  /** How long it takes, rather too short than too long: else it ends before it was killed so often. */
  readonly expectedMs: number;
  /** Ends the importer, and with it the soak. */
  readonly signal: AbortSignal;
}

export interface SoakResult {
  readonly kills: number;
  /** When the importer was killed, in milliseconds of its life. */
  readonly lifetimesMs: readonly number[];
  readonly stored: StoredCheck;
  readonly rejects: RejectsCheck;
  /** What is left in the state directory besides the learned rates. */
  readonly leftovers: readonly string[];
  /** Of the run that ended by itself. */
  readonly report: ImportReport;
  readonly requests: SandboxStats["requests"];
  readonly memory: MemoryUse | undefined;
  readonly wallMs: number;
}

interface RejectsCheck {
  /** Rows that stand in the rejects files. */
  readonly rows: number;
  readonly doubled: number;
  /** Bad rows that do not stand there, and good ones that do. */
  readonly missing: number;
  readonly unexpected: number;
}

/** Megabytes of resident memory. */
interface MemoryUse {
  readonly peak: number;
  /** The most in the first tenth of the time, and in the last one. */
  readonly atFirst: number;
  readonly atLast: number;
}

/**
 * Imports a file, kills the importer again and again, lets each next run go on where that one stopped, and looks at what
 * became of each row.
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { rows, kills, seed, input, sandbox, directory, expectedMs, signal } = options;
  const plan = planRows(rows, seed);
  const path = join(directory, input === "stdin" ? "piped.csv" : `contacts.${input}`);
  await writeInput(plan, input, path);
  const random = createSoakRandom(seed, "kills");
  const checkpoints = createCheckpoints(join(directory, "state"));
  const memory = createMemoryWatch();
  const lifetimesMs: number[] = [];
  const startedAt = performance.now();

  /** Moments that are spread evenly over what is left of the time: this is how far off the first of them is. */
  const drawLifetimeMs = async (): Promise<number> => {
    const [checkpoint] = await checkpoints.loadAll();
    const leftMs = expectedMs * (1 - (checkpoint?.committed.position.row ?? 0) / rows);
    return leftMs * (1 - random() ** (1 / (kills - lifetimesMs.length)));
  };

  for (;;) {
    const lifetimeMs = lifetimesMs.length < kills ? await drawLifetimeMs() : undefined;
    const child = startImporter(options, path, lifetimesMs.length > 0);
    const timers = [setInterval(() => memory.sample(child.pid), SAMPLE_EVERY_MS)];
    if (lifetimeMs !== undefined) {
      const kill = () => {
        memory.sample(child.pid);
        child.kill("SIGKILL");
      };
      timers.push(setTimeout(kill, lifetimeMs));
    }
    const ended = await collect(child).finally(() => timers.forEach(clearTimeout));
    signal.throwIfAborted();
    if (ended.signal === "SIGKILL" && lifetimeMs !== undefined) {
      lifetimesMs.push(lifetimeMs);
      continue;
    }
    // 1: it went to its end, and rejected rows.
    if (ended.code !== 0 && ended.code !== 1)
      throw new Error(`the importer ended with ${ended.code ?? ended.signal}: ${ended.stderr}`);
    const state = await readdir(join(directory, "state"));
    return {
      kills: lifetimesMs.length,
      lifetimesMs,
      stored: await sandbox.check(),
      rejects: await checkRejects(directory, plan),
      leftovers: state.filter((name) => name !== "rates.json"),
      report: JSON.parse(ended.stdout),
      requests: (await readStats(sandbox)).requests,
      memory: memory.use(),
      wallMs: performance.now() - startedAt,
    };
  }
}

function startImporter(options: SoakOptions, path: string, resume: boolean): ChildProcess {
  const { input, concurrency, rate, sandbox, directory, signal } = options;
  const isPiped = input === "stdin";
  const args = [
    ...["run", isPiped ? "-" : path, ...(resume ? ["--resume"] : [])],
    ...["--application-id", APPLICATION, "--endpoint-url", sandbox.url],
    ...["--concurrency", String(concurrency), "--rate", String(rate), "--state-dir", "state"],
    ...["--summary", "json", "--progress", "never", "--log-level", "error"],
  ];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    signal,
    killSignal: "SIGKILL",
    stdio: [isPiped ? "pipe" : "ignore", "pipe", "pipe"],
    env: {
      HOME: directory,
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      // A run's only words on stderr are to be those of what went wrong.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  // Who is killed reads no more.
  if (child.stdin !== null) pipeline(createReadStream(path), child.stdin).catch(() => {});
  return child;
}

async function collect(child: ChildProcess) {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (piece: string) => {
      text[name] += piece;
    });
  const [code, signal] = await once(child, "close");
  return { ...text, code: code as number | null, signal: signal as NodeJS.Signals | null };
}

async function readStats({ url }: SoakSandbox): Promise<SandboxStats> {
  const response = await fetch(`${url}/_sandbox/stats`);
  return (await response.json()) as SandboxStats;
}

async function checkRejects(directory: string, { rows, kinds }: RowPlan): Promise<RejectsCheck> {
  const times = new Array<number>(rows + 1).fill(0);
  for (const name of await readdir(directory)) {
    if (!name.includes(".rejects-")) continue;
    const lines = (await readFile(join(directory, name), "utf8")).trim().split("\n");
    const rejected = name.endsWith(".csv") ? lines.slice(1).map(toRowOfCsv) : lines.map(toRowOfJson);
    for (const row of rejected) times[row] = (times[row] ?? 0) + 1;
  }
  const count = (isCounted: (times: number, good: boolean) => boolean): number =>
    times.filter((time, row) => isCounted(time, kinds[row] === "good")).length;
  return {
    rows: count((time) => time > 0),
    doubled: count((time) => time > 1),
    missing: count((time, good) => time === 0 && !good),
    unexpected: count((time, good) => time > 0 && good),
  };
}

/** `_reject_row` stands behind the four columns of the input, none of which holds a comma. A damaged line counts for row 0. */
const toRowOfCsv = (line: string): number => Number(line.split(",")[4]) || 0;
const toRowOfJson = (line: string): number => JSON.parse(line)._reject.row;

/** Looks at the resident memory of one process after the other, where the system has /proc. */
function createMemoryWatch() {
  const samples: number[] = [];
  let peak = 0;
  return {
    sample(pid: number | undefined): void {
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const [resident, most] = [/^VmRSS:\s+(\d+)/m, /^VmHWM:\s+(\d+)/m].map((line) =>
          Number(line.exec(status)?.[1] ?? 0),
        );
        samples.push((resident ?? 0) / 1024);
        peak = Math.max(peak, (most ?? 0) / 1024);
      } catch {
        // It has just ended, or there is no /proc.
      }
    },
    use(): MemoryUse | undefined {
      const tenth = Math.ceil(samples.length / 10);
      if (tenth === 0) return undefined;
      return {
        peak,
        atFirst: Math.max(...samples.slice(0, tenth)),
        atLast: Math.max(...samples.slice(-tenth)),
      };
    },
  };
}
