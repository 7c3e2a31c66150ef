/** Steps at which one reads time, in seconds. */
const STEPS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400,
  43_200,
];

/** Marks on an axis of time, in seconds: as many as there is room for. */
export function toTicks(fromSeconds: number, toSeconds: number, most: number): readonly number[] {
  const span = toSeconds - fromSeconds;
  const step = STEPS.find((seconds) => span / seconds <= most) ?? 86_400 * Math.ceil(span / 86_400 / most);
  const count = Math.floor(toSeconds / step + 1e-9);
  // 3 × 0.1 is not quite 0.3.
  return Array.from({ length: count + 1 }, (_, index) => Math.round(index * step * 100) / 100).filter(
    (seconds) => seconds >= fromSeconds,
  );
}
