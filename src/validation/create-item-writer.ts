import type { EndpointJson, JsonObject } from "../domain.js";
import { toJsonBuffer, writeJson } from "../write-json.js";

/** Bytes of one buffer, which lives as long as one of its endpoints is on its way: some hundred endpoints, one after the other. */
const BUFFER_BYTES = 64 * 1024;

/** Most endpoints are shorter: with less room than this left a new buffer is begun at once. */
const USUAL_BYTES = 2 * 1024;

const COMMA = 0x2c;

/** Writes items as JSON into buffers, one behind the other with a comma between. */
export function createItemWriter(): (item: JsonObject) => EndpointJson {
  let buffer = toJsonBuffer(Buffer.alloc(0));
  let next = 0;

  const begin = (bytes: number): void => {
    buffer = toJsonBuffer(Buffer.allocUnsafeSlow(bytes));
    next = 0;
  };

  return (item) => {
    if (next + USUAL_BYTES > buffer.bytes.length) begin(BUFFER_BYTES);
    let end = writeJson(item, buffer, next);
    if (end >= buffer.bytes.length) {
      begin(Math.max(BUFFER_BYTES, end - next + 1));
      end = writeJson(item, buffer, 0);
    }
    const start = next;
    buffer.bytes[end] = COMMA;
    next = end + 1;
    return { buffer: buffer.bytes, start, end };
  };
}
