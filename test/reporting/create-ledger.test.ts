import { afterEach, describe, expect, it, vi } from "vitest";
import { InputError, InterruptedError, RunStoppedError } from "../../src/errors.js";
import { createLedger, type Ending, type Ledger, toReport } from "../../src/reporting/create-ledger.js";
import { createRejectTally } from "../../src/reporting/create-reject-tally.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { rejectLine } from "../helpers/reporting-records.js";

afterEach(() => {
  vi.useRealTimers();
});

const startedAt = new Date("2026-11-21T12:00:00.000Z");

function report(fill: (ledger: Ledger) => void = () => {}, different: Partial<Ending> = {}) {
  vi.useFakeTimers({ now: startedAt.getTime() + 4_000, toFake: ["Date"] });
  const ledger = createLedger("app");
  fill(ledger);
  return toReport(ledger, {
    runId: "run",
    inputs: ["a.csv"],
    startedAt,
    dryRun: false,
    resumeCommand: "pinpoint-import run a.csv",
    restartCommand: "pinpoint-import run anew",
    fault: undefined,
    ...different,
  });
}

const rejects = (written: number) => {
  const tally = createRejectTally();
  for (let row = 1; row <= written; row += 1) tally.add(rejectLine("", "endpoint_invalid", row));
  return { tally, path: written === 0 ? null : "rejects.csv" };
};

describe("the books", () => {
  it("balance: what is not decided is pending", () => {
    const made = report(
      (ledger) => {
        ledger.read = 100;
        Object.assign(ledger.rows, { accepted: 60, filtered: 10 });
        ledger.facts.rejects = rejects(5);
      },
      { fault: new RunStoppedError("service_down", "x") },
    );
    expect(made.rows).toEqual({
      read: 100,
      accepted: 60,
      unchanged: 0,
      filtered: 10,
      rejected: 5,
      pending: 25,
    });
    expectBalance(made);
  });

  it("balance in a complete run", () => {
    const made = report((ledger) => {
      ledger.read = 10;
      Object.assign(ledger.rows, { accepted: 7, filtered: 1 });
      ledger.facts.rejects = rejects(2);
    });
    expectBalance(made);
    expect(made).toMatchObject({ status: "complete", stopReason: null, rejectsFile: "rejects.csv" });
  });

  it("count rows rejected from what was written, not from what was meant to be", () => {
    const made = report((ledger) => {
      ledger.read = 3;
      ledger.facts.rejects = rejects(1);
    });
    expect(made.rows).toMatchObject({ rejected: 1, pending: 2 });
  });

  it("are those of that moment: what is counted later does not change a report", () => {
    const ledger = createLedger("app");
    const tally = createRejectTally();
    tally.add(rejectLine(""));
    ledger.facts.rejects = { tally, path: "r" };
    const ending = {
      runId: "r",
      inputs: [],
      startedAt,
      dryRun: false,
      resumeCommand: undefined,
      restartCommand: undefined,
      fault: undefined,
    };
    const made = toReport(ledger, ending);
    const before = structuredClone(made);
    ledger.read += 1;
    ledger.endpoints.mapped += 1;
    tally.add(rejectLine(""));
    expect(made).toEqual(before);
  });

  it("of a run that could open nothing are empty", () => {
    const made = report(undefined, { fault: new InputError("input_missing", "no such file") });
    expect(made).toMatchObject({
      source: { inputs: ["a.csv"], format: null, bytes: 0 },
      mapping: null,
      target: { applicationId: "app", region: null, endpointUrl: null },
      rejectsFile: null,
      rejectsByCode: {},
    });
    expectBalance(made);
  });
});

describe("times", () => {
  it("are ISO 8601, and the rate is of accepted requests", () => {
    const made = report((ledger) => {
      ledger.facts.requests = { sent: 12, accepted: 10, throttled: 2, retried: 0, refused: 0 };
    });
    expect(made).toMatchObject({
      startedAt: "2026-11-21T12:00:00.000Z",
      finishedAt: "2026-11-21T12:00:04.000Z",
      durationMs: 4_000,
      requests: { sent: 12, accepted: 10, throttled: 2, ratePerSecond: 2.5 },
    });
  });

  it("that are too short to tell give the rate 0", () => {
    const made = report(
      (ledger) => {
        ledger.facts.requests = { sent: 1, accepted: 1, throttled: 0, retried: 0, refused: 0 };
      },
      { startedAt: new Date(startedAt.getTime() + 4_000) },
    );
    expect(made.requests.ratePerSecond).toBe(0);
  });
});

describe("exit codes", () => {
  it.each([
    [undefined, 0, 0],
    [undefined, 3, 1],
    [new RunStoppedError("service_down", "x"), 0, 3],
    [new RunStoppedError("service_down", "x"), 3, 3],
    [new InputError("input_broken", "x"), 0, 3],
    [new InterruptedError("SIGINT"), 0, 130],
    [new InterruptedError("SIGTERM"), 3, 143],
    [new InterruptedError(), 0, 130],
  ])("%s and %i rejected rows: %i", (fault, rejected, exitCode) => {
    const made = report(
      (ledger) => {
        ledger.read = rejected;
        ledger.facts.rejects = rejects(rejected);
      },
      { fault },
    );
    expect(made.exitCode).toBe(exitCode);
    expect(made.status).toBe(fault === undefined ? "complete" : "stopped");
    expect(made.stopReason).toEqual(
      fault === undefined ? null : { code: fault.code, message: fault.message },
    );
  });
});

describe("how to go on", () => {
  const read = (ledger: Ledger) => {
    ledger.read = 1;
  };

  it("is said of a run that stopped", () => {
    const fault = new RunStoppedError("x", "x");
    expect(report(read, { fault }).resumeCommand).toBe("pinpoint-import run a.csv");
    expect(report(read, { fault, resumeCommand: undefined }).resumeCommand).toBeNull();
  });

  it("is to begin anew where nothing was kept, unless something has to be mended first", () => {
    const commandOf = (fault: RunStoppedError) => report(undefined, { fault }).resumeCommand;
    expect(commandOf(new InterruptedError("SIGINT"))).toBe("pinpoint-import run anew");
    expect(commandOf(new RunStoppedError("deadline", "over"))).toBe("pinpoint-import run anew");
    expect(commandOf(new InputError("input_missing", "no such file"))).toBeNull();
  });

  it("is not said of a complete one", () => {
    expect(report(read).resumeCommand).toBeNull();
  });
});

describe("a dry run", () => {
  it("sent nothing, and has a plan", () => {
    const made = report(
      (ledger) => {
        ledger.facts.requests = { sent: 0, accepted: 25, throttled: 0, retried: 0, refused: 0 };
        ledger.facts.ratePerSecond = 50;
      },
      { dryRun: true },
    );
    expect(made.requests).toEqual({
      sent: 0,
      accepted: 0,
      throttled: 0,
      retried: 0,
      refused: 0,
      ratePerSecond: 0,
    });
    expect(made.plan).toEqual({ requests: 25, secondsAtDefaultQuota: 12.5, ratePerSecond: 50, seconds: 0.5 });
  });

  it("is the only one that has a plan", () => {
    expect(report()).not.toHaveProperty("plan");
  });
});
