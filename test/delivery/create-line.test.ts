import { expect, it } from "vitest";
import { createLine } from "../../src/delivery/create-line.js";

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

it("lets one in at a time, and the lowest number next, whoever came first", async () => {
  const line = createLine();
  const log: number[] = [];
  let inside = 0;
  const pass = (order: number) =>
    line.pass(order, async () => {
      inside += 1;
      expect(inside).toBe(1);
      log.push(order);
      await soon();
      inside -= 1;
    });
  const all = [5, 9, 7, 8].map(pass);
  await soon();
  all.push(pass(6));
  expect(line.length).toBe(4);
  await Promise.all(all);
  expect(log).toEqual([5, 7, 6, 8, 9]);
  expect(line.length).toBe(0);
});

it("goes on behind work that fails, and lets those of one number in as they came", async () => {
  const line = createLine();
  const log: string[] = [];
  const failing = line.pass(1, () => Promise.reject(new Error("no")));
  const after = ["a", "b", "c"].map((name) => line.pass(1, async () => log.push(name)));
  await expect(failing).rejects.toThrow("no");
  expect(await Promise.all(after)).toEqual([1, 2, 3]);
  expect(log).toEqual(["a", "b", "c"]);
});
