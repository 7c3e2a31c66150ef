import { expect } from "vitest";

/**
 * What a document shows of an output: these lines, in this order, however many spaces are between the words. `…` stands for
 * whatever is there, also for lines left out.
 */
export function expectLines(printed: string, shown: string): undefined {
  const lines = toLines(printed);
  let from = 0;
  for (const line of toLines(shown)) {
    if (line === "" || line === "…") continue;
    const pattern = new RegExp(`^${line.split("…").map(toPattern).join(".*")}$`);
    const index = lines.findIndex((one, at) => at >= from && pattern.test(one));
    expect(index, `"${line}" is not in\n${lines.slice(from).join("\n")}`).not.toBe(-1);
    from = index + 1;
  }
  return undefined;
}

const toPattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const toLines = (text: string): string[] =>
  text.split("\n").map((line) => line.replaceAll(/\s+/g, " ").trimEnd());
