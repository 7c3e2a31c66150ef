/** How a status is coloured: accepted, slowed down, or anything else. */
export function toKind(status: number | string): "good" | "slow" | "bad" {
  if (Number(status) >= 200 && Number(status) < 400) return "good";
  return Number(status) === 429 ? "slow" : "bad";
}
