import type { InputFlags } from "./input-options.js";

/** The options of `run` and `check` as commander gives them. */
export interface ImportFlags extends InputFlags {
  readonly mapping?: string;
  readonly applicationId?: string;
  readonly dryRun?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly sandbox?: boolean;
  readonly concurrency?: number;
  readonly rate?: number | "auto";
  readonly batchSize?: number;
  readonly maxAttempts?: number;
  readonly rejects?: string;
  readonly maxRejects?: string;
  readonly maxDuration?: number;
  readonly resume?: boolean;
  readonly changedOnly?: boolean;
  readonly full?: boolean;
  readonly limit?: number;
  readonly skip?: number;
  readonly stateDir?: string;
  readonly report?: string;
  readonly showValues?: boolean;
  readonly metrics?: string;
  readonly flushAfter?: number;
  readonly wait?: boolean;
  readonly quiet?: boolean;
  readonly summary: "text" | "json";
  readonly progress: "auto" | "always" | "never";
  readonly logLevel: string;
  readonly logFormat?: "pretty" | "json";
}
