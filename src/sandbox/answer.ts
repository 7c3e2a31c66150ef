import type { ServerResponse } from "node:http";
import type { ScriptedAnswer } from "./faults.js";
import { errorTypeOf, ServiceError } from "./service-error.js";
import type { ServiceResult } from "./service-request.js";

/** What goes back to the client: an HTTP answer, or the end of the connection. */
export type Answer =
  | { readonly drop: true }
  | {
      readonly drop?: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | undefined;
      /** How many endpoints were written. */
      readonly items?: number;
      /** Why it is an error. */
      readonly message?: string;
    };

/** The answer of an operation that succeeded. */
export function toResultAnswer({ status, body, items }: ServiceResult): Answer {
  return {
    status,
    headers: {},
    body: body === undefined ? undefined : JSON.stringify(body),
    ...(items === undefined ? {} : { items }),
  };
}

/**
 * The answer to something thrown. A ServiceError goes out as it is; anything else is a fault of the sandbox and becomes
 * a 500, so that one bad request never ends the server.
 */
export function toErrorAnswer(error: unknown, requestId: string, forbiddenType: string): Answer {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError(500, `The sandbox itself failed: ${error instanceof Error ? error.message : error}`);
  const type = known.status === 403 ? forbiddenType : errorTypeOf(known.status);
  return toTypedAnswer(known.status, type, known.message, requestId, known.headers);
}

/** The answer a test has scripted. */
export function toScriptedAnswer(script: ScriptedAnswer, requestId: string): Answer {
  if (script.drop) return { drop: true };
  const status = script.status ?? 500;
  if (script.body === undefined) {
    const type = script.type === undefined ? errorTypeOf(status) : script.type;
    const message = script.message ?? `Scripted answer ${status}`;
    return toTypedAnswer(status, type ?? undefined, message, requestId, script.headers);
  }
  const typeHeader = script.type ? { "x-amzn-ErrorType": script.type } : {};
  return { status, headers: { ...typeHeader, ...script.headers }, body: script.body };
}

/** An error as the service writes it (reference §6). */
function toTypedAnswer(
  status: number,
  type: string | undefined,
  message: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { ...(type === undefined ? {} : { "x-amzn-ErrorType": type }), ...headers },
    body: JSON.stringify({ Message: message, RequestID: requestId }),
    message,
  };
}

/** Writes the answer; resolves when it is out, or when there is nobody left to take it. */
export function sendAnswer(response: ServerResponse, answer: Answer, requestId: string): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed) {
      resolve();
      return;
    }
    response.on("close", resolve);
    if (answer.drop) {
      response.destroy();
      return;
    }
    response.statusCode = answer.status;
    response.setHeader("x-amzn-RequestId", requestId);
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (answer.body !== undefined) response.setHeader("Content-Type", "application/json");
    // One by one, so that a scripted header takes the place of ours however it is spelled.
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.setHeader("Content-Length", Buffer.byteLength(answer.body ?? ""));
    response.end(answer.body);
  });
}
