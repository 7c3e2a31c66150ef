import { type Command, InvalidArgumentError, Option } from "commander";

/** What tells how an input is to be read. */
export interface InputFlags {
  readonly format?: "auto" | "csv" | "jsonl" | "json";
  readonly select?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly maxRecordSize?: number;
}

export function addMappingOption(command: Command): void {
  command.option(
    "-m, --mapping <FILE>",
    "mapping file, the name of a shipped mapping, or pinpoint (default: pinpoint if the input has Pinpoint's own import format)",
  );
}

/** The options of every command that reads rows. */
export function addInputOptions(command: Command): void {
  command
    .addOption(
      new Option("--format <FORMAT>", "input format (default: auto, by name, then by content)").choices([
        "auto",
        "csv",
        "jsonl",
        "json",
      ]),
    )
    .option("--select <PATH>", "where the array of rows is in a JSON document, such as data.records")
    .option("--delimiter <C>", "CSV delimiter (default: detected)")
    .option("--encoding <NAME>", "text encoding, such as windows-1252 (default: detected)")
    .option("--max-record-size <SIZE>", "longest record, such as 512k or 4M (default: 1M)", toBytes);
}

export function toWholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a whole number.");
}

/** `1048576`, `512k`, `4M`, `1MiB`: powers of 1,024. */
function toBytes(text: string): number {
  const [, amount, unit = ""] = /^(\d+)\s*([kmg]?)(?:i?b)?$/i.exec(text) ?? [];
  const power = ["", "k", "m", "g"].indexOf(unit.toLowerCase());
  if (amount !== undefined) return Number(amount) * 1024 ** power;
  throw new InvalidArgumentError("It takes a size such as 1048576, 512k or 4M.");
}
