import { createHash } from "node:crypto";
import type { SourceIdentity } from "../domain.js";
import { type ByteInput, CHUNK_BYTES } from "./bytes/byte-input.js";
import type { Head } from "./bytes/open-head.js";

/**
 * What tells the input from another, by its head.
 *
 * @param headBytes How much of it an earlier identity was about, to compare with: so much is waited for, also in a slow
 * pipe. Default: what was read of it to learn its shape.
 */
export async function identify(
  { origin }: ByteInput,
  head: Head,
  headBytes = Math.min(head.bytes.length, CHUNK_BYTES),
  signal?: AbortSignal,
): Promise<SourceIdentity> {
  while (head.bytes.length < headBytes && !head.complete && head.failure === undefined) {
    await head.extend(headBytes);
    signal?.throwIfAborted();
  }
  const hashed = head.bytes.subarray(0, headBytes);
  return {
    ...origin,
    linesSha256: sha256(firstLines(head.bytes)),
    headBytes: hashed.length,
    headSha256: sha256(hashed),
  };
}

function firstLines(bytes: Buffer): Buffer {
  const end = bytes.indexOf("\n", bytes.indexOf("\n") + 1) + 1;
  return end === 0 ? bytes : bytes.subarray(0, end);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
