/**
 * The least that a program must do: it cuts lines and values, fills them into a template and writes requests to sockets.
 * Nothing is checked, signed, tried again or written down.
 *
 * Arguments: file, endpoint URL. For the `plain` rows of rows.ts only.
 */
import { once } from "node:events";
import { openSync, readSync } from "node:fs";
import { connect } from "node:net";

const CONNECTIONS = 10;
const BATCH_SIZE = 100;
const CHUNK_BYTES = 256 * 1024;

const [path, url] = process.argv.slice(2);
const { hostname, port } = new URL(url);

function cut(line) {
  const open = line.indexOf('"');
  const close = line.indexOf('"', open + 1);
  const values = line.slice(0, open).split(",");
  values[values.length - 1] = line.slice(open + 1, close);
  return values.concat(line.slice(close + 2).split(","));
}

function toItem(v) {
  return `{"Address":"${v[1]}","Attributes":{"company":["${v[4]}"],"plan":["${v[11]}"],"source":["${v[12]}"],"signup_date":["${v[13]}"],"phone":["${v[17]}"]},"ChannelType":"EMAIL","Demographic":{"Locale":"${v[9]}","Timezone":"${v[10]}"},"Id":"${v[0]}","Location":{"City":"${v[5]}","Region":"${v[6]}","PostalCode":"${v[7]}","Country":"${v[8]}"},"Metrics":{"orders":${Number(v[14])},"revenue":${Number(v[15])}},"OptOut":"${v[16]}","User":{"UserId":"${v[0]}","UserAttributes":{"first_name":["${v[2]}"],"last_name":["${v[3]}"]}}}`;
}

const idle = [];
const waiting = [];
for (let index = 0; index < CONNECTIONS; index += 1) {
  const socket = connect(Number(port), hostname);
  // An answer is small, and comes in one piece.
  socket.on("data", () => {
    const next = waiting.shift();
    if (next === undefined) idle.push(socket);
    else next(socket);
  });
  await once(socket, "connect");
  idle.push(socket);
}
const takeSocket = () => (idle.length > 0 ? idle.pop() : new Promise((resolve) => waiting.push(resolve)));

async function send(items) {
  const socket = await takeSocket();
  const body = `{"Item":[${items.join(",")}]}`;
  socket.write(
    `PUT /v1/apps/demo/endpoints HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const file = openSync(path, "r");
const decoder = new TextDecoder();
const chunk = Buffer.alloc(CHUNK_BYTES);
let rest = "";
let isHeader = true;
let items = [];
for (;;) {
  const bytes = readSync(file, chunk, 0, CHUNK_BYTES, null);
  if (bytes === 0) break;
  const lines = (rest + decoder.decode(chunk.subarray(0, bytes), { stream: true })).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    items.push(toItem(cut(line)));
    if (items.length < BATCH_SIZE) continue;
    await send(items);
    items = [];
  }
}
if (items.length > 0) await send(items);
for (let index = 0; index < CONNECTIONS; index += 1) (await takeSocket()).destroy();
