import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** One process among all that ever ran: a pid alone is given out again, and means nothing on another machine. */
export interface ProcessIdentity {
  /** Where pids are comparable: one machine or container, from one start of it to the next. */
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the kernel's clock ticks; `NO_START` where the system does not tell. */
  readonly start: string;
}

/** No process begins with the kernel's clock at 0. */
const NO_START = "0";

/** The process that asks. */
export async function identifyThisProcess(): Promise<ProcessIdentity> {
  const places = await Promise.all(
    [
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readlink("/proc/self/ns/pid"),
      // Start times are shown as the reader's time namespace counts them.
      readlink("/proc/self/ns/time"),
      readlink("/proc/self"),
    ].map((reading) => reading.catch(() => "")),
  );
  // A /proc that was mounted for another pid namespace shows other processes under our pids.
  const shown = places.pop();
  const start = shown === String(process.pid) ? (await readProcessStat(process.pid))?.start : undefined;
  const host = createHash("sha256")
    .update([hostname(), ...places].join("\n"))
    .digest("hex")
    .slice(0, 12);
  return { host, pid: process.pid, start: start ?? NO_START };
}

/** Whether the process runs (a stopped one does); undefined where that cannot be found out from here. */
export async function isRunning(other: ProcessIdentity, self: ProcessIdentity): Promise<boolean | undefined> {
  if (other.host !== self.host) return undefined;
  const comparable = other.start !== NO_START && self.start !== NO_START;
  const stat = comparable ? await readProcessStat(other.pid) : undefined;
  // Z and X: it has ended, and its parent has not taken note yet.
  if (stat !== undefined) return stat.start === other.start && !/[ZX]/.test(stat.state);
  return hasNoProcess(other.pid) ? false : undefined;
}

function hasNoProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Undefined where there is no such process, no /proc, or one that hides what belongs to others. */
async function readProcessStat(pid: number): Promise<{ state: string; start: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // proc(5): the name, field 2, may hold blanks and brackets; the state is field 3, the start time field 22.
  const fields = text
    .slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(" ");
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}
