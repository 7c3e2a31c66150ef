import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const run = promisify(execFile);
const PROJECT = join(import.meta.dirname, "../..");

/** What the library guide shows, as somebody would write it in a project of their own. */
const CONSUMER = `
import { compileMapping, createSandbox, type ImportReport, runImport } from "pinpoint-import";

const sandbox = await createSandbox();
const mapping = compileMapping({
  endpoints: [{ name: "email", fields: { ChannelType: { value: "EMAIL" }, Address: "Email", "Attributes.City": "City" } }],
});
const progress: number[] = [];
const report: ImportReport = await runImport({
  inputs: ["contacts.csv"],
  mapping,
  applicationId: "demo",
  endpointUrl: sandbox.url,
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
  signal: new AbortController().signal,
  onProgress: ({ rowsRead }) => progress.push(rowsRead),
});
const [stored] = sandbox.endpoints("demo");
console.log(JSON.stringify({ rows: report.rows, city: stored?.Attributes?.City, progress: progress.length > 0 }));
await sandbox.close();
`;

test("the packed package installs, type-checks and runs in a project of its own", {
  timeout: 180_000,
}, async () => {
  const cwd = await temporaryDirectory();
  // The build is there already; building it anew would pull it from under tests that run at the same time.
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", cwd], {
    cwd: PROJECT,
  });
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => !/^(dist|mappings|docs)\//.test(path)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "package.json",
  ]);
  expect(paths).toContain("mappings/mapping.schema.json");
  expect(paths).toContain("docs/mapping-guide.md");
  expect(paths.filter((path) => /test|\.map$/.test(path))).toEqual([]);

  await writeFile(join(cwd, "package.json"), JSON.stringify({ type: "module", private: true }));
  const install = [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    `./${filename}`,
    "@types/node@20",
  ];
  await run("npm", install, { cwd });
  await writeFile(join(cwd, "contacts.csv"), "Email,City\nann@example.com,Rome\nnobody,Oslo\n");
  await writeFile(join(cwd, "consumer.ts"), CONSUMER);
  const options = {
    strict: true,
    target: "ES2023",
    module: "NodeNext",
    types: ["node"],
    exactOptionalPropertyTypes: true,
  };
  await writeFile(
    join(cwd, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }),
  );
  await run(process.execPath, [join(PROJECT, "node_modules/typescript/bin/tsc")], { cwd });
  const { stdout } = await run(process.execPath, ["consumer.js"], { cwd });
  expect(JSON.parse(stdout)).toEqual({
    rows: { read: 2, accepted: 1, unchanged: 0, filtered: 0, rejected: 1, pending: 0 },
    city: ["Rome"],
    progress: true,
  });
  const cli = await run(join(cwd, "node_modules/.bin/pinpoint-import"), ["--version"], { cwd });
  expect(cli.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
