/** Writes to stdout; resolves when it was taken, or when nobody reads it any more. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

/** An argument as a shell takes it. */
export function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** A command of this program, to be pasted into a shell. */
export function toShell(args: readonly string[]): string {
  return ["pinpoint-import", ...args].map(quoteArgument).join(" ");
}
