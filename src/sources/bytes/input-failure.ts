import { InputError } from "../../errors.js";

const READINGS: Readonly<Record<string, readonly [code: string, what: string]>> = {
  ENOENT: ["input_not_found", "no such file; check the path"],
  ENOTDIR: ["input_not_found", "no such file; a part of the path is not a directory"],
  EISDIR: ["input_is_directory", "is a directory; name the files in it"],
  EACCES: ["input_unreadable", "permission denied; make the file readable for this user"],
  EPERM: ["input_unreadable", "permission denied; make the file readable for this user"],
};

/** What the operating system said about an input, in words for its owner. */
export function toInputError(name: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const { code = "", message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  const [inputCode, what] = READINGS[code] ?? [
    "input_unreadable",
    `cannot be read on (${code === "" ? message : code}); check the disk, mount or command it comes from, then run again`,
  ];
  return new InputError(inputCode, `${name}: ${what}`, { cause: error });
}
