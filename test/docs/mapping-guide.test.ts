import { executeDocument } from "./execute-document.js";

await executeDocument("docs/mapping-guide.md");
