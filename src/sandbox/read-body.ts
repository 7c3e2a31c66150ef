import type { IncomingMessage } from "node:http";

/** A body that was over the limit. */
export const BODY_TOO_LARGE = Symbol("body too large");

/**
 * How much of a body is read only to be thrown away. Most clients read the answer after they have written everything,
 * and would see a reset instead of the 413 if nobody read on. Beyond this the connection is closed after the answer.
 */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/**
 * Reads a request body whole, without ever holding more than `maxBytes`.
 *
 * @returns the body, or {@link BODY_TOO_LARGE} once the client has sent it all (or far too much)
 * @throws Error if the client goes away in the middle
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | typeof BODY_TOO_LARGE> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      if (bytes > MAX_DRAINED_BYTES) resolve(BODY_TOO_LARGE);
    });
    request.on("end", () => resolve(bytes > maxBytes ? BODY_TOO_LARGE : Buffer.concat(chunks, bytes)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("The client closed the connection")));
  });
}
