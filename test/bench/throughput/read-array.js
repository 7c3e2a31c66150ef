/**
 * Reads the objects of a JSON array, and does nothing with them. Arguments: file, `stream-json` or `source` (this project's).
 */
import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

const [file, reader] = process.argv.slice(2);
let rows = 0;
if (reader === "source") {
  const { openSource } = await import("../../../dist/sources/open-source.js");
  const { toObject } = await import("../../../dist/alike-object.js");
  const source = await openSource(file, { format: "json", maxRecordBytes: 1024 * 1024 });
  for await (const { records } of source.records()) {
    // An import takes the values by their position; the other reader makes objects.
    for (const { values } of records) toObject(values);
    rows += records.length;
  }
} else {
  const { streamArray } = await import("stream-json/streamers/stream-array.js");
  const count = new Writable({
    objectMode: true,
    write(_, _encoding, done) {
      rows += 1;
      done();
    },
  });
  await pipeline(createReadStream(file), streamArray.withParserAsStream(), count);
}
if (rows === 0) throw new Error("nothing was read");
