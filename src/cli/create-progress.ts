import type { ImportProgress } from "../index.js";
import { createFoot } from "./create-foot.js";
import { createProgressWatch, type ProgressView } from "./create-progress-watch.js";
import { toProgressLines, toProgressWords } from "./to-progress-lines.js";

/** `draw`: at the foot of a terminal. `lines`: each state a line of its own. `log`: now and then a line in the log. */
export type ProgressWay = "draw" | "lines" | "log" | "never";

/** Where a run stands, for whoever watches it. */
export interface Progress {
  update(progress: ImportProgress): void;
  /** Writes log text, above what is drawn. */
  write(text: string): void;
  close(): void;
}

export interface ProgressOptions {
  readonly stderr: ProgressTerminal;
  readonly way: ProgressWay;
  /** Whether nothing may be drawn at this moment, as the terminal is another job's. */
  readonly isInBackground: () => boolean;
  readonly log: (view: ProgressView) => void;
}

export type ProgressTerminal = Pick<NodeJS.WriteStream, "write" | "columns" | "on" | "off">;

/** A run may be at work for so long before it has read a row. */
const BEGINNING_MS = 1_000;

/** How often each way tells. */
const INTERVALS_MS = { draw: 200, lines: 1_000, log: 30_000 } as const;

/** Where the width is not known, which may be told as 0. */
const COLUMNS = 80;

/**
 * Tells by a timer, so that a run that waits for its input or the service is seen to wait. The timer keeps no program alive.
 */
export function createProgress({ stderr, way, isInBackground, log }: ProgressOptions): Progress {
  const watch = createProgressWatch();
  const foot = createFoot(stderr);
  // A run that is over before the first interval shows nothing.
  let drawnAt = performance.now();
  let loggedAt = performance.now();
  let isSeen = false;

  const logNowAndThen = (): void => {
    if (performance.now() - loggedAt < INTERVALS_MS.log) return;
    loggedAt = performance.now();
    log(watch.view());
  };
  const draw = (): void => {
    drawnAt = performance.now();
    if (isInBackground()) {
      foot.forget();
      logNowAndThen();
      return;
    }
    const view = watch.view();
    if (view.rowsRead === 0 && view.elapsedMs < BEGINNING_MS) return;
    // One column less: some terminals break a line that fills them.
    foot.draw(toProgressLines(view, (stderr.columns || COLUMNS) - 1));
  };
  const writeLine = (): void => {
    if (isSeen) stderr.write(`${toProgressWords(watch.view())}\n`);
  };
  const tell = { draw, lines: writeLine, log: logNowAndThen, never: () => {} }[way];
  const timer = way === "never" ? undefined : setInterval(tell, INTERVALS_MS[way]).unref();
  /** Ctrl-Z. The signal does then what it does by default: it stops a program only where a shell can let it go on. */
  const onStop = (): void => {
    foot.clear();
    process.off("SIGTSTP", onStop);
    process.on("SIGCONT", onContinue);
    process.kill(process.pid, "SIGTSTP");
  };
  const onContinue = (): void => {
    process.off("SIGCONT", onContinue);
    process.on("SIGTSTP", onStop);
  };
  if (way === "draw") {
    stderr.on("resize", draw);
    process.on("exit", foot.clear);
    process.on("SIGTSTP", onStop);
  }

  return {
    update(progress) {
      if (way === "never") return;
      watch.see(progress);
      isSeen = true;
      // A timer comes late where there is much to do.
      if (way === "draw" && performance.now() - drawnAt >= INTERVALS_MS.draw) draw();
    },
    write(text) {
      if (isInBackground()) foot.forget();
      foot.writeAbove(text);
    },
    close() {
      clearInterval(timer);
      stderr.off("resize", draw);
      process.off("exit", foot.clear);
      process.off("SIGTSTP", onStop);
      process.off("SIGCONT", onContinue);
      if (isInBackground()) foot.forget();
      foot.clear();
      if (way === "lines") writeLine();
    },
  };
}
