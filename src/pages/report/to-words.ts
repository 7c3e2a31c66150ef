import { toDuration } from "../../reporting/to-duration.js";

/** `1,234`. */
export function toNumber(value: number): string {
  return value.toLocaleString("en-US");
}

/** `0.25`, `1.9`, `34`, `1,234`: as many digits as one reads. */
export function toRate(perSecond: number): string {
  const maximumFractionDigits = perSecond < 1 ? 2 : perSecond < 10 ? 1 : 0;
  return perSecond.toLocaleString("en-US", { maximumFractionDigits });
}

/** `1 row`, `2 rows`. */
export function toCount(count: number, one: string, many = `${one}s`): string {
  return `${toNumber(count)} ${count === 1 ? one : many}`;
}

/** Share of a whole: `0.1 %`, `34 %`; one that is not none is not shown as none. */
export function toShare(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.1) return "under 0.1 %";
  if (percent > 99.9 && percent < 100) return "over 99.9 %";
  return `${percent.toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
}

/** Time since the beginning: `0`, `400 ms`, `1.5 s`, `2:05`, `1:02:05`. */
export function toClock(seconds: number): string {
  if (seconds === 0) return "0";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = String(rest).padStart(2, "0");
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, "0")}:${tail}`;
}

/** `1:30 – 2:00`. */
export function toSpan(fromMs: number, toMs: number): string {
  return `${toClock(fromMs / 1000)} – ${toClock(toMs / 1000)}`;
}

/** `34 ms`, `1.2 s`, `12 min`. */
export function toTook(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : toDuration(ms);
}

/** `2026-11-26 10:59:40 UTC`. */
export function toMoment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** A file by its name, unless another input has the same one; standard input in words. */
export function toInputName(input: string, inputs: readonly string[]): string {
  const toLast = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
  const isClear = inputs.filter((other) => toLast(other) === toLast(input)).length <= 1;
  if (input === "-") return "standard input";
  return isClear ? toLast(input) : input;
}

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** `812 bytes`, `1.2 MB`. */
export function toSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const amount = bytes / 1000 ** power;
  return `${amount.toLocaleString("en-US", { maximumFractionDigits: power === 0 ? 0 : 1 })} ${UNITS[power]}`;
}
