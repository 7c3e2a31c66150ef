import type { ReportPageData } from "./report-page-data.js";

const PLACE = '<script id="data" type="application/json"></script>';

/** The page as one HTML text. Loaded when it is wanted: it brings the chart library along. */
export async function toReportPage(data: ReportPageData): Promise<string> {
  const { loadReportPage } = await import("../pages/report-page.js");
  // A value may hold `</script>` or `<!--`, which would end the data, or not let it end.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return (await loadReportPage()).replace(PLACE, () => PLACE.replace("><", () => `>${json}<`));
}
