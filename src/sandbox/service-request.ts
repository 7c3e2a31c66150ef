import { isUtf8 } from "node:buffer";
import { isJsonObject, type JsonObject } from "./read-member.js";
import type { Route } from "./route-request.js";
import { badRequest } from "./service-error.js";

/** A routed request with its whole body. */
export interface ServiceRequest extends Route {
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** UUID of this request, as the answer will name it. */
  readonly requestId: string;
  /** From the credential scope of the signature, which nobody verifies. */
  readonly region: string;
}

/** What an operation answers; undefined is no body. */
export interface ServiceResult {
  readonly status: number;
  readonly body: unknown;
  /** How many endpoints were written; not part of the answer. */
  readonly items?: number;
}

/**
 * The body as a JSON object.
 *
 * @throws ServiceError 400 if it is anything else.
 */
export function parseJsonBody(body: Buffer): JsonObject {
  if (!isUtf8(body)) throw badRequest("The request body is not valid UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest("The request body is not valid JSON");
  }
  if (!isJsonObject(value)) throw badRequest("The request body is not a JSON object");
  return value;
}

const SCOPE = /Credential=[^/,]*\/[^/,]*\/([a-z0-9-]+)\//;

/** The region a request was signed for; us-east-1 if it was not signed. */
export function readRegion(authorization: string | undefined): string {
  return SCOPE.exec(authorization ?? "")?.[1] ?? "us-east-1";
}
