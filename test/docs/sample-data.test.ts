import { executeDocument } from "./execute-document.js";

await executeDocument("sample-data/README.md");
