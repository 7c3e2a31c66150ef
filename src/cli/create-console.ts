import type { ImportEvent, ImporterError, ImportProgress } from "../index.js";
import { createProgress, type ProgressWay } from "./create-progress.js";
import type { ProgressView } from "./create-progress-watch.js";
import type { ImportFlags } from "./import-flags.js";
import { isInBackground } from "./is-in-background.js";
import { toNumberText } from "./to-number-text.js";
import { toProgressFields, toProgressWords } from "./to-progress-lines.js";

type PlannedEvent = ImportEvent & { readonly kind: "planned" };

/** What a run says on stderr: a log, and on a terminal its progress below it. */
export interface RunConsole {
  log(event: ImportEvent): void;
  progress(progress: ImportProgress): void;
  /** Says that the run is about to end, or that it ended at once. */
  stopping(): void;
  stopped(): void;
  /** Says why nothing was done. */
  fail(error: ImporterError): void;
  close(): void;
}

/** The same trouble again is told once in so long. */
const WARNING_INTERVAL_MS = 10_000;

export async function createConsole(flags: ImportFlags): Promise<RunConsole> {
  // Without the logger a program starts 13 ms earlier.
  if (flags.quiet) return createQuietConsole();
  const { stderr } = process;
  const { default: pino } = await import("pino");
  const { toPlanWords } = await import("../index.js");
  const toPlan = (plan: PlannedEvent["plan"]): string => {
    if (plan === undefined) return "plan: unknown, as the input can be read once only";
    if (plan.sampledRows === undefined) return `plan: ${toPlanWords(plan)}`;
    return `plan: about ${toPlanWords(plan)}, by the first ${toNumberText(plan.sampledRows)} rows`;
  };
  // A terminal that knows no control characters, as in editors, is one for lines only.
  const canDraw = stderr.isTTY === true && process.env.TERM !== "dumb";
  const pretty = (flags.logFormat ?? (stderr.isTTY ? "pretty" : "json")) === "pretty";
  const format = pretty ? await createPrettyFormat(canDraw && !isInBackground()) : (line: string) => line;
  const progress = createProgress({
    stderr,
    way: findWay(flags, canDraw),
    isInBackground,
    log: (view) => logProgress(view),
  });
  const write = (line: string): void => progress.write(format(line));
  let logger = pino(
    {
      level: flags.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  const logProgress = (view: ProgressView): void => {
    if (pretty) logger.info(toProgressWords(view));
    else logger.info(toProgressFields(view), "progress");
  };
  let warnedAt = Number.NEGATIVE_INFINITY;
  /** A service that is down fails all that is under way: one of it says enough. */
  const isNews = (): boolean => {
    if (performance.now() - warnedAt < WARNING_INTERVAL_MS) return false;
    warnedAt = performance.now();
    return true;
  };

  return {
    log(event) {
      switch (event.kind) {
        case "started":
          logger = logger.child({ runId: event.runId });
          logger.info({ inputs: event.inputs, mapping: event.mapping }, "started");
          break;
        case "resumed":
          logger.info(
            event.row === 0
              ? `goes on with the first row of ${event.input}`
              : `goes on behind row ${toNumberText(event.row)} of ${event.input}`,
          );
          break;
        case "planned":
          logger.info({ ratePerSecond: event.ratePerSecond, ...event.plan }, toPlan(event.plan));
          break;
        case "warning":
          logger.warn(event.message);
          break;
        case "retry":
          // A failure now and then is how services are; one that goes on is news.
          logger[event.attempt > 3 && isNews() ? "warn" : "debug"](
            `${event.reason}; try ${event.attempt} of ${event.maxAttempts} follows`,
          );
          break;
        case "throttled":
          logger.debug(`throttled; the pace is now ${event.ratePerSecond.toFixed(1)} requests a second`);
          break;
        case "refused":
          // Pinpoint's message may repeat a value; it stands in the rejects file, and here only for those who trace.
          logger.debug(`${event.items} endpoints were refused; looking for what is wrong with them`);
          logger.trace(event.reason);
          break;
        case "finished":
          // A person has the summary.
          if (!pretty) logger.info({ status: event.status, rows: event.rows }, event.status);
          break;
        case "stopped":
          logger.error({ code: event.code }, event.message);
          if (event.cause instanceof Error) logger.debug({ err: event.cause }, "cause");
          break;
      }
    },
    progress: progress.update,
    stopping() {
      logger.warn(
        "stopping: requests in flight are waited for, 30 seconds at most; a second signal ends at once",
      );
    },
    stopped() {
      progress.close();
      logger.error(
        `ended at once: what became of the requests in flight is not known${flags.sandbox || flags.dryRun ? "" : "; with --resume they are sent again"}`,
      );
    },
    fail(error) {
      const lines = error.message.split("\n");
      stderr.write(lines.map((line) => `pinpoint-import: ${line}\n`).join(""));
      logger.debug({ err: error.cause instanceof Error ? error.cause : error }, error.code);
    },
    close: progress.close,
  };
}

/** Says in one line why nothing was done, and nothing else. */
function createQuietConsole(): RunConsole {
  const silence = (): void => {};
  return {
    log: silence,
    progress: silence,
    stopping: silence,
    stopped: silence,
    fail({ message }) {
      process.stderr.write(`pinpoint-import: ${message.replaceAll(/\.?\n/g, "; ")}\n`);
    },
    close: silence,
  };
}

function findWay({ progress }: ImportFlags, canDraw: boolean): ProgressWay {
  if (progress === "never") return "never";
  if (progress === "always") return canDraw ? "draw" : "lines";
  // Terminals of build servers keep all that is drawn.
  const { CI } = process.env;
  return canDraw && (CI === undefined || CI === "" || CI === "false") ? "draw" : "log";
}

/** What the message says as well; the JSON log has it for programs. */
const IN_WORDS = [
  "runId",
  "ratePerSecond",
  "requests",
  "secondsAtDefaultQuota",
  "seconds",
  "sampledRows",
  "status",
  "rows",
];

async function createPrettyFormat(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import("pino-pretty");
  return prettyFactory({
    colorize: colorize && !process.env.NO_COLOR,
    ignore: IN_WORDS.join(","),
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
  });
}
