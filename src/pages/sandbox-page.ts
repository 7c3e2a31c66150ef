import { buildPage } from "./build-page.js";

/** The page that shows what a sandbox holds. In `dist` this was done by the build. */
export const loadSandboxPage = (): Promise<string> => buildPage("sandbox");
