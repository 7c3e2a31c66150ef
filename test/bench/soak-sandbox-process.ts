import { startSoakSandbox } from "./soak-sandbox.js";

/** The sandbox of a soak in a process of its own: it checks what is stored when it is asked, until its parent lets go. */
process.once("disconnect", () => process.exit());
const sandbox = await startSoakSandbox(JSON.parse(process.argv[2] ?? ""));
process.on("message", async () => process.send?.(await sandbox.check()));
process.send?.(sandbox.url);
