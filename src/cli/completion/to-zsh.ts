import type { CommandWords, OptionWords, Values } from "./describe-commands.js";
import { quote } from "./quote.js";

/** A completion script for zsh: to be sourced, or a file `_pinpoint-import` in a directory of `fpath`. */
export function toZsh(program: CommandWords): string {
  return `#compdef pinpoint-import
# zsh completion for pinpoint-import. Try it in this shell, after compinit:
#   source <(pinpoint-import completion zsh)
_pinpoint_import_or_files() {
  _alternative "names:name:($*)" 'files:file:_files'
}

${toFunctions(program)}
if [[ $funcstack[1] == _pinpoint-import ]]; then
  _pinpoint_import "$@"
else
  compdef _pinpoint_import pinpoint-import
fi
`;
}

/** One function a command; that of a command with others in it hands over to theirs. */
function toFunctions(command: CommandWords): string {
  const { path, options, commands, argument } = command;
  const specs = [
    ...options.map(toOptionSpec),
    ...(commands.length > 0 ? ["'1: :->command'", "'*:: :->rest'"] : []),
    ...(argument === undefined ? [] : [quote(`*:${argument.label}:${toAction(argument)}`)]),
  ];
  const name = toName(path);
  const states =
    commands.length === 0
      ? ""
      : `
  case $state in
    command)
      local -a commands=(
${commands.map(({ path: inner, description }) => `        ${quote(`${inner.at(-1)}:${description}`)}`).join("\n")}
      )
      _describe -t commands command commands ;;
    rest)
      case $words[1] in
${commands.map(({ path: inner }) => `        ${inner.at(-1)}) ${toName(inner)} ;;`).join("\n")}
      esac ;;
  esac`;
  const body = `${name}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C \\
    ${specs.join(" \\\n    ")}${states}
}
`;
  return [body, ...commands.map(toFunctions)].join("\n");
}

function toName(path: readonly string[]): string {
  return ["_pinpoint_import", ...path].join("_");
}

/** `'(-m --mapping)'{-m+,--mapping=}'[mapping file]:FILE:_files'`. */
function toOptionSpec({ names, description, values }: OptionWords): string {
  const takesValue = values !== undefined;
  const forms = names.map((name) => (takesValue ? `${name}${name.startsWith("--") ? "=" : "+"}` : name));
  const rest = `[${description.replaceAll(/[[\]\\]/g, "\\$&")}]${takesValue ? `:${values.label.replaceAll(":", "\\:")}:${toAction(values)}` : ""}`;
  return names.length === 1
    ? quote(`${forms[0]}${rest}`)
    : `${quote(`(${names.join(" ")})`)}{${forms.join(",")}}${quote(rest)}`;
}

function toAction({ words, paths }: Values): string {
  const files = paths === "directories" ? "_files -/" : "_files";
  if (words.length === 0) return paths === "none" ? " " : files;
  const list = words.join(" ");
  // A blank before the function keeps zsh from putting options of its own between.
  return paths === "none" ? `(${list})` : ` _pinpoint_import_or_files ${list}`;
}
