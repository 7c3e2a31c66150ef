import { existsSync } from "node:fs";
import { leaveOut, pickOut } from "./choose-options.js";
import { toShell } from "./print.js";

/** What was tried when something went wrong. */
export interface Attempt {
  /** What stood behind the program's name. */
  readonly args: readonly string[];
  readonly inputs: readonly string[];
  readonly mapping: string | undefined;
}

interface Next {
  readonly what: string;
  readonly commands: readonly (readonly string[])[];
}

/** Tells on stderr which commands help after a failure, ready to be pasted into a shell. */
export function tellNext(
  failure: { readonly code: string; readonly message: string },
  attempt: Attempt,
): void {
  const next = findNext(failure, attempt);
  if (next === undefined) return;
  const commands = next.commands.map((args) => `    ${toShell(args)}\n`).join("");
  process.stderr.write(`Next: ${next.what}\n${commands}`);
}

function findNext(
  { code, message }: { readonly code: string; readonly message: string },
  { args, inputs, mapping }: Attempt,
): Next | undefined {
  const [command = "", ...rest] = args;
  const reading = pickOut(args, HOW_TO_READ);
  const [, meant] = /Did you mean "([^"]+)"\?/.exec(message) ?? [];
  const correct = (wrong: string | undefined): Next | undefined =>
    meant === undefined || wrong === undefined
      ? undefined
      : {
          what: `the same with ${meant}`,
          commands: [args.map((arg) => (arg === wrong ? meant : arg.replace(`=${wrong}`, `=${meant}`)))],
        };
  switch (code) {
    case "input_not_found":
      return correct(inputs.find((input) => message.startsWith(`${input}: `)));
    case "command_missing":
    case "mapping_missing":
    case "mapping_not_found": {
      if (meant !== undefined) return correct(mapping);
      const file = findFreeName(code === "mapping_not_found" ? mapping : undefined);
      const input = toInput(inputs);
      return {
        what: `${inputs[0] === "-" ? `save some of the input as ${input}, ` : ""}have a mapping made, and look at what it does`,
        commands: [
          ["suggest", ...reading, input, "-o", file],
          ["preview", ...reading, "-m", file, input],
        ],
      };
    }
    case "mapping_invalid": {
      const input = toInput(inputs);
      return {
        what: "correct the mapping and look at what it does, or have one made for this input",
        commands: [
          ...(mapping === undefined ? [] : [["preview", ...reading, "-m", mapping, input]]),
          ["suggest", ...reading, input, "-o", findFreeName(undefined)],
        ],
      };
    }
    case "option_invalid":
    case "region_missing":
    case "credentials_missing": {
      const isAboutTarget = code !== "option_invalid" || /^--application-id is missing[^\n]*$/.test(message);
      if (command !== "run" || !isAboutTarget || rest.some((arg) => NOT_WITH_SANDBOX.test(arg)))
        return undefined;
      return { what: "try it without an AWS account", commands: [["run", "--sandbox", ...rest]] };
    }
    case "rejects_exist":
      return {
        what: "let the rejects have a name of their own, which is new in each run",
        commands: [leaveOut(args, { valued: ["--rejects"] })],
      };
    case "job_active":
      return { what: "wait until the other run has ended", commands: [[command, "--wait", ...rest]] };
    case "port_taken":
      return {
        what: "let it pick a free port, which it prints",
        commands: [[...leaveOut(args, { valued: ["--port"] }), "--port", "0"]],
      };
    default:
      return undefined;
  }
}

/** Options that every command takes which reads rows. */
const HOW_TO_READ = ["--format", "--select", "--delimiter", "--encoding"];

const NOT_WITH_SANDBOX = /^--(endpoint-url|resume|changed-only|full)(=|$)/;

/** What was read from standard input cannot be read once more. */
function toInput([first = "-"]: readonly string[]): string {
  return first === "-" ? "sample.csv" : first;
}

/** A name for a mapping, where no file is yet. */
function findFreeName(wanted: string | undefined): string {
  const names = [...(wanted?.endsWith(".json") ? [wanted] : []), "mapping.json", "mapping.new.json"];
  return names.find((name) => !existsSync(name)) ?? "mapping.suggested.json";
}
