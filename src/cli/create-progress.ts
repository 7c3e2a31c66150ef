import type { ImportProgress } from "../index.js";

/** One line of progress at the foot of a terminal. */
export interface Progress {
  update(progress: ImportProgress): void;
  /** Writes log text above the line. */
  writeAbove(text: string): void;
  close(): void;
}

/** A line is drawn at most this often. */
const INTERVAL_MS = 200;
const BAR_LENGTH = 20;

/** Off a terminal, where nothing can be drawn over, each state is a line of its own. */
export function createProgress({ stderr } = process): Progress {
  const terminal = stderr.isTTY === true;
  const clear = terminal ? "\r\u001B[2K" : "";
  let drawnAt = Number.NEGATIVE_INFINITY;
  let line = "";

  const draw = (): void => {
    drawnAt = performance.now();
    stderr.write(terminal ? clear + line.slice(0, (stderr.columns ?? 80) - 1) : `${line}\n`);
  };

  return {
    update(progress) {
      line = toLine(progress);
      if (performance.now() - drawnAt >= INTERVAL_MS) draw();
    },
    writeAbove(text) {
      stderr.write(clear + text);
      if (terminal && line !== "") draw();
    },
    close() {
      if (terminal) stderr.write(clear);
      else if (line !== "") draw();
      line = "";
    },
  };
}

function toLine({ share, rowsRead, rowsAccepted, rowsRejected, ratePerSecond }: ImportProgress): string {
  const done = Math.round((share ?? 0) * BAR_LENGTH);
  const bar =
    share === undefined
      ? ""
      : `${"=".repeat(done)}${"-".repeat(BAR_LENGTH - done)} ${Math.floor(share * 100)} %  `;
  const rate = ratePerSecond === 0 ? "" : `, ${ratePerSecond.toFixed(ratePerSecond < 10 ? 1 : 0)} req/s`;
  return `${bar}${number(rowsRead)} read, ${number(rowsAccepted)} accepted, ${number(rowsRejected)} rejected${rate}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
