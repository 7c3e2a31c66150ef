import type { Argument, Command, Option } from "commander";

/** What can be typed in a place. */
export interface Values {
  /** As the help names it, such as `FILE`. */
  readonly label: string;
  readonly words: readonly string[];
  readonly paths: "none" | "files" | "directories";
}

export interface OptionWords {
  /** `-m` and `--mapping`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent where the option stands alone. */
  readonly values?: Values;
}

/** A command as completion sees it. */
export interface CommandWords {
  /** `["state", "clear"]`; empty for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
  readonly argument?: Values;
}

/**
 * Everything that can be typed, as commander knows it.
 * @param words What an option takes besides its choices, by its long name.
 */
export function describeCommands(
  command: Command,
  words: Readonly<Record<string, readonly string[]>>,
  path: readonly string[] = [],
): CommandWords {
  const help = command.createHelp();
  const [argument] = command.registeredArguments;
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).map((option) => describeOption(option, words)),
    commands: help
      .visibleCommands(command)
      .map((inner) => describeCommands(inner, words, [...path, inner.name()])),
    ...(argument === undefined ? {} : { argument: toValues(argument.name(), argument, []) }),
  };
}

function describeOption(option: Option, words: Readonly<Record<string, readonly string[]>>): OptionWords {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const [, label] = /[<[](.+)[>\]]/.exec(option.flags) ?? [];
  const { description } = option;
  return label === undefined
    ? { names, description }
    : { names, description, values: toValues(label, option, words[option.long ?? ""] ?? []) };
}

function toValues(label: string, { argChoices = [] }: Option | Argument, more: readonly string[]): Values {
  const paths = /FILE|INPUT/.test(label) ? "files" : label === "DIR" ? "directories" : "none";
  return { label, words: [...argChoices, ...more], paths };
}
