import { ImporterError, InputError } from "../errors.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource, type Source } from "../sources/open-source.js";
import type { SuggestOptions } from "./suggestion.js";
import { type Sample, takeSample } from "./take-sample.js";

/** What is tried where the bytes are no UTF-8: the encoding of Windows in western Europe and America, and so of most spreadsheets. */
const FALLBACK_ENCODING = "windows-1252";

export interface OpenedSample {
  readonly source: Source;
  readonly sample: Sample;
  /** What the mapping has to name, since the input does not tell it. */
  readonly encoding: string | undefined;
  readonly doubts: readonly string[];
}

/** Opens an input and takes rows of it; in another encoding where it is not in UTF-8. */
export async function openForSample(options: SuggestOptions): Promise<OpenedSample> {
  const { encoding } = options;
  try {
    const { source, sample } = await open(options, encoding);
    if (encoding !== undefined || sample.unreadable.encoding === 0 || options.input === "-")
      return { source, sample, encoding, doubts: toDoubts(source, sample) };
    // One bad byte among good UTF-8 is a damaged row; text in another encoding has some in every tenth.
    if (isUtf8(sample)) return { source, sample, encoding, doubts: toDoubts(source, sample) };
  } catch (error) {
    if (encoding !== undefined || options.input === "-" || !isEncodingFault(error)) throw error;
  }
  const { source, sample } = await open(options, FALLBACK_ENCODING).catch((error: unknown) => {
    if (!isEncodingFault(error)) throw error;
    throw new InputError(
      "encoding_unknown",
      `${options.input} is neither UTF-8 nor ${FALLBACK_ENCODING}: give its encoding with --encoding, or save it as UTF-8 (as in iconv -f SHIFT_JIS -t UTF-8)`,
      { cause: error },
    );
  });
  const doubt = `${source.name} is not UTF-8 and is read as ${FALLBACK_ENCODING}: if names look wrong in the preview, correct "encoding"`;
  return { source, sample, encoding: FALLBACK_ENCODING, doubts: [doubt, ...toDoubts(source, sample)] };
}

async function open(
  options: SuggestOptions,
  encoding: string | undefined,
): Promise<{ source: Source; sample: Sample }> {
  const { input, format = "auto", delimiter, select, signal, stdin = process.stdin } = options;
  const source = await openSource(input, {
    format,
    maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
    stdin,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(select === undefined ? {} : { select }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { source, sample: await takeSample(source, input, signal) };
}

/** More than this of the records with invalid bytes, and the whole is in another encoding. */
const MAX_DAMAGED = 0.02;

function isUtf8({ rows, unreadable }: Sample): boolean {
  return unreadable.encoding <= MAX_DAMAGED * (rows.length + unreadable.all);
}

function isEncodingFault(error: unknown): boolean {
  return error instanceof ImporterError && error.code === "header_encoding_invalid";
}

function toDoubts({ warnings, name }: Source, { unreadable }: Sample): readonly string[] {
  const own = warnings.filter((warning) => !warning.includes("no rows"));
  return unreadable.encoding === 0
    ? own
    : [
        ...own,
        `${unreadable.encoding} rows of ${name} have bytes that are none of its encoding: give --encoding if it is not UTF-8`,
      ];
}
