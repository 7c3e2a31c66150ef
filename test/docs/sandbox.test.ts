import { executeDocument } from "./execute-document.js";

await executeDocument("docs/sandbox.md");
