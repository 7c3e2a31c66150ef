import { readFileSync } from "node:fs";

/**
 * Whether the terminal belongs to another job: this one was started with `&`, or stopped and sent to the background. Known on
 * Linux only (proc(5), `stat`: the process group and that of the terminal's foreground job are its fields 5 and 8).
 */
export function isInBackground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    // The name of the program, in parentheses, may hold anything.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group !== foreground;
  } catch {
    return false;
  }
}
