/** Arguments without some options: those in `alone` have no value, those in `valued` have one. */
export function leaveOut(
  args: readonly string[],
  { alone = [], valued = [] }: { readonly alone?: readonly string[]; readonly valued?: readonly string[] },
): readonly string[] {
  return args.filter((arg, index) => !alone.includes(arg) && !isPartOf(args, index, valued));
}

/** Of the arguments only some options, with their values. */
export function pickOut(args: readonly string[], valued: readonly string[]): readonly string[] {
  return args.filter((_, index) => isPartOf(args, index, valued));
}

/** Whether an argument is `--option`, `--option=value` or the value behind the first. */
function isPartOf(args: readonly string[], index: number, options: readonly string[]): boolean {
  const [name = ""] = args[index]?.split("=") ?? [];
  return options.includes(name) || options.includes(args[index - 1] ?? "");
}
