import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../write-file-atomically.js";

/** Targets that are remembered; the ones learned longest ago go first. */
const MAX_TARGETS = 100;

interface LearnedRate {
  readonly ratePerSecond: number;
  readonly learnedAt: string;
}

/**
 * The request rates that runs of `--rate auto` learned, by target, in `rates.json` of the state directory. Losing the
 * file costs the next run some requests, so an unreadable one counts as empty.
 */
export interface LearnedRates {
  load(target: string): Promise<number | undefined>;
  /** Rejects where the directory cannot be written. */
  save(target: string, ratePerSecond: number): Promise<void>;
}

export function createLearnedRates(stateDir: string): LearnedRates {
  const path = join(stateDir, "rates.json");

  const readAll = async (): Promise<Map<string, LearnedRate>> => {
    try {
      return new Map(Object.entries(JSON.parse(await readFile(path, "utf8"))));
    } catch {
      return new Map();
    }
  };

  return {
    async load(target) {
      const rate = (await readAll()).get(target)?.ratePerSecond;
      return typeof rate === "number" && rate > 0 && Number.isFinite(rate) ? rate : undefined;
    },
    async save(target, ratePerSecond) {
      const rates = await readAll();
      rates.delete(target);
      rates.set(target, { ratePerSecond, learnedAt: new Date().toISOString() });
      const kept = [...rates].slice(-MAX_TARGETS);
      await mkdir(stateDir, { recursive: true, mode: 0o700 });
      await writeFileAtomically(path, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`, 0o600);
    },
  };
}
