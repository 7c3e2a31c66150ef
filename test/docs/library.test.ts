import { executeDocument } from "./execute-document.js";

await executeDocument("docs/library.md");
