import type { ImportProgress } from "../index.js";

/** One line of progress at the foot of a terminal. */
export interface Progress {
  update(progress: ImportProgress): void;
  /** Writes log text above the line. */
  writeAbove(text: string): void;
  close(): void;
}

const CLEAR_LINE = "\r\u001B[K";

export async function createProgress(): Promise<Progress> {
  const { default: cliProgress } = await import("cli-progress");
  const { stderr } = process;
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    noTTYOutput: true,
    clearOnComplete: true,
    hideCursor: true,
    linewrap: false,
    fps: 5,
    // A log line takes the place of the bar, which then has to be drawn again even if nothing moved.
    forceRedraw: true,
    barsize: 20,
    gracefulExit: false,
    format: "{bar} {share} {read} read, {accepted} accepted, {rejected} rejected",
  });
  bar.start(1, 0, { share: "", read: "0", accepted: "0", rejected: "0" });
  return {
    update({ share, rowsRead, rowsAccepted, rowsRejected }) {
      bar.update(share ?? 0, {
        share: share === undefined ? "" : `${Math.floor(share * 100)} %`,
        read: rowsRead.toLocaleString("en-US"),
        accepted: rowsAccepted.toLocaleString("en-US"),
        rejected: rowsRejected.toLocaleString("en-US"),
      });
    },
    writeAbove: (text) => void stderr.write(stderr.isTTY ? CLEAR_LINE + text : text),
    close: () => bar.stop(),
  };
}
