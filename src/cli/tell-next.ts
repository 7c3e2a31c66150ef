import { existsSync } from "node:fs";
import { toShell } from "./print.js";
import { type Argument, leaveOut, NOT_WITH_SANDBOX, pickOut, toWords } from "./split-arguments.js";

/** What was tried when something went wrong. */
export interface Attempt {
  readonly command: string;
  /** What stood behind its name. */
  readonly parts: readonly Argument[];
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
  { command, parts, inputs, mapping }: Attempt,
): Next | undefined {
  const words = toWords(parts);
  const reading = toWords(pickOut(parts, HOW_TO_READ));
  const [, meant] = /Did you mean "([^"]+)"\?/.exec(message) ?? [];
  const correct = (wrong: string | undefined): Next | undefined =>
    meant === undefined || wrong === undefined
      ? undefined
      : {
          what: `the same with ${meant}`,
          commands: [
            [
              command,
              ...words.map((word) => (word === wrong ? meant : word.replace(`=${wrong}`, `=${meant}`))),
            ],
          ],
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
      if (command !== "run" || !isAboutTarget || pickOut(parts, NOT_WITH_SANDBOX).length > 0)
        return undefined;
      return { what: "try it without an AWS account", commands: [["run", "--sandbox", ...words]] };
    }
    case "rejects_exist":
      return {
        what: "let the rejects have a name of their own, which is new in each run",
        commands: [[command, ...toWords(leaveOut(parts, "--rejects"))]],
      };
    case "job_active":
      return { what: "wait until the other run has ended", commands: [[command, "--wait", ...words]] };
    case "port_taken":
      return {
        what: "let it pick a free port, which it prints",
        commands: [[command, ...toWords(leaveOut(parts, "--port")), "--port", "0"]],
      };
    default:
      return undefined;
  }
}

/** Options that every command takes which reads rows. */
const HOW_TO_READ = ["--format", "--select", "--delimiter", "--encoding"];

/** What was read from standard input cannot be read once more. */
function toInput([first = "-"]: readonly string[]): string {
  return first === "-" ? "sample.csv" : first;
}

/** A name for a mapping, where no file is yet. */
function findFreeName(wanted: string | undefined): string {
  const names = [...(wanted?.endsWith(".json") ? [wanted] : []), "mapping.json", "mapping.new.json"];
  return names.find((name) => !existsSync(name)) ?? "mapping.suggested.json";
}
