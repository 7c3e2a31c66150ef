/**
 * `npm run bench:nightly`: a million contacts into a server that accepts everything, as the command line does it.
 *
 * Prints the time of each of these, its ratio to that of `check` on the same file, the peak of its memory (resident, the
 * pages of the store included), the requests and the size of the store: the first import with `--changed-only`, the same file
 * again, and a file in which one row in a hundred changed. Options: `--rows N`.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { MAIN, measureNode, type Usage } from "./measure-process.js";

const measure = (...args: readonly string[]) => measureNode([MAIN, ...args, "--quiet"], directory);

const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" } } });
const rows = Number(values.rows);

const mapping = {
  endpoints: [
    {
      fields: {
        Id: { template: "{id}-email" },
        ChannelType: { value: "EMAIL" },
        Address: "email",
        "Attributes.City": "city",
        "Attributes.Plan": "plan",
        "Metrics.Age": "age",
        "User.UserId": "id",
        "User.UserAttributes.First": "first",
        "User.UserAttributes.Last": "last",
      },
    },
  ],
};

/** One row in a hundred, scattered. */
const isChanged = (row: number): boolean => (row * 7_919) % 100 === 0;

function* toCsv(changes: boolean): Generator<string> {
  yield "id,email,first,last,city,plan,age\n";
  for (let row = 0; row < rows; row += 1) {
    const plan = changes && isChanged(row) ? "gold" : `plan${row % 5}`;
    yield `${row},person.${row}@example.com,First${row % 997},Last${row % 1_009},City${row % 97},${plan},${row % 80}\n`;
  }
}

const directory = await mkdtemp(join(tmpdir(), "pinpoint-import-nightly-"));
let requests = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    requests += 1;
    response.writeHead(202, { "content-type": "application/json" });
    response.end('{"Message":"Accepted","RequestID":"00000000-0000-0000-0000-000000000000"}');
  });
}).listen(0, "127.0.0.1");
try {
  await once(server, "listening");
  await writeFile(join(directory, "mapping.json"), JSON.stringify(mapping));
  for (const [name, changes] of [
    ["contacts.csv", false],
    ["changed.csv", true],
  ] as const)
    await pipeline(Readable.from(toCsv(changes)), createWriteStream(join(directory, name)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const target = ["--endpoint-url", url, "-a", "demo", "--state-dir", "state", "--rate", "5000"];
  const check = await measure("check", "contacts.csv", "--mapping", "mapping.json");
  const print = (name: string, { seconds, peakMegabytes }: Usage, sent: number): void => {
    const speed = `${((100 * check.seconds) / seconds).toFixed(0)} % of check`;
    console.log(
      `${name.padEnd(24)}${seconds.toFixed(1).padStart(7)} s  ${speed.padStart(14)}  ${peakMegabytes.toFixed(0).padStart(4)} MB  ${sent} requests`,
    );
  };
  print("check", check, 0);
  for (const [name, file] of [
    ["first import", "contacts.csv"],
    ["nothing changed", "contacts.csv"],
    ["one in a hundred changed", "changed.csv"],
  ] as const) {
    const before = requests;
    const usage = await measure("run", file, "--mapping", "mapping.json", "--changed-only", ...target);
    print(name, usage, requests - before);
  }
  const [store = ""] = (await readdir(join(directory, "state"))).filter((name) =>
    /^fingerprints-/.test(name),
  );
  const { size } = await stat(join(directory, "state", store, "data.mdb"));
  console.log(`store                   ${(size / rows).toFixed(1)} bytes an endpoint`);
} finally {
  server.close();
  server.closeAllConnections();
  await rm(directory, { recursive: true, force: true });
}
