// Imports a CRM export into a sandbox of its own and shows what came of it: no AWS account, nothing left running.
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { createSandbox, runImport, toSummary } from "pinpoint-import";

const input = fileURLToPath(new URL("hubspot-contacts.csv", import.meta.url));
const rejects = join(tmpdir(), `hubspot-contacts.rejects-${process.pid}.csv`);

const sandbox = await createSandbox();
const report = await runImport({
  inputs: [input],
  mapping: "hubspot-contacts",
  rejects,
  applicationId: "demo",
  endpointUrl: sandbox.url,
  region: "us-east-1",
  credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
});

console.log(toSummary(report));
if (report.rejectsFile !== null) {
  console.log("The rejects file begins with:\n");
  console.log((await readFile(report.rejectsFile, "utf8")).split("\n").slice(0, 2).join("\n"));
}
console.log("\nTwo endpoints, read back from the sandbox:\n");
for (const { Id } of sandbox.endpoints("demo").slice(0, 2)) {
  const answer = await fetch(`${sandbox.url}/v1/apps/demo/endpoints/${encodeURIComponent(Id)}`);
  console.log(inspect(await answer.json(), { depth: null, breakLength: 80 }));
}
await sandbox.close();
process.exitCode = report.status === "complete" ? 0 : report.exitCode;
