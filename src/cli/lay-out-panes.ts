import type { Colors } from "picocolors/types.js";
import { cutPath, cutText, padText, widthOf, wrapText } from "./fit-text.js";

/** A name and its value; an empty value leaves the whole pane to the name. */
export type Pane = readonly [name: string, value: string];

/** One line of a table of two panes. */
export interface PaneLine {
  readonly left?: Pane;
  /** Whether what stands on the left becomes what stands on the right. */
  readonly leads: boolean;
  readonly right?: Pane;
  readonly tone: "plain" | "heading" | "absent" | "rejected";
  /** What is to be said of it, in lines of its own. */
  readonly notes: readonly string[];
}

export interface PreviewLook {
  /** Cells of a line. */
  readonly width: number;
  readonly paint: Colors;
}

const INDENT = "    ";
const ARROW = " → ";
/** The right pane has what people come for. */
const LEFT_SHARE = 0.42;
/** Names take so much of a pane; a longer one takes from the room of its value. */
const NAME_SHARE = 0.45;
/** What a name leaves to its value in any case. */
const MIN_VALUE_WIDTH = 8;

export function layOutPanes(lines: readonly PaneLine[], { width, paint }: PreviewLook): readonly string[] {
  const room = width - INDENT.length - ARROW.length;
  const leftWidth = Math.floor(room * LEFT_SHARE);
  const rightWidth = room - leftWidth;
  const leftNames = findNameWidth(
    lines.map(({ left }) => left),
    leftWidth,
  );
  const rightNames = findNameWidth(
    lines.map(({ right }) => right),
    rightWidth,
  );
  const beforeNotes = " ".repeat(INDENT.length + leftWidth + ARROW.length + 2);
  const colors = { plain: String, heading: paint.bold, absent: paint.dim, rejected: paint.red };
  return lines.flatMap(({ left, leads, right, tone, notes }) => {
    const [name, value] = fitPane(left, leftNames, leftWidth);
    const gap = " ".repeat(Math.max(0, leftWidth - widthOf(name + value)));
    const arrow = leads ? paint.dim(ARROW) : " ".repeat(ARROW.length);
    const line =
      right === undefined
        ? `${INDENT}${paint.dim(name)}${value}`
        : `${INDENT}${paint.dim(name)}${value}${gap}${arrow}${colors[tone](fitPane(right, rightNames, rightWidth).join(""))}`;
    return [
      line,
      ...notes
        .flatMap((note) => wrapText(note, width - beforeNotes.length))
        .map((note) => beforeNotes + paint.red(note)),
    ];
  });
}

/** Values stand below each other behind the longest name, unless that is very long. */
function findNameWidth(panes: readonly (Pane | undefined)[], width: number): number {
  const widths = panes.map((pane) => (pane === undefined || pane[1] === "" ? 0 : widthOf(pane[0])));
  return Math.min(Math.max(0, ...widths), Math.floor(width * NAME_SHARE));
}

function fitPane([name, value]: Pane = ["", ""], nameWidth: number, width: number): Pane {
  if (value === "") return [cutText(name, width), ""];
  const longest = width - 2 - Math.min(MIN_VALUE_WIDTH, widthOf(value));
  const fitted = `${padText(cutPath(name, longest), nameWidth)}  `;
  return [fitted, cutText(value, width - widthOf(fitted))];
}
