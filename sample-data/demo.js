// Imports a CRM export into a sandbox of its own and shows what came of it: no AWS account, nothing left running.
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { parse } from "csv-parse/sync";
import { createSandbox, runImport, toSummary } from "pinpoint-import";

// The SDK's version is pinned to one that runs on this Node; its notice about later ones would only alarm.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const sandbox = await createSandbox();
const report = await runImport({
  inputs: [fileURLToPath(new URL("hubspot-contacts.csv", import.meta.url))],
  mapping: "hubspot-contacts",
  rejects: join(tmpdir(), `hubspot-contacts.rejects-${process.pid}.csv`),
  applicationId: "demo",
  endpointUrl: sandbox.url,
  region: "us-east-1",
  credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
});
console.log(toSummary(report));

if (report.rejectsFile !== null) {
  console.log("In the rejects file:\n");
  for (const row of parse(await readFile(report.rejectsFile), { columns: true, bom: true })) {
    console.log(`  line ${row._reject_line}  ${row._reject_reason}`);
  }
}
console.log("\nTwo endpoints of one contact, read back from the sandbox:\n");
for (const id of ["51000100-email", "51000100-sms"]) {
  const answer = await fetch(`${sandbox.url}/v1/apps/demo/endpoints/${id}`);
  console.log(inspect(await answer.json(), { depth: null, breakLength: 80 }));
}
await sandbox.close();
process.exitCode = report.status === "complete" ? 0 : report.exitCode;
