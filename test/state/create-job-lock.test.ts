import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { RunStoppedError } from "../../src/errors.js";
import { acquireJobLock } from "../../src/state/create-job-lock.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const PROGRAM = fileURLToPath(new URL("../fixtures/job-lock-process.js", import.meta.url));
const JOB = "0123456789abcdef";
const MINUTE_MS = 60_000;
const onLinux = it.runIf(process.platform === "linux");

interface Answer {
  readonly held: boolean;
  readonly code?: string;
  readonly message?: string;
}

/** Another process; it is killed at the end of the test at the latest. */
async function startProcess() {
  const child = fork(PROGRAM, { execArgv: [] });
  killWhenFinished(child);
  const next = async () => (await once(child, "message"))[0];
  const ask = async (message: object) => {
    const answer = next();
    child.send(message);
    return answer;
  };
  await next();
  return {
    child,
    pid: child.pid!,
    acquire: (stateDir: string): Promise<Answer> => ask({ acquire: stateDir, job: JOB }),
    release: (): Promise<unknown> => ask({}),
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

function killWhenFinished(child: ChildProcess) {
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
}

async function acquire(stateDir: string, job = JOB) {
  const lock = await acquireJobLock(stateDir, job);
  onTestFinished(() => lock.release());
  return lock;
}

/** What acquiring is refused with. */
async function refusal(stateDir: string): Promise<RunStoppedError> {
  const error = await acquire(stateDir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RunStoppedError);
  return error as RunStoppedError;
}

const expectActive = async (stateDir: string) => expect((await refusal(stateDir)).code).toBe("job_active");

/** Host, pid and start time of this process, as its claims say. */
async function findOwnIdentity() {
  const directory = await temporaryDirectory();
  await acquire(directory);
  const [, host, pid, start] = (await readdir(directory))[0]!.split(".");
  return { host: host!, pid: pid!, start: start! };
}

/** A claim that another process might have left, `ageMs` after its last heartbeat. */
async function forgeClaim(parts: { host?: string; pid?: string | number; start?: string }, ageMs = 0) {
  const directory = await temporaryDirectory();
  const { host, pid, start } = { ...(await findOwnIdentity()), ...parts };
  const name = `lock-${JOB}.${host}.${pid}.${start}`;
  await writeFile(join(directory, name), "");
  const beatAt = new Date(Date.now() - ageMs);
  await utimes(join(directory, name), beatAt, beatAt);
  return { directory, name };
}

async function startOfProcess(pid: number) {
  const [state, ...more] = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
  return { state, start: more[18]! };
}

async function nameOfProcess(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, "utf8")).trim();
}

async function findDeadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid!;
}

describe("within one process", () => {
  it("one run has the lock until it releases it", async () => {
    const directory = await temporaryDirectory();
    const lock = await acquire(directory);
    await expectActive(directory);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
    await acquire(directory);
  });

  it("one of two that start together gets it", async () => {
    const directory = await temporaryDirectory();
    const results = await Promise.allSettled([acquire(directory), acquire(directory)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("a second release does not touch the lock of the next run", async () => {
    const directory = await temporaryDirectory();
    const lock = await acquire(directory);
    await lock.release();
    await acquire(directory);
    await lock.release();
    await expectActive(directory);
  });

  it("two jobs do not disturb each other", async () => {
    const directory = await temporaryDirectory();
    await acquire(directory, "a");
    await acquire(directory, "ab");
    expect(await readdir(directory)).toHaveLength(2);
  });

  it("a release does not reject when there is nothing left to release", async () => {
    const directory = await temporaryDirectory();
    const lock = await acquire(directory);
    await rm(directory, { recursive: true });
    await writeFile(directory, "");
    await expect(lock.release()).resolves.toBeUndefined();
  });
});

describe("while another process", () => {
  it("has the lock, it is refused, with who has it and what to do", async () => {
    const directory = await temporaryDirectory();
    const other = await startProcess();
    expect(await other.acquire(directory)).toEqual({ held: true });
    const { code, message } = await refusal(directory);
    expect(code).toBe("job_active");
    expect(message).toMatch(
      new RegExp(
        `^another run does this job already: process ${other.pid} on ${hostname()}, since \\d{4}-.*Z\\. Wait until it has ended \\(--wait does\\), or stop it`,
      ),
    );
    expect((await readdir(directory)).map((name) => name.split(".")[2])).toEqual([String(other.pid)]);
    await other.release();
    await acquire(directory);
  });

  it("has the lock and is stopped, it is refused", async () => {
    const directory = await temporaryDirectory();
    const other = await startProcess();
    await other.acquire(directory);
    other.child.kill("SIGSTOP");
    await expectActive(directory);
  });

  it("is refused too, nobody loses the lock", async () => {
    const directory = await temporaryDirectory();
    await acquire(directory);
    const other = await startProcess();
    const { held, code, message } = await other.acquire(directory);
    expect({ held, code }).toEqual({ held: false, code: "job_active" });
    expect(message).toContain(`process ${process.pid} on `);
    expect((await readdir(directory)).map((name) => name.split(".")[2])).toEqual([String(process.pid)]);
  });
});

it("is free at once when its holder was killed, and the claim of that one is gone", async () => {
  const directory = await temporaryDirectory();
  const other = await startProcess();
  await other.acquire(directory);
  await other.kill();
  expect(await readdir(directory)).toHaveLength(1);
  await acquire(directory);
  expect((await readdir(directory)).map((name) => name.split(".")[2])).toEqual([String(process.pid)]);
});

it("has one holder at a time, whoever starts together", async () => {
  const directory = await temporaryDirectory();
  const processes = await Promise.all(Array.from({ length: 6 }, startProcess));
  let wins = 0;
  for (let round = 0; round < 8; round += 1) {
    const answers = await Promise.all(processes.map((each) => each.acquire(directory)));
    // Nobody has released yet: these hold it at the same time.
    const holders = answers.filter(({ held }) => held).length;
    expect(holders).toBeLessThanOrEqual(1);
    expect(answers.filter(({ code }) => code === "job_active")).toHaveLength(6 - holders);
    wins += holders;
    await Promise.all(processes.map((each) => each.release()));
    expect(await readdir(directory)).toEqual([]);
  }
  // One always gets through, unless the machine stands still for longer than all the tries take.
  expect(wins).toBeGreaterThanOrEqual(4);
});

describe("a claim of this machine", () => {
  onLinux("does not count when its pid has gone to another process", async () => {
    const { directory, name } = await forgeClaim({ start: "1" });
    await acquire(directory);
    expect(await readdir(directory)).not.toContain(name);
  });

  onLinux("does not count when its process has ended, though nobody has taken note", async () => {
    // The shell becomes a program that never asks after its children. Before it does, the shell would.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
    killWhenFinished(parent);
    const pid = Number(String((await once(parent.stdout, "data"))[0]));
    await vi.waitFor(async () => expect(await nameOfProcess(parent.pid!)).toBe("sleep"), 5_000);
    process.kill(pid);
    await vi.waitFor(async () => expect((await startOfProcess(pid)).state).toBe("Z"), 5_000);
    const { directory } = await forgeClaim({ pid, start: (await startOfProcess(pid)).start });
    await acquire(directory);
  });

  onLinux("counts however long ago its last heartbeat was, as the process can be looked up", async () => {
    const other = await startProcess();
    const { directory } = await forgeClaim(
      { pid: other.pid, start: (await startOfProcess(other.pid)).start },
      60 * MINUTE_MS,
    );
    await expectActive(directory);
  });

  it("counts by pid and heartbeat where there are no start times", async () => {
    await expectActive((await forgeClaim({ start: "0" })).directory);
    await acquire((await forgeClaim({ start: "0" }, MINUTE_MS)).directory);
    await acquire((await forgeClaim({ start: "0", pid: await findDeadPid() })).directory);
  });
});

describe("a claim of another machine", () => {
  it.each([
    ["counts after a heartbeat a moment ago", 0],
    ["counts until the minute is over", 50_000],
    ["counts when its clock is ahead a little", -50_000],
  ])("%s", async (_, ageMs) => {
    const { directory, name } = await forgeClaim({ host: "0a" }, ageMs);
    await expectActive(directory);
    expect(await readdir(directory)).toEqual([name]);
  });

  it.each([
    ["lapses a minute after the last heartbeat", MINUTE_MS],
    ["lapses when its clock is ahead by more than a minute", -2 * MINUTE_MS],
  ])("%s", async (_, ageMs) => {
    const { directory, name } = await forgeClaim({ host: "0a" }, ageMs);
    await acquire(directory);
    expect(await readdir(directory)).not.toContain(name);
  });

  it("counts by the clock of the file system, which all machines share", async () => {
    const { directory } = await forgeClaim({ host: "0a" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60 * MINUTE_MS });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await expectActive(directory);
  });

  it("is named by its pid alone where there is no more to read", async () => {
    const { directory } = await forgeClaim({ host: "0a", pid: 4711 });
    expect((await refusal(directory)).message).toContain("process 4711. Wait");
  });
});

it("takes no note of other files", async () => {
  const directory = await temporaryDirectory();
  const { host, pid, start } = await findOwnIdentity();
  const names = [
    `lock-${JOB}`,
    `lock-${JOB}.${host}`,
    `lock-${JOB}.${host}.0.${start}`,
    `lock-${JOB}.${host}.-1.${start}`,
    `lock-${JOB}.${host}.${pid}.${start}.tmp`,
    `lock-${JOB}0.${host}.${pid}.${start}`,
    `checkpoint-${JOB}.json`,
  ];
  for (const name of names) await writeFile(join(directory, name), "");
  await acquire(directory);
  expect(await readdir(directory)).toEqual(expect.arrayContaining(names));
});

describe("the state directory", () => {
  it("is made when it is missing, for its owner alone, as the claim is", async () => {
    const directory = join(await temporaryDirectory(), "deep", "state");
    await acquire(directory);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const [name] = await readdir(directory);
    expect((await stat(join(directory, name!))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(directory, name!), "utf8"))).toEqual({
      pid: process.pid,
      host: hostname(),
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it("that cannot be is refused, with the reason and what to do", async () => {
    const directory = join(await temporaryDirectory(), "file", "state");
    await writeFile(join(directory, ".."), "");
    const { code, message, cause } = await refusal(directory);
    expect({ code, cause }).toMatchObject({ code: "state_unusable", cause: { code: "ENOTDIR" } });
    expect(message).toBe(
      `the state directory ${directory} is no directory (ENOTDIR). Another one is named with --state-dir`,
    );
  });

  it("that cannot be searched is refused, and no claim stays behind", async () => {
    const directory = await temporaryDirectory();
    const name = `lock-${JOB}.0a.1.1`;
    await symlink(name, join(directory, name));
    expect((await refusal(directory)).cause).toMatchObject({ code: "ELOOP" });
    expect(await readdir(directory)).toEqual([name]);
  });

  it("that cannot hold the claim is refused", async () => {
    const directory = await temporaryDirectory();
    const error = await acquireJobLock(directory, "x".repeat(300)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "state_unusable", cause: { code: "ENAMETOOLONG" } });
  });
});

describe("the heartbeat", () => {
  const setUp = async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const directory = join(await temporaryDirectory(), "state");
    const lock = await acquire(directory);
    const [name] = await readdir(directory);
    return { directory, lock, path: join(directory, name!) };
  };
  /** Unlike vi.waitFor, leaves the fake time alone. */
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo().catch(() => false))) await delay(1);
  };

  it("renews the claim every ten seconds, and leaves the text as it was", async () => {
    const { path } = await setUp();
    const text = await readFile(path, "utf8");
    const earlier = new Date(Date.now() - 60 * MINUTE_MS);
    for (let beats = 0; beats < 3; beats += 1) {
      await utimes(path, earlier, earlier);
      vi.advanceTimersByTime(10_000);
      await until(async () => {
        const { mtimeMs } = await stat(path);
        return Date.now() - mtimeMs < MINUTE_MS && (await readFile(path, "utf8")) === text;
      });
    }
  });

  it("brings back a claim that somebody deleted", async () => {
    const { directory, path } = await setUp();
    await rm(path);
    vi.advanceTimersByTime(10_000);
    await until(async () => ((await stat(path)).mode & 0o777) === 0o600);
    await expectActive(directory);
  });

  it("bears with a directory that is gone for a while", async () => {
    const { directory, lock, path } = await setUp();
    await rm(directory, { recursive: true });
    vi.advanceTimersByTime(20_000);
    await mkdir(directory);
    vi.advanceTimersByTime(10_000);
    await until(async () => (await stat(path)).isFile());
    await lock.release();
  });

  it("ends with the release, and brings nothing back behind it", async () => {
    const { directory, lock } = await setUp();
    vi.advanceTimersByTime(10_000);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("does not keep a process from ending", async () => {
  const directory = await temporaryDirectory();
  const module = new URL("../../dist/state/create-job-lock.js", import.meta.url);
  const text = `await (await import(${JSON.stringify(module)})).acquireJobLock(${JSON.stringify(directory)}, "a")`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", text], { stdio: "inherit" });
  killWhenFinished(child);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await readdir(directory)).toHaveLength(1);
});
