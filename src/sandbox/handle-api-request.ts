import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, sendAnswer, toErrorAnswer, toResultAnswer, toScriptedAnswer } from "./answer.js";
import type { Faults } from "./faults.js";
import { MAX_PAYLOAD_BYTES } from "./limits.js";
import { BODY_TOO_LARGE, readBody } from "./read-body.js";
import type { RecentRequests } from "./recent-requests.js";
import type { RequestStats } from "./request-stats.js";
import { type Route, routeRequest } from "./route-request.js";
import type { NormalizedSandboxOptions } from "./sandbox-options.js";
import type { Service } from "./service.js";
import { ServiceError } from "./service-error.js";
import { readRegion } from "./service-request.js";

interface ApiRequestOptions {
  readonly options: NormalizedSandboxOptions;
  readonly service: Service;
  readonly faults: Faults;
  readonly stats: RequestStats;
  readonly recentRequests: RecentRequests;
  /** Aborted when the sandbox closes: delays end at once. */
  readonly closing: AbortSignal;
}

/** Serves one request of the Pinpoint API: reads it, injects faults, answers, counts and logs. */
export type ApiRequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
) => Promise<void>;

export function createApiRequestHandler({
  options,
  service,
  faults,
  stats,
  recentRequests,
  closing,
}: ApiRequestOptions): ApiRequestHandler {
  const { behaviors } = options;

  return async (request, response, path, query) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    const method = request.method ?? "GET";
    const route = attempt(() => routeRequest(method, path));
    const operation = route.ok ? route.value.operation : "Unknown";

    const body = await readBody(request, MAX_PAYLOAD_BYTES).catch(() => undefined);
    // The client has gone away in the middle of its request: there is nobody to answer.
    if (body === undefined) return;

    const serve = (): Answer => {
      try {
        if (body === BODY_TOO_LARGE) throw tooLarge(request.complete);
        if (!route.ok) throw route.error;
        const authorization = request.headers.authorization;
        const region = readRegion(authorization);
        const serviceRequest = { ...route.value, query: new URLSearchParams(query), body, requestId, region };
        return toResultAnswer(service(serviceRequest, authorization !== undefined));
      } catch (error) {
        return toErrorAnswer(error, requestId, behaviors.forbiddenType);
      }
    };

    const answer = answerWithFaults(faults, operation, requestId, serve);
    // Before the answer is out, so that whoever has it finds itself counted.
    stats.count(operation, answer.drop ? "dropped" : answer.status);
    const latencyMs = options.latencyMs();
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal: closing }).catch(() => undefined);
    await sendAnswer(response, answer, requestId);
    const status = answer.drop ? "dropped" : answer.status;
    const ms = performance.now() - startedAt;
    const { items = null, message = null } = answer.drop ? {} : answer;
    recentRequests.record({ method, path, operation, status, ms, items, message });
    logRequest({ method, path, operation, status, ms });
  };

  function logRequest(entry: Parameters<NonNullable<typeof options.onRequest>>[0]): void {
    try {
      options.onRequest?.(entry);
    } catch {
      // A log that fails must not take the server down with it.
    }
  }
}

function answerWithFaults(faults: Faults, operation: string, requestId: string, serve: () => Answer): Answer {
  const fault = faults.next(operation);
  switch (fault?.kind) {
    case undefined:
      return serve();
    case "drop":
      return { drop: true };
    case "fail":
      return toErrorAnswer(new ServiceError(500, "Internal server error"), requestId, "");
    case "scripted":
      if (fault.answer.afterApplying) serve();
      return toScriptedAnswer(fault.answer, requestId);
  }
}

function tooLarge(isReadToTheEnd: boolean): ServiceError {
  // What is still on its way cannot be told from a next request.
  return new ServiceError(413, "Request payload is too large", isReadToTheEnd ? {} : { Connection: "close" });
}

type Attempt = { readonly ok: true; readonly value: Route } | { readonly ok: false; readonly error: unknown };

function attempt(work: () => Route): Attempt {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}
