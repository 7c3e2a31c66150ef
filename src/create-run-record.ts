import { createRequestWatch } from "./create-request-watch.js";
import type { Target } from "./delivery/target.js";
import type { OpenDelivery } from "./open-delivery.js";
import type { BoundInput } from "./open-inputs.js";
import type { OpenRejects } from "./open-rejects.js";
import type { Options } from "./options.js";
import { createHistory, type History } from "./reporting/create-history.js";
import type { Ledger } from "./reporting/create-ledger.js";
import { createRejectSamples } from "./reporting/create-reject-samples.js";
import type { ImportReport } from "./reporting/report.js";
import type { HistoryPoint, ReportPageData } from "./reporting/report-page-data.js";

/** What is kept of a run for its HTML report: nothing that grows with its input. */
export interface RunRecord {
  /** The target, whose requests are taken note of. */
  watch(target: Target): Target;
  /** The same of rejected rows. */
  sample(toLine: OpenRejects["toLine"], inputs: readonly BoundInput[]): OpenRejects["toLine"];
  /** Everything is open, and the books of an interrupted run are taken over: what happens from here on is this run's. */
  begin(pace: OpenDelivery["pace"] | undefined): void;
  /** Ends the taking of notes. */
  close(): void;
  toPageData(report: ImportReport): ReportPageData;
}

/** Undefined where nobody asks for such a report: the run is not looked at then. */
export function createRunRecord(
  { report: path, dryRun, command, nextStep, rate, showValues }: Options,
  ledger: Ledger,
): RunRecord | undefined {
  if (path === undefined || !isPage(path)) return undefined;
  const startedAt = performance.now();
  const requests = createRequestWatch(startedAt);
  const samples = createRejectSamples(showValues);
  let pace: OpenDelivery["pace"] | undefined;
  let history: History | undefined;
  const look = (): Omit<HistoryPoint, "atMs"> => {
    const { accepted, unchanged, filtered } = ledger.rows;
    return {
      rows: { accepted, unchanged, filtered, rejected: ledger.facts.rejects.tally.rows },
      batches: { ...requests.batches },
      singles: { ...requests.singles },
      ratePerSecond: Math.round((pace?.().ratePerSecond ?? 0) * 100) / 100,
    };
  };
  return {
    watch: requests.watch,
    sample: (toLine, inputs) => (record, reasons, input) => {
      const line = toLine(record, reasons, input);
      samples.add(line, record, reasons, inputs[input]?.source.columns);
      return line;
    },
    begin(given) {
      pace = given;
      history = createHistory(startedAt, look);
    },
    close: () => history?.close(),
    toPageData: (report) => ({
      report,
      command: command ?? null,
      next: nextStep?.(report) ?? null,
      rate: dryRun ? null : rate,
      learnedRate: (rate === "auto" ? pace?.().quotaPerSecond : undefined) ?? null,
      history: history?.take() ?? [],
      slowestBatches: requests.slowest,
      samples: samples.samples,
      showsValues: showValues,
    }),
  };
}

function isPage(path: string): boolean {
  return path.endsWith(".html");
}
