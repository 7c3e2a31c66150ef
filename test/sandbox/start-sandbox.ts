import { afterEach } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/create-sandbox.js";

const open: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

/** Starts a sandbox on a free port that is closed after the test. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await createSandbox(options);
  open.push(sandbox);
  return sandbox;
}

/** A clock that only moves when told to. */
export function createClock(start = Date.UTC(2026, 0, 2, 3, 4, 5)) {
  let time = start;
  return {
    now: () => time,
    advance(ms: number) {
      time += ms;
    },
  };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the server sends
  body: any;
}

/** One request; a body that is no string is sent as JSON. */
export async function call(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Reply> {
  const response = await fetch(sandbox.url + path, {
    method,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json" && text !== "";
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

export const APP = "0123456789abcdef0123456789abcdef";

/** UpdateEndpointsBatch. */
export function putBatch(sandbox: Sandbox, ...items: unknown[]): Promise<Reply> {
  return call(sandbox, "PUT", `/v1/apps/${APP}/endpoints`, { Item: items });
}

/** GetEndpoint. */
export function getEndpoint(sandbox: Sandbox, id: string): Promise<Reply> {
  return call(sandbox, "GET", `/v1/apps/${APP}/endpoints/${encodeURIComponent(id)}`);
}

/** GetUserEndpoints. */
export function getUser(sandbox: Sandbox, id: string): Promise<Reply> {
  return call(sandbox, "GET", `/v1/apps/${APP}/users/${encodeURIComponent(id)}`);
}

/** A good item; overrides replace members. */
export function email<T extends object>(id: string, overrides: T = {} as T) {
  return { Id: id, ChannelType: "EMAIL", Address: `${id}@example.com`, ...overrides };
}

/** What an error must look like on the wire. */
export const ERROR_TYPES: Record<number, string> = {
  400: "BadRequestException",
  403: "ForbiddenException",
  404: "NotFoundException",
  405: "MethodNotAllowedException",
  413: "PayloadTooLargeException",
  429: "TooManyRequestsException",
  500: "InternalServerErrorException",
};
