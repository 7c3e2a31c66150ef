import { chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ImportReport } from "../../src/reporting/report.js";
import { writeMetrics } from "../../src/reporting/write-metrics.js";
import { makeReport } from "../helpers/reporting-report.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** The series of a file, by name and labels. Fails where a line is none of the text format. */
async function read(path: string): Promise<Map<string, number>> {
  const series = new Map<string, number>();
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    if (line === "" || /^# (HELP|TYPE) [a-z_]+ \S/.test(line)) continue;
    const [, name = "", value] =
      /^([a-z_]+\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\}) ([0-9.]+)$/.exec(line) ?? [];
    expect(value, line).toBeDefined();
    expect(series.has(name)).toBe(false);
    series.set(name, Number(value));
  }
  return series;
}

const stopped: Partial<ImportReport> = { status: "stopped", exitCode: 3 };

it("has the rows by outcome, the duration and the time, under the name of the file", async () => {
  const path = join(await temporaryDirectory(), "nightly.prom");
  await writeMetrics(
    path,
    makeReport({
      durationMs: 12_500,
      finishedAt: "2026-11-25T03:00:00.500Z",
      rows: { read: 30, accepted: 20, unchanged: 5, filtered: 1, rejected: 4, pending: 0 },
      exitCode: 1,
    }),
  );
  const series = await read(path);
  const rows = (outcome: string) => series.get(`pinpoint_import_rows{name="nightly",outcome="${outcome}"}`);
  expect(["accepted", "unchanged", "filtered", "rejected", "pending"].map(rows)).toEqual([20, 5, 1, 4, 0]);
  expect(series.get('pinpoint_import_rows_read{name="nightly"}')).toBe(30);
  expect(series.get('pinpoint_import_duration_seconds{name="nightly"}')).toBe(12.5);
  expect(series.get('pinpoint_import_exit_code{name="nightly"}')).toBe(1);
  expect(series.get('pinpoint_import_last_run_timestamp_seconds{name="nightly"}')).toBe(
    Date.parse("2026-11-25T03:00:00.5Z") / 1000,
  );
});

it("keeps the times of the last success and completion until there is a later one", async () => {
  const path = join(await temporaryDirectory(), "n.prom");
  const times = async (report: Partial<ImportReport>, day: number) => {
    await writeMetrics(path, makeReport({ ...report, finishedAt: `2026-11-0${day}T00:00:00.000Z` }));
    const series = await read(path);
    const dayOf = (metric: string) => {
      const at = series.get(`pinpoint_import_last_${metric}_timestamp_seconds{name="n"}`);
      return at === undefined ? undefined : new Date(at * 1000).getUTCDate();
    };
    return { run: dayOf("run"), completion: dayOf("completion"), success: dayOf("success") };
  };
  expect(await times(stopped, 1)).toEqual({ run: 1, completion: undefined, success: undefined });
  expect(await times({ exitCode: 1 }, 2)).toEqual({ run: 2, completion: 2, success: undefined });
  expect(await times({ exitCode: 0 }, 3)).toEqual({ run: 3, completion: 3, success: 3 });
  expect(await times({ exitCode: 1 }, 4)).toEqual({ run: 4, completion: 4, success: 3 });
  expect(await times(stopped, 5)).toEqual({ run: 5, completion: 4, success: 3 });
});

it("may be read by others, and leaves nothing else behind", async () => {
  const folder = await temporaryDirectory();
  const path = join(folder, "n.prom");
  await writeMetrics(path, makeReport());
  expect((await stat(path)).mode & 0o044).toBe(0o044);
  expect(await readdir(folder)).toEqual(["n.prom"]);
});

it("says where it cannot be written", async () => {
  const path = join(await temporaryDirectory(), "n.prom");
  await mkdir(path);
  await chmod(path, 0o700);
  await expect(writeMetrics(path, makeReport())).rejects.toMatchObject({ code: "metrics_unwritable" });
});
