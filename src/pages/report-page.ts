import { buildPage } from "./build-page.js";

/** The page that shows the report of a run, with `<script id="data">` still empty. In `dist` this was done by the build. */
export const loadReportPage = (): Promise<string> => buildPage("report");
