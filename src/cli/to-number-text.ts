/** `1,234.5`, for people. */
export function toNumberText(value: number, maximumFractionDigits = 0): string {
  return value.toLocaleString("en-US", { maximumFractionDigits });
}
