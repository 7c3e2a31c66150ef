/** Arguments without some options: those in `alone` have no value, those in `valued` have one. */
export function leaveOut(
  args: readonly string[],
  { alone = [], valued = [] }: { readonly alone?: readonly string[]; readonly valued?: readonly string[] },
): readonly string[] {
  return args.filter(
    (arg, index) =>
      !alone.includes(arg) &&
      !valued.includes(arg.replace(/=.*/s, "")) &&
      !valued.includes(args[index - 1] ?? ""),
  );
}
