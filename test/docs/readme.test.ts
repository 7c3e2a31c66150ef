import { executeDocument } from "./execute-document.js";

await executeDocument("README.md");
