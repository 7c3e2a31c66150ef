import type { CommandWords, OptionWords, Values } from "./describe-commands.js";

/** A completion script for fish. */
export function toFish(program: CommandWords): string {
  return `# fish completion for pinpoint-import. Try it in this shell:
#   pinpoint-import completion fish | source
complete -c pinpoint-import -f
${toLines(program).join("\n")}
`;
}

function toLines({ path, options, commands, argument }: CommandWords): readonly string[] {
  const here = `complete -c pinpoint-import -n ${quote(toCondition(path, commands))}`;
  return [
    ...commands.map(
      ({ path: inner, description }) => `${here} -a ${quote(inner.at(-1) ?? "")} -d ${quote(description)}`,
    ),
    ...(argument === undefined ? [] : [`${here}${toValueFlags(argument)}`]),
    ...options.map((option) => `${here}${toOptionFlags(option)}`),
    ...commands.flatMap(toLines),
  ];
}

/** Whether the words so far lead to the command, and to none in it. */
function toCondition(path: readonly string[], commands: readonly CommandWords[]): string {
  const inner = commands.map((command) => command.path.at(-1)).join(" ");
  const conditions = [
    ...path.map((name) => `__fish_seen_subcommand_from ${name}`),
    ...(commands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${inner}`]),
  ];
  return conditions.join("; and ");
}

function toOptionFlags({ names, description, values }: OptionWords): string {
  const forms = names.map((name) =>
    name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  return `${forms.join("")} -d ${quote(description)}${values === undefined ? "" : ` -r${toValueFlags(values)}`}`;
}

function toValueFlags({ words, paths }: Values): string {
  if (paths === "directories") return " -f -a '(__fish_complete_directories)'";
  const list = words.length === 0 ? "" : ` -a ${quote(words.join(" "))}`;
  return `${paths === "files" ? " -F" : " -f"}${list}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
