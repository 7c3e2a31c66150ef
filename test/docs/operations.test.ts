import { executeDocument } from "./execute-document.js";

await executeDocument("docs/operations.md");
