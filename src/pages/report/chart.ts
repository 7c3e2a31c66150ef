import type { Bin } from "./to-bins.js";

/** Counts over time, one upon the other. */
export interface Chart {
  readonly title: string;
  /** What the whole of it says, for whoever does not see it. */
  readonly summary: string;
  readonly bins: readonly Bin[];
  readonly series: readonly Series[];
  /** A rate to compare the counts with. */
  readonly line?: Line | undefined;
}

export interface Series {
  readonly name: string;
  /** Of a custom property in the style. */
  readonly color: string;
  readonly count: (bin: Bin) => number;
}

export interface Line {
  readonly name: string;
  readonly perSecond: (bin: Bin) => number;
}
