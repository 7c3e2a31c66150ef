import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { writeFileAtomically } from "../write-file-atomically.js";
import { toOutputFault } from "./check-output-path.js";
import type { ImportReport } from "./report.js";

/** Readable by node_exporter, which runs as a user of its own. */
const MODE = 0o644;

const LAST_SUCCESS = "pinpoint_import_last_success_timestamp_seconds";
const LAST_COMPLETION = "pinpoint_import_last_completion_timestamp_seconds";

/** Also that of a run that could not begin: exit code 2. */
type Outcome = Omit<ImportReport, "exitCode"> & { readonly exitCode: number };

/**
 * Writes the outcome in Prometheus' text format, for the textfile collector of node_exporter: in one step, as it may be
 * read at any moment. The times of the last success and completion stay until there is a later one. All series carry the
 * name of the file as their label `name`, so that the files of several imports do not collide.
 *
 * @throws RunStoppedError `metrics_unwritable`.
 */
export async function writeMetrics(path: string, report: Outcome): Promise<void> {
  const before = await readFile(path, "utf8").catch(() => "");
  await writeFileAtomically(path, toMetrics(path, report, before), MODE).catch((cause: unknown) => {
    throw toOutputFault("metrics", path, cause);
  });
}

function toMetrics(path: string, report: Outcome, before: string): string {
  const { rows, endpoints, requests, durationMs, exitCode, status, finishedAt } = report;
  const name = `name="${basename(path, ".prom").replaceAll(/["\\\n]/g, "_")}"`;
  const finished = Date.parse(finishedAt) / 1000;
  const series = (
    metric: string,
    help: string,
    values: Readonly<Record<string, number | undefined>>,
  ): string => {
    const lines = Object.entries(values).flatMap(([label, value]) =>
      value === undefined
        ? []
        : [`${metric}{${[name, label].filter((part) => part !== "").join(",")}} ${value}`],
    );
    return lines.length === 0
      ? ""
      : [`# HELP ${metric} ${help}`, `# TYPE ${metric} gauge`, ...lines, ""].join("\n");
  };
  const byOutcome = (counts: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(counts).map(([outcome, count]) => [`outcome="${outcome}"`, count]));
  const { read, ...rowOutcomes } = rows;
  const { mapped, ...endpointOutcomes } = endpoints;
  const findBefore = (metric: string): number | undefined => {
    const [, value] = new RegExp(`^${metric}\\{[^}]*\\} ([0-9.]+)$`, "m").exec(before) ?? [];
    return value === undefined ? undefined : Number(value);
  };
  return [
    series("pinpoint_import_rows", "Rows of the last run, by what became of them.", byOutcome(rowOutcomes)),
    series("pinpoint_import_rows_read", "Rows that the last run read.", { "": read }),
    series(
      "pinpoint_import_endpoints",
      "Endpoints of the last run, by what became of them.",
      byOutcome(endpointOutcomes),
    ),
    series("pinpoint_import_requests_sent", "Requests that the last run made.", { "": requests.sent }),
    series("pinpoint_import_requests_throttled", "Requests of the last run that met a 429.", {
      "": requests.throttled,
    }),
    series("pinpoint_import_duration_seconds", "How long the last run took.", { "": durationMs / 1000 }),
    series("pinpoint_import_exit_code", "Exit code of the last run.", { "": exitCode }),
    series("pinpoint_import_last_run_timestamp_seconds", "When the last run ended.", { "": finished }),
    series(LAST_COMPLETION, "When the last run ended that came to its end (exit code 0 or 1).", {
      "": status === "complete" ? finished : findBefore(LAST_COMPLETION),
    }),
    series(LAST_SUCCESS, "When the last run ended that rejected no row (exit code 0).", {
      "": exitCode === 0 ? finished : findBefore(LAST_SUCCESS),
    }),
  ].join("");
}
