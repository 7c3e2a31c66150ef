import { createHash } from "node:crypto";
import type { SourceIdentity } from "../domain.js";

/** What a run does: the same job can be gone on with, and is done by one run at a time. */
export interface Job {
  readonly inputs: readonly SourceIdentity[];
  /** How the inputs are read: another reading counts rows otherwise. */
  readonly reading: Readonly<Record<string, string | number | null>>;
  readonly mapping: { readonly name: string; readonly sha256: string };
  readonly application: { readonly id: string; readonly region: string };
}

/**
 * Names the job in the state directory. What is in a file does not count: a file that changed belongs to the same job, and
 * is told apart when the run is resumed. Of standard input the beginning is all there is to go by.
 */
export function toJobKey({ inputs, mapping, application }: Job): string {
  const names = inputs.map(({ path, linesSha256 }) => (path === "-" ? [path, linesSha256] : [path]));
  const text = JSON.stringify([names, mapping.sha256, application.id, application.region]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Whether two jobs have two of inputs, mapping and application in common: who resumes one may mean the other. */
export function areAkin(a: Job, b: Job): boolean {
  const same = [
    isSame(toPaths(a), toPaths(b)),
    a.mapping.sha256 === b.mapping.sha256,
    isSame(a.application, b.application),
  ];
  return same.filter(Boolean).length >= 2;
}

/** In what the job differs from the one that was interrupted, in words; undefined when it is the same. */
export function findDifference(earlier: Job, now: Job): string | undefined {
  if (!isSame(toPaths(earlier), toPaths(now)))
    return `it read ${toPaths(earlier).join(", ")}, this one reads ${toPaths(now).join(", ")}`;
  for (const [index, input] of now.inputs.entries()) {
    const difference = findInputDifference(earlier.inputs[index], input);
    if (difference !== undefined)
      return `${input.path === "-" ? "standard input" : input.path} is not the same: ${difference}`;
  }
  if (earlier.mapping.sha256 !== now.mapping.sha256) {
    return earlier.mapping.name === now.mapping.name
      ? `the mapping ${now.mapping.name} has changed since`
      : `it used the mapping ${earlier.mapping.name}, this one uses ${now.mapping.name}`;
  }
  const { application } = earlier;
  if (application.id !== now.application.id)
    return `it imported into the application ${application.id}, this one into ${now.application.id}`;
  if (application.region !== now.application.region)
    return `it imported into the region ${application.region}, this one into ${now.application.region}`;
  for (const [option, value] of Object.entries(now.reading)) {
    const before = earlier.reading[option] ?? null;
    if (before !== value)
      return `it had ${toOption(option, before)}, this one has ${toOption(option, value)}`;
  }
  return undefined;
}

function findInputDifference(earlier: SourceIdentity | undefined, now: SourceIdentity): string | undefined {
  if (earlier?.size !== now.size) return `it had ${earlier?.size} bytes, now it has ${now.size}`;
  if (earlier?.headSha256 !== now.headSha256) return "its beginning differs";
  if (earlier?.modifiedMs === now.modifiedMs) return undefined;
  const [before, since] = [earlier, now].map(({ modifiedMs = 0 }) => new Date(modifiedMs).toISOString());
  return `it was last modified at ${before}, now at ${since}`;
}

function toOption(name: string, value: string | number | null): string {
  return value === null ? `no --${name}` : `--${name} ${value}`;
}

function toPaths({ inputs }: Job): string[] {
  return inputs.map(({ path }) => path);
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
