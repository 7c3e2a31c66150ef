import { mkdir, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { RunStoppedError } from "../errors.js";
import { identifyThisProcess, isRunning, type ProcessIdentity } from "./process-identity.js";

const HEARTBEAT_MS = 10_000;

/** A claim whose process cannot be looked up from here counts for as long as it misses no more than five heartbeats. */
const LAPSE_MS = 60_000;

/** With the pauses a quarter of a second: a process that was killed just now may take some of it to go. */
const TRIES = 8;
const MIN_PAUSE_MS = 20;
const MAX_PAUSE_MS = 50;

/** Ends with the process at the latest, however that ends; nobody ever has to delete anything. */
export interface JobLock {
  /** May be called again; never rejects. */
  release(): Promise<void>;
}

/**
 * A file that says: this process means to do the job, or does it. All that counts is in the name, which appears in one
 * step and is never anybody else's; so a claim that is found to be dead can be deleted without harm to a live one.
 */
interface Claim extends ProcessIdentity {
  readonly name: string;
  readonly path: string;
}

/**
 * Takes the lock of a job, so that one run at a time does it. Everyone makes a claim first and looks for others then: of
 * two, one at least sees the other.
 *
 * @param stateDir is made when it is missing.
 * @param job letters and digits: it becomes part of a file name.
 * @throws RunStoppedError `job_active` while another run holds it, in whatever process; `state_unusable` when the
 * directory cannot be written.
 */
export async function acquireJobLock(stateDir: string, job: string): Promise<JobLock> {
  const self = await identifyThisProcess();
  const name = `lock-${job}.${self.host}.${self.pid}.${self.start}`;
  const own: Claim = { ...self, name, path: join(stateDir, name) };
  const text = `${JSON.stringify({ pid: self.pid, host: hostname(), startedAt: new Date().toISOString() })}\n`;
  const holder = await contend(stateDir, job, own, text).catch((cause: unknown) => {
    const { code = "" } = cause as NodeJS.ErrnoException;
    const why = ["EEXIST", "ENOTDIR"].includes(code)
      ? `is no directory (${code})`
      : `cannot be written (${code}): make room and see to its permissions`;
    throw new RunStoppedError(
      "state_unusable",
      `the state directory ${stateDir} ${why}. Another one is named with --state-dir`,
      { cause },
    );
  });
  if (holder !== undefined) throw await toActiveError(holder);
  return hold(own.path, text);
}

/** How often a run that waits looks whether it may begin. */
const WAIT_MS = 500;

/**
 * As `acquireJobLock`, but waits while another run does the job.
 *
 * @param onWait Called once, with what is waited for.
 * @throws the reason of the signal when it is aborted.
 */
export async function awaitJobLock(
  stateDir: string,
  job: string,
  onWait: (error: RunStoppedError) => void,
  signal?: AbortSignal,
): Promise<JobLock> {
  for (let waits = false; ; waits = true) {
    signal?.throwIfAborted();
    try {
      return await acquireJobLock(stateDir, job);
    } catch (error) {
      if (!(error instanceof RunStoppedError) || error.code !== "job_active") throw error;
      if (!waits) onWait(error);
    }
    // Its abort shows at the beginning of the next round.
    await pause(WAIT_MS, undefined, { signal }).catch(() => {});
  }
}

/** Whether a run does the job at this moment. */
export async function isJobActive(stateDir: string, job: string): Promise<boolean> {
  const live = await sweep(stateDir, job, await identifyThisProcess(), Date.now());
  return live.length > 0;
}

/** Resolves with undefined when the claim stands alone, else with one that is in its way. */
async function contend(stateDir: string, job: string, own: Claim, text: string): Promise<Claim | undefined> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  let isMine = false;
  try {
    for (let tries = 1; ; tries += 1) {
      isMine ||= await create(own.path, text);
      // The clocks of two machines differ; that of the file system made both times.
      const nowMs = isMine ? (await stat(own.path)).mtimeMs : Date.now();
      const live = await sweep(stateDir, job, own, nowMs);
      const others = live.filter((claim) => !isMine || claim.name !== own.name);
      if (isMine && others.length === 0) return undefined;
      const isLast = tries >= TRIES && others.length > 0;
      // Of those that start together the first by name stays, so that the others' going lets one of them through.
      if (isMine && (isLast || others.some(({ name }) => name < own.name))) {
        await rm(own.path, { force: true });
        isMine = false;
      }
      if (isLast) return others[0];
      await pause(MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS));
    }
  } catch (error) {
    if (isMine) await rm(own.path, { force: true }).catch(() => {});
    throw error;
  }
}

/** False where the claim is there already: another run in this process has made it. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    // The name is the claim; the text, for which a full disk may have no room, only tells people more.
    const written = file.writeFile(text).finally(() => file.close());
    await written.catch(() => {});
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The claims of live processes, the own one among them; deletes those of dead ones. */
async function sweep(stateDir: string, job: string, self: ProcessIdentity, nowMs: number): Promise<Claim[]> {
  const prefix = `lock-${job}.`;
  const live: Claim[] = [];
  for (const name of await readdir(stateDir)) {
    const match =
      name.startsWith(prefix) && /^([0-9a-f]+)\.([1-9]\d*)\.(\d+)$/.exec(name.slice(prefix.length));
    if (!match) continue;
    const [, host = "", pid, start = ""] = match;
    const claim = { host, pid: Number(pid), start, name, path: join(stateDir, name) };
    if ((await isRunning(claim, self)) ?? (await hasHeartbeat(claim, nowMs))) live.push(claim);
    else await rm(claim.path, { force: true }).catch(() => {});
  }
  return live;
}

async function hasHeartbeat({ path }: Claim, nowMs: number): Promise<boolean> {
  try {
    // A clock that was put back leaves times of the future behind: those lapse as well.
    return Math.abs(nowMs - (await stat(path)).mtimeMs) < LAPSE_MS;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function hold(path: string, text: string): JobLock {
  let beating: Promise<void> = Promise.resolve();
  const beat = () => {
    // Writing, rather than setting times, uses the file system's clock, and brings back a claim that was deleted.
    beating = beating.then(() => writeFile(path, text, { mode: 0o600 })).catch(() => {});
  };
  const timer = setInterval(beat, HEARTBEAT_MS).unref();
  const remove = async (): Promise<void> => {
    clearInterval(timer);
    await beating;
    await rm(path, { force: true }).catch(() => {});
  };
  let released: Promise<void> | undefined;
  return {
    release() {
      released ??= remove();
      return released;
    },
  };
}

async function toActiveError({ pid, path }: Claim): Promise<RunStoppedError> {
  let more = "";
  try {
    const { host, startedAt } = JSON.parse(await readFile(path, "utf8"));
    more = ` on ${host}, since ${startedAt}`;
  } catch {
    // It has just gone, or is being written: the pid is known without it.
  }
  return new RunStoppedError(
    "job_active",
    `another run does this job already: process ${pid}${more}. Wait until it has ended (--wait does), or stop it; if its machine or container is gone, try again in ${LAPSE_MS / 1000} seconds`,
  );
}
