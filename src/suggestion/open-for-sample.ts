import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { ImporterError, InputError } from "../errors.js";
import { findNestedRecords } from "../sources/json/find-nested-records.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource, type Source } from "../sources/open-source.js";
import { findJapaneseEncoding } from "./find-japanese-encoding.js";
import type { SuggestOptions } from "./suggestion.js";
import { type Sample, takeSample } from "./take-sample.js";

/** What is tried where the bytes are no UTF-8: the encoding of Windows in western Europe and America, and so of most spreadsheets. */
const FALLBACK_ENCODING = "windows-1252";
/** With more records than this that have invalid bytes, the whole is in another encoding. */
const MAX_DAMAGED = 0.02;

export interface OpenedSample {
  readonly source: Source;
  readonly sample: Sample;
  /** What the mapping has to name, since the input does not tell it. */
  readonly encoding: string | undefined;
  readonly select: string | undefined;
  readonly doubts: readonly string[];
}

type Opened = Pick<OpenedSample, "source" | "sample">;

/** Opens an input and takes rows of it. A file is opened once more where it turns out to be in another encoding. */
export async function openForSample(options: SuggestOptions): Promise<OpenedSample> {
  const opened = await openInUtf8(options);
  if (opened !== undefined) return withSelection(opened, options);
  const japanese = await findJapaneseEncoding(options.input);
  if (japanese !== undefined)
    throw new InputError(
      "encoding_unknown",
      `${options.input} seems to be ${japanese}, which cannot be read: save it as UTF-8 (as in iconv -f ${japanese} -t UTF-8)`,
    );
  const { source, sample } = await open({ ...options, encoding: FALLBACK_ENCODING }).catch(
    (error: unknown) => {
      if (!isEncodingFault(error)) throw error;
      throw new InputError(
        "encoding_unknown",
        `${options.input} is neither UTF-8 nor ${FALLBACK_ENCODING}: give its encoding with --encoding, or save it as UTF-8`,
        { cause: error },
      );
    },
  );
  const doubt = `${basename(source.name)} is not UTF-8 and is read as ${FALLBACK_ENCODING}: if names look wrong, correct "encoding"`;
  const doubts = [doubt, ...toDoubts(source, sample)];
  return { source, sample, encoding: FALLBACK_ENCODING, select: options.select, doubts };
}

/** The input in the encoding that was asked for or detected; undefined where that is the wrong one and another can be tried. */
async function openInUtf8(options: SuggestOptions): Promise<Opened | undefined> {
  const isSettled = options.encoding !== undefined || !(await canReopen(options.input));
  try {
    const opened = await open(options);
    const { rows, unreadable } = opened.sample;
    return isSettled || unreadable.encoding <= MAX_DAMAGED * (rows.length + unreadable.all)
      ? opened
      : undefined;
  } catch (error) {
    if (isSettled || !isEncodingFault(error)) throw error;
    return undefined;
  }
}

/** One object that holds a list of others is a document, and the rows are in that list. */
async function withSelection({ source, sample }: Opened, options: SuggestOptions): Promise<OpenedSample> {
  const { encoding, select, input } = options;
  const isDocument = source.warnings.some((warning) => warning.includes("--select"));
  const [only] = sample.rows;
  const path =
    isDocument && sample.rows.length === 1 && (await canReopen(input)) ? findNestedRecords(only) : undefined;
  if (path === undefined) return { source, sample, encoding, select, doubts: toDoubts(source, sample) };
  const selected = await open({ ...options, format: "json", select: path });
  const doubt = `the rows are taken to be in ${path}: correct "select" if they are elsewhere`;
  return {
    ...selected,
    encoding,
    select: path,
    doubts: [doubt, ...toDoubts(selected.source, selected.sample)],
  };
}

/** A pipe can be read once only. */
async function canReopen(input: string): Promise<boolean> {
  if (input === "-") return false;
  return stat(input).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function open(options: SuggestOptions): Promise<Opened> {
  const {
    input,
    format = "auto",
    stdin = process.stdin,
    maxRecordBytes = DEFAULT_MAX_RECORD_BYTES,
    ...more
  } = options;
  const source = await openSource(input, {
    ...more,
    format,
    stdin,
    maxRecordBytes,
  });
  return { source, sample: await takeSample(source, input, options.signal) };
}

function isEncodingFault(error: unknown): boolean {
  return error instanceof ImporterError && error.code === "header_encoding_invalid";
}

function toDoubts({ warnings, name: path }: Source, { rows, unreadable }: Sample): readonly string[] {
  const name = basename(path);
  // That there are no rows is said in other words.
  const own = rows.length === 0 ? [] : warnings.map((warning) => warning.replaceAll(path, name));
  if (unreadable.encoding === 0) return own;
  return [
    ...own,
    `some rows of ${name} have bytes that its encoding does not have, and are rejected: give --encoding if it is another one`,
  ];
}
