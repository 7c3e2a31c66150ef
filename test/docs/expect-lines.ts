import { expect } from "vitest";

/** What a document shows of an output: these lines, in this order; `…` stands for whatever is there, also for lines left out. */
export function expectLines(printed: string, shown: string): undefined {
  const lines = printed.split("\n").map((line) => line.trimEnd());
  let from = 0;
  for (const line of shown.split("\n").map((one) => one.trimEnd())) {
    if (line === "" || line === "…") continue;
    const pattern = new RegExp(`^${line.split("…").map(toPattern).join(".*")}$`);
    const index = lines.findIndex((one, at) => at >= from && pattern.test(one));
    expect(index, `"${line}" is not in\n${lines.slice(from).join("\n")}`).not.toBe(-1);
    from = index + 1;
  }
  return undefined;
}

const toPattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
