/**
 * How fast is it, and what does a row cost, beside what else one would use?
 *
 * `npm run bench` generates contacts of 18 columns with one quoted value a row, and has each program send them to a server on
 * the loopback interface that accepts everything, in a process of its own:
 *
 *   run      this importer, as the command line has it: validation, rejects, checkpoint and report on, `--rate 5000`
 *   naive    what a good engineer writes in an afternoon with the same libraries (throughput/naive.js)
 *   floor    the least that a program must do: nothing is checked, signed or tried again (throughput/floor.js)
 *   boto3    Python's csv, boto3 and ten threads (throughput/boto3_contender.py), where Python has it
 *
 * The programs take turns, every other round in the other order. Of each figure it prints the median, with the least and the
 * most; of the ratios too, which are those of one round. CPU is what the program took itself, user and system time, from its
 * start to its end. The server adds up a digest of the endpoints: it must be the same for all.
 *
 * Options: `--rounds N` (3), `--section NAME`, which can be repeated, and `--scale N` (1): rows by so many times.
 */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MAIN, measureNode, measureProcess, type Usage } from "./measure-process.js";
import { type Kind, PHONE_MAPPING, PLAIN_MAPPING, WORKED_MAPPING, writeRows } from "./throughput/rows.js";
import type { Received } from "./throughput/sink.js";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const SECTIONS = [
  "million",
  "jsonl",
  "small",
  "variants",
  "array",
  "phone",
  "five-million",
  "start",
] as const;
const START_RUNS = 15;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    scale: { type: "string", default: "1" },
    section: { type: "string", multiple: true, default: [...SECTIONS] },
  },
});
const rounds = Number(values.rounds);
const scale = Number(values.scale);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError("--rounds takes a whole number from 1");
if (!(scale > 0)) throw new RangeError("--scale takes a number above 0");
for (const name of values.section)
  if (!(SECTIONS as readonly string[]).includes(name))
    throw new RangeError(`--section takes ${SECTIONS.join(", ")}`);

const directory = mkdtempSync(join(tmpdir(), "pinpoint-import-bench-"));
process.once("exit", () => {
  sink.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const sink = fork(here("throughput/sink.ts"), { execArgv: ["--import", "tsx"] });
const [url] = (await once(sink, "message")) as [string];

const node = (...args: readonly string[]) => measureNode(args, directory);

/** A program that imports a file. */
interface Program {
  readonly name: string;
  readonly file: string;
  readonly rows: number;
  run(): Promise<Usage>;
}

const RUN_OPTIONS = [
  "--endpoint-url",
  url,
  "-a",
  "demo",
  "--state-dir",
  "state",
  "--rate",
  "5000",
  "--quiet",
];
const PYTHON = ["python3", "python"].find(
  (python) => spawnSync(python, ["-c", "import boto3"], { stdio: "ignore" }).status === 0,
);

async function useFile(name: string, rows: number, kind: Kind = "plain"): Promise<string> {
  await writeRows(join(directory, name), rows, kind);
  return name;
}

const toRun = (file: string, rows: number, mapping: object, name = "run"): Program => ({
  name,
  file,
  rows,
  async run() {
    await writeFile(join(directory, "mapping.json"), JSON.stringify(mapping));
    await rm(join(directory, "rejects"), { force: true });
    return node(MAIN, "run", file, "--mapping", "mapping.json", "--rejects", "rejects", ...RUN_OPTIONS);
  },
});
const toNaive = (file: string, rows: number, kind = "plain"): Program => ({
  name: "naive",
  file,
  rows,
  run: () => node(here("throughput/naive.js"), file, url, kind),
});
const toFloor = (file: string, rows: number): Program => ({
  name: "floor",
  file,
  rows,
  run: () => node(here("throughput/floor.js"), file, url),
});
const toBoto3 = (file: string, rows: number, python: string): Program => ({
  name: "boto3",
  file,
  rows,
  run: () => measureProcess(python, [here("throughput/boto3_contender.py"), file, url], directory),
});
const toReader = (reader: string, file: string, rows: number): Program => ({
  name: reader,
  file,
  rows,
  run: () => node(here("throughput/read-array.js"), file, reader),
});

/** Figures of a program, one for each round. */
type Figures = Readonly<Record<"cpu" | "speed" | "memory" | "seconds", number[]>>;

/** Lets the programs take turns, and prints what each took. */
async function compare(title: string, programs: readonly Program[]): Promise<Map<string, Figures>> {
  console.log(`\n${title}`);
  const all = new Map<string, Figures>();
  let before: string | undefined;
  for (let round = 0; round < rounds; round += 1) {
    // Who comes first has no advantage of a machine that grows slower on the way.
    for (const program of round % 2 === 0 ? programs : programs.toReversed()) {
      const { name, rows, run } = program;
      const { cpuSeconds, peakMegabytes, seconds } = await run();
      sink.send("what came in?");
      const [{ endpoints, digest }] = (await once(sink, "message")) as [Received];
      const said = endpoints === 0 ? undefined : `${endpoints / rows} endpoints a row, digest ${digest}`;
      const differs = said !== undefined && before !== undefined && said !== before;
      // Files of other lengths are not the same endpoints.
      if (differs && programs.every((other) => other.rows === rows))
        throw new Error(`${name} delivered ${said}; before it was ${before}`);
      before = said;
      const figures = all.get(name) ?? { cpu: [], speed: [], memory: [], seconds: [] };
      all.set(name, figures);
      figures.cpu.push((cpuSeconds * 1e6) / rows);
      figures.speed.push(rows / seconds);
      figures.memory.push(peakMegabytes);
      figures.seconds.push(seconds);
    }
  }
  for (const [name, { cpu, speed, memory }] of all)
    console.log(
      [
        `  ${name.padEnd(14)}`,
        toText(cpu, 1, "µs/row"),
        toText(speed, 0, "rows/s"),
        toText(memory, 0, "MB"),
      ].join("  "),
    );
  if (before !== undefined) console.log(`  the same endpoints from all: ${before}`);
  return all;
}

/** How many times as much the first one takes, round by round. */
function printRatio(
  figures: ReadonlyMap<string, Figures>,
  [over, under]: readonly [string, string],
  what: "cpu" | "speed" | "memory" | "seconds",
  aim: string,
): void {
  const above = figures.get(over)?.[what] ?? [];
  const below = figures.get(under)?.[what] ?? [];
  const ratios = above.map((figure, round) => figure / (below[round] ?? Number.NaN));
  console.log(`  ${over} ÷ ${under}, ${what.padEnd(8)} ${toText(ratios, 2, "")}  (${aim})`);
}

function toText(figures: readonly number[], digits: number, unit: string): string {
  const sorted = figures.toSorted((a, b) => a - b);
  const show = (figure = Number.NaN): string =>
    figure.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${show(median(sorted)).padStart(8)} [${show(sorted[0])}–${show(sorted.at(-1))}] ${unit}`;
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

async function compareMillion(): Promise<void> {
  const rows = 1_000_000 * scale;
  const csv = await useFile("contacts.csv", rows);
  const figures = await compare(`CSV, ${rows.toLocaleString("en-US")} rows`, [
    toNaive(csv, rows),
    toRun(csv, rows, PLAIN_MAPPING),
    toFloor(csv, rows),
  ]);
  printRatio(figures, ["naive", "run"], "cpu", "at least 3.0, reach for 5");
  printRatio(figures, ["run", "floor"], "cpu", "at most 3.0, reach for 1.8");
}

async function compareJsonl(): Promise<void> {
  const rows = 1_000_000 * scale;
  const csv = await useFile("contacts.csv", rows);
  const jsonl = await useFile("contacts.jsonl", rows);
  const figures = await compare(`CSV and JSONL, ${rows.toLocaleString("en-US")} rows`, [
    toRun(csv, rows, PLAIN_MAPPING),
    toRun(jsonl, rows, PLAIN_MAPPING, "run, JSONL"),
  ]);
  printRatio(figures, ["run, JSONL", "run"], "cpu", "not slower: at most 1");
}

async function compareSmall(): Promise<void> {
  const rows = 200_000 * scale;
  const csv = await useFile("contacts.csv", rows);
  const figures = await compare(`CSV, ${rows.toLocaleString("en-US")} rows`, [
    toNaive(csv, rows),
    toRun(csv, rows, PLAIN_MAPPING),
    ...(PYTHON === undefined ? [] : [toBoto3(csv, rows, PYTHON)]),
  ]);
  printRatio(figures, ["naive", "run"], "cpu", "at least 2.2, reach for 3");
  if (PYTHON === undefined) console.log("  no Python with boto3 here");
  else printRatio(figures, ["run", "boto3"], "speed", "at least 8, reach for 12");
}

async function compareVariants(): Promise<void> {
  const rows = 200_000 * scale;
  const aim = "at least 2.5, reach for 4";
  for (const [title, kind, mapping] of [
    ["three transforms, a template, two endpoints a row", "plain", WORKED_MAPPING],
    ["three rows in ten rejected", "faulty", PLAIN_MAPPING],
    ["every value quoted", "quoted", PLAIN_MAPPING],
  ] as const) {
    const csv = await useFile("contacts.csv", rows, kind);
    const figures = await compare(`CSV, ${rows.toLocaleString("en-US")} rows, ${title}`, [
      toNaive(csv, rows, mapping === WORKED_MAPPING ? "worked" : "plain"),
      toRun(csv, rows, mapping),
    ]);
    printRatio(figures, ["naive", "run"], "cpu", aim);
  }
}

async function compareArray(): Promise<void> {
  const rows = 300_000 * scale;
  const json = await useFile("contacts.json", rows);
  const title = `one JSON array, ${rows.toLocaleString("en-US")} rows`;
  const reading = await compare(`${title}, only read`, [
    toReader("stream-json", json, rows),
    toReader("source", json, rows),
  ]);
  printRatio(reading, ["stream-json", "source"], "cpu", "at least 1.5, reach for 2.5");
  const figures = await compare(title, [toNaive(json, rows), toRun(json, rows, PLAIN_MAPPING)]);
  printRatio(figures, ["naive", "run"], "cpu", "naive uses stream-json's array streaming");
}

async function comparePhones(): Promise<void> {
  const rows = 200_000 * scale;
  const csv = await useFile("contacts.csv", rows);
  const figures = await compare(`CSV, ${rows.toLocaleString("en-US")} rows, a phone number in E.164`, [
    toRun(csv, rows, PLAIN_MAPPING),
    toRun(csv, rows, PHONE_MAPPING, "run, e164"),
  ]);
  printRatio(figures, ["run, e164", "run"], "cpu", "no cost of libphonenumber: near 1");
}

async function compareFiveMillion(): Promise<void> {
  const rows = 1_000_000 * scale;
  const one = await useFile("contacts.csv", rows);
  const five = await useFile("contacts-5.csv", 5 * rows);
  const figures = await compare(`CSV, ${rows.toLocaleString("en-US")} rows and five times as many`, [
    toRun(one, rows, PLAIN_MAPPING, "once"),
    toRun(five, 5 * rows, PLAIN_MAPPING, "five times"),
  ]);
  printRatio(figures, ["five times", "once"], "memory", "at most 1.10, and 200 MB");
  printRatio(figures, ["five times", "once"], "cpu", "linear within 5 %: 0.95 to 1.05");
}

async function compareStart(): Promise<void> {
  const file = await useFile("ten.csv", 10);
  await writeFile(join(directory, "mapping.json"), JSON.stringify(PLAIN_MAPPING));
  console.log(`\nStart, ${START_RUNS} runs each, over node -e 0`);
  const check = [MAIN, "check", file, "--mapping", "mapping.json", "--quiet"];
  const over: Record<string, number[]> = { "--help": [], "check of ten rows": [] };
  const bare: number[] = [];
  for (let run = 0; run < START_RUNS; run += 1) {
    const { seconds } = await node("-e", "0");
    bare.push(1000 * seconds);
    for (const [name, args] of [
      ["--help", [MAIN, "--help"]],
      ["check of ten rows", check],
    ] as const)
      over[name]?.push(1000 * ((await node(...args)).seconds - seconds));
  }
  console.log(`  node -e 0            ${toText(bare, 0, "ms")}`);
  for (const [name, aim] of [
    ["--help", "at most 60, reach for 30"],
    ["check of ten rows", "at most 130, reach for 70"],
  ] as const)
    console.log(`  ${name.padEnd(20)} ${toText(over[name] ?? [], 0, "ms")}  (${aim})`);
}

const COMPARISONS: Record<(typeof SECTIONS)[number], () => Promise<void>> = {
  million: compareMillion,
  jsonl: compareJsonl,
  small: compareSmall,
  variants: compareVariants,
  array: compareArray,
  phone: comparePhones,
  "five-million": compareFiveMillion,
  start: compareStart,
};

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${rounds} rounds: median [least–most]`,
);
for (const section of SECTIONS) if (values.section.includes(section)) await COMPARISONS[section]();
sink.disconnect();
