/** A terminal as far as the program needs one: what stands on it, line by line, and where the cursor is. */
export function createTerminal() {
  const lines = [""];
  const writes: string[] = [];
  let row = 0;
  let column = 0;
  const put = (character: string): void => {
    if (character === "\r") column = 0;
    else if (character === "\n") {
      row += 1;
      lines[row] ??= "";
    } else {
      const line = (lines[row] ?? "").padEnd(column);
      lines[row] = line.slice(0, column) + character + line.slice(column + 1);
      column += 1;
    }
  };
  const eraseLineEnd = (): void => {
    lines[row] = (lines[row] ?? "").slice(0, column);
  };
  const obey = (order: string, amount: number): void => {
    if (order === "A") row -= amount;
    else if (order === "K") eraseLineEnd();
    else if (order === "J") {
      eraseLineEnd();
      lines.length = row + 1;
    } else if (!/^[hlm]$/.test(order)) throw new Error(`unknown order ${order}`);
  };
  return {
    lines,
    writes,
    cursor: () => [row, column],
    write(text: string) {
      writes.push(text);
      const [plain = "", ...orders] = text.split("\u001B[");
      for (const character of plain) put(character);
      for (const part of orders) {
        const [, amount, order = "", rest = ""] = /^\??(\d*)([A-Za-z])(.*)$/s.exec(part) ?? [];
        obey(order, Number(amount || 1));
        for (const character of rest) put(character);
      }
    },
  };
}
