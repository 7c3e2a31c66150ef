import type { Option } from "commander";

/** A part of a command line: an option with its value, or an input. */
export interface Argument {
  /** The long name of an option, such as `--mapping`, or the two dashes before inputs; undefined for an input. */
  readonly option: string | undefined;
  /** As it was typed. */
  readonly words: readonly string[];
}

/** Takes arguments apart as commander does. */
export function splitArguments(
  args: readonly string[],
  options: readonly Pick<Option, "short" | "long" | "required">[],
): readonly Argument[] {
  const parts: Argument[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? "";
    if (word === "--") {
      parts.push({ option: word, words: [word] });
      for (const input of args.slice(index + 1)) parts.push({ option: undefined, words: [input] });
      break;
    }
    const [name = ""] = word.startsWith("--") ? word.split("=", 1) : [word.slice(0, 2)];
    const option =
      word === "-" ? undefined : options.find(({ short, long }) => name === long || name === short);
    const takesNext = option?.required === true && word === name;
    parts.push({
      option: option?.long ?? (word !== "-" && word.startsWith("-") ? name : undefined),
      words: takesNext ? args.slice(index, index + 2) : [word],
    });
    if (takesNext) index += 1;
  }
  return parts;
}

/** The arguments without some options, whatever their values. */
export function leaveOut(parts: readonly Argument[], ...options: readonly string[]): readonly Argument[] {
  return parts.filter(({ option }) => option === undefined || !options.includes(option));
}

/** Of the arguments some options, with their values. */
export function pickOut(parts: readonly Argument[], options: readonly string[]): readonly Argument[] {
  return parts.filter(({ option }) => option !== undefined && options.includes(option));
}

export function toWords(parts: readonly Argument[]): readonly string[] {
  return parts.flatMap(({ words }) => words);
}

/** Options that are about a place which `--sandbox` takes. */
export const NOT_WITH_SANDBOX = ["--endpoint-url", "--resume", "--changed-only", "--full"];
