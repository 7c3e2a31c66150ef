import { readdir, readFile } from "node:fs/promises";
import { didYouMean } from "../did-you-mean.js";
import { ConfigurationError, MappingError } from "../errors.js";
import { compileLocatedMapping } from "./compile-mapping.js";
import type { CompiledMapping } from "./compiled-mapping.js";
import { MAPPINGS_DIRECTORY } from "./mappings-directory.js";
import { parseMappingFile } from "./parse-mapping-file.js";
import { createPinpointMapping } from "./pinpoint-mapping.js";

const SCHEMA_FILE = "mapping.schema.json";

/**
 * Loads a mapping.
 * @param source path of a mapping file (JSON with comments), the name of a shipped mapping such as
 *   `hubspot-contacts`, or `pinpoint` for the built-in mapping of Pinpoint's own import format
 * @throws MappingError with all mistakes of the file and their places
 * @throws ConfigurationError if there is no such file, or it cannot be read
 */
export async function loadMapping(source: string): Promise<CompiledMapping> {
  if (source === "pinpoint") return createPinpointMapping();
  const { value, locate } = parseMappingFile(toFileText(await readMapping(source), source), source);
  return compileLocatedMapping(value, source, locate);
}

async function readMapping(source: string): Promise<Buffer> {
  try {
    return await readFile(source);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const shipped = await listShippedMappings();
    if (code === "ENOENT" && shipped.includes(source))
      return readFile(new URL(`${source}.json`, MAPPINGS_DIRECTORY));
    if (code !== "ENOENT")
      throw new ConfigurationError(
        "mapping_unreadable",
        `Mapping ${source} cannot be read: ${(error as Error).message}.`,
        { cause: error },
      );
    throw new ConfigurationError(
      "mapping_not_found",
      `Mapping file ${source} does not exist.${didYouMean(source, shipped)} Give the path of a mapping file, or one of ${shipped.join(", ")}.`,
      { cause: error },
    );
  }
}

/** The names that `loadMapping` knows without a path. */
export async function listShippedMappings(): Promise<readonly string[]> {
  const files = await readdir(MAPPINGS_DIRECTORY).catch((): string[] => []);
  const names = files.filter((file) => file.endsWith(".json") && file !== SCHEMA_FILE);
  return ["pinpoint", ...names.map((file) => file.slice(0, -".json".length)).sort()];
}

function toFileText(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new MappingError(name, [{ path: "", message: "the file is not UTF-8 text: save it as UTF-8." }]);
  }
}
