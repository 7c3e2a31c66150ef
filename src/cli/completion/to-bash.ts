import type { CommandWords, Values } from "./describe-commands.js";
import { quote } from "./quote.js";

/** A completion script for bash, from 3.2 on, as macOS has it. */
export function toBash(program: CommandWords): string {
  const all = flatten(program);
  const steps = all.slice(1).map(({ path }) => {
    const at = toKey(path);
    return `      ${quote(at)}) command=${quote(at)} ;;`;
  });
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined
        ? []
        : [
            `    ${names.map((name) => quote(`${toKey(path)} ${name}`)).join("|")}) ${toCall(values)}; return ;;`,
          ],
    ),
  );
  const options = all.map(
    ({ path, options }) =>
      `      ${quote(toKey(path))}) _pinpoint_import_words ${quote(options.flatMap(({ names }) => names).join(" "))} ;;`,
  );
  const places = all.map(({ path, commands, argument }) => {
    const names = commands.map(({ path: inner }) => inner.at(-1)).join(" ");
    const call = commands.length > 0 ? `_pinpoint_import_words ${quote(names)}` : toCall(argument);
    return `    ${quote(toKey(path))}) ${call} ;;`;
  });
  return `# bash completion for pinpoint-import. Try it in this shell:
#   eval "$(pinpoint-import completion bash)"
_pinpoint_import_nothing() {
  compopt +o default 2>/dev/null
}

_pinpoint_import_words() {
  local word
  _pinpoint_import_nothing
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
}

_pinpoint_import_paths() {
  local word
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$1" -- "$cur")
}

_pinpoint_import() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' word
  COMPREPLY=()
  # --option=value comes in three words.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case "$command/$word" in
${steps.join("\n")}
    esac
  done
  case "$command $prev" in
${values.join("\n")}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${options.join("\n")}
    esac
    return
  fi
  case "$command" in
${places.join("\n")}
  esac
}

complete -o default -F _pinpoint_import pinpoint-import
`;
}

const NOTHING = "_pinpoint_import_nothing";

function flatten(command: CommandWords): readonly CommandWords[] {
  return [command, ...command.commands.flatMap(flatten)];
}

/** `/state/clear`; empty for the program. */
function toKey(path: readonly string[]): string {
  return path.map((name) => `/${name}`).join("");
}

function toCall(values: Values | undefined): string {
  if (values === undefined) return NOTHING;
  const { words, paths } = values;
  const calls = [
    ...(words.length === 0 ? [] : [`_pinpoint_import_words ${quote(words.join(" "))}`]),
    ...(paths === "none" ? [] : [`_pinpoint_import_paths ${paths === "directories" ? "-d" : "-f"}`]),
  ];
  return calls.length === 0 ? NOTHING : calls.join("; ");
}
