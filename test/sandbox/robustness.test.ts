import { connect } from "node:net";
import { expect, test } from "vitest";
import { APP, call, email, putBatch, startSandbox } from "./start-sandbox.js";

const MAX_PAYLOAD_BYTES = 7 * 1024 * 1024;
const PATH = `/v1/apps/${APP}/endpoints`;

/** Writes raw bytes to the sandbox and gives what comes back until the connection ends or `until` shows up. */
function converse(port: number, parts: (string | Buffer)[], until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
      if (until.test(text)) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    for (const part of parts) socket.write(part);
  });
}

test("a payload of 7 MB is read, a byte more is 413, and the client sees it", async () => {
  const sandbox = await startSandbox();
  const body = (bytes: number) => `${JSON.stringify({ Item: [email("a")] })}`.padEnd(bytes);
  expect((await call(sandbox, "PUT", PATH, body(MAX_PAYLOAD_BYTES))).status).toBe(202);
  for (const bytes of [MAX_PAYLOAD_BYTES + 1, 30_000_000]) {
    const reply = await call(sandbox, "PUT", PATH, body(bytes));
    expect([reply.status, reply.headers.get("x-amzn-errortype")]).toEqual([413, "PayloadTooLargeException"]);
  }
  expect((await putBatch(sandbox, email("b"))).status).toBe(202);
});

test("a connection goes on after a 413", async () => {
  const sandbox = await startSandbox();
  const head = `PUT ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n`;
  const next = "GET /v1/apps HTTP/1.1\r\nHost: x\r\n\r\n";
  const text = await converse(sandbox.port, [head, Buffer.alloc(8_000_000, " "), next], /"Item"/);
  expect(text).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s);
});

test("far too much is answered 413 and cut off", async () => {
  const sandbox = await startSandbox();
  const head = `PUT ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n`;
  const text = await converse(
    sandbox.port,
    [head, Buffer.alloc(65 * 1024 * 1024 + 1024 * 1024, " ")],
    /RequestID/,
  );
  expect(text).toMatch(/^HTTP\/1\.1 413 .*Connection: close/is);
});

test("a client that leaves in the middle of its body does no harm", async () => {
  const sandbox = await startSandbox();
  await new Promise<void>((resolve) => {
    const socket = connect(sandbox.port, "127.0.0.1", () => {
      socket.write(`PUT ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"Item":`, () =>
        socket.destroy(),
      );
    });
    socket.on("close", () => resolve());
  });
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
  expect(sandbox.endpoints(APP)).toHaveLength(1);
});

test("what is no HTTP does no harm", async () => {
  const sandbox = await startSandbox();
  expect(await converse(sandbox.port, ["nonsense\r\n\r\n"], /x^/)).toMatch(/^HTTP\/1\.1 400 /);
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
});

test("a chunked body is taken too", async () => {
  const sandbox = await startSandbox();
  const body = JSON.stringify({ Item: [email("a")] });
  const head = `PUT ${PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunks = `5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`;
  expect(await converse(sandbox.port, [head, chunks], /Accepted/)).toMatch(/^HTTP\/1\.1 202 /);
});

test("closing ends connections that are open or in the middle of a request", async () => {
  const sandbox = await startSandbox();
  const idle = connect(sandbox.port, "127.0.0.1");
  const ended = new Promise((resolve) => idle.on("close", resolve));
  idle.on("error", () => undefined);
  await new Promise<void>((resolve) =>
    idle.write(`PUT ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n`, () => resolve()),
  );
  await call(sandbox, "GET", "/");
  await sandbox.close();
  await ended;
});
