import { afterEach, describe, expect, it, vi } from "vitest";
import { classifyError } from "../../src/delivery/classify-error.js";
import { connectionError, htmlBody, modelled, unmodelled, withHeaders } from "../helpers/delivery-errors.js";

afterEach(() => {
  vi.useRealTimers();
});

describe("what the service says (wire/05)", () => {
  it.each<[string, Error, string]>([
    ["e400", modelled(400), "isolate"],
    ["e400-nohdr", unmodelled(400, "Unknown", "msg for 400"), "isolate"],
    ["e400-empty", unmodelled(400), "isolate"],
    ["e400-thr", unmodelled(400, "ThrottlingException"), "throttle"],
    ["e403", modelled(403), "stop"],
    ["e403-acc", unmodelled(403, "AccessDeniedException"), "stop"],
    ["e403-sig", unmodelled(403, "InvalidSignatureException"), "stop"],
    ["403 without a name", unmodelled(403), "stop"],
    ["403 with HTML", htmlBody(403), "stop"],
    ["403 expired token", unmodelled(403, "ExpiredTokenException"), "stop"],
    ["403 clock skew", unmodelled(403, "RequestTimeTooSkewed"), "stop"],
    ["403 unknown key", unmodelled(403, "UnrecognizedClientException"), "stop"],
    ["400 expired token", unmodelled(400, "ExpiredTokenException"), "stop"],
    ["400 unknown key", unmodelled(400, "UnrecognizedClientException"), "stop"],
    ["401", unmodelled(401), "stop"],
    ["e404", modelled(404), "stop"],
    ["e405", modelled(405), "stop"],
    ["e409", unmodelled(409, "ConflictException"), "stop"],
    ["410", unmodelled(410), "stop"],
    ["408", unmodelled(408), "retry"],
    ["e413", modelled(413), "split"],
    ["e413-rtl", unmodelled(413, "RequestEntityTooLargeException"), "split"],
    ["413 with HTML", htmlBody(413), "split"],
    ["e429", modelled(429), "throttle"],
    ["e429-nohdr", unmodelled(429, "Unknown", "msg for 429"), "throttle"],
    ["e429-empty", unmodelled(429), "throttle"],
    ["429 with HTML", htmlBody(429), "throttle"],
    ["503 SlowDown", unmodelled(503, "SlowDown"), "throttle"],
    ["400 RequestLimitExceeded", unmodelled(400, "RequestLimitExceeded"), "throttle"],
    ["e500", modelled(500), "retry"],
    ["e500-nohdr", unmodelled(500, "Unknown", "msg for 500"), "retry"],
    ["502", unmodelled(502), "retry"],
    ["502 with HTML", htmlBody(502), "retry"],
    ["e503", unmodelled(503, "ServiceUnavailableException"), "retry"],
    ["e503-nohdr", unmodelled(503, "Unknown", "msg for 503"), "retry"],
    ["e503-html", htmlBody(503), "retry"],
    ["e503-empty", unmodelled(503), "retry"],
    ["504", unmodelled(504), "retry"],
    ["529", unmodelled(529), "retry"],
    ["a redirect", unmodelled(301), "stop"],
    ["200 with HTML", htmlBody(200), "retry"],
  ])("%s", (_, error, action) => {
    expect(classifyError(error).action).toBe(action);
  });

  it.each([403, 404, 405] as const)("tells the status %i of a stop", (status) => {
    expect(classifyError(modelled(status))).toMatchObject({ status });
  });

  it.each([
    [modelled(400, "Missing Address"), "HTTP 400 BadRequestException: Missing Address"],
    [unmodelled(503), "HTTP 503 no message"],
    [unmodelled(500, "Unknown", "msg"), "HTTP 500 msg"],
    [htmlBody(503), "HTTP 503 with a body that is not JSON"],
  ])("puts it into words: %#", (error, reason) => {
    expect(classifyError(error).reason).toBe(reason);
  });
});

describe("connections", () => {
  it.each<[string, Error, string, true | undefined]>([
    ["nothing listens", connectionError("ECONNREFUSED"), "retry", true],
    ["no such name", connectionError("ENOTFOUND"), "retry", true],
    ["no TLS", connectionError("EPROTO"), "retry", true],
    ["no route", connectionError("EHOSTUNREACH"), "retry", true],
    ["reset", connectionError("ECONNRESET"), "retry", undefined],
    ["broken pipe", connectionError("EPIPE"), "retry", undefined],
    ["hang-up", connectionError("", "socket hang up", "TimeoutError"), "retry", undefined],
    ["time-out", connectionError("ETIMEDOUT"), "retry", undefined],
    ["names not served", connectionError("EAI_AGAIN"), "retry", undefined],
    ["self-signed", connectionError("DEPTH_ZERO_SELF_SIGNED_CERT"), "stop", undefined],
    ["expired certificate", connectionError("CERT_HAS_EXPIRED"), "stop", undefined],
    ["other host's", connectionError("ERR_TLS_CERT_ALTNAME_INVALID"), "stop", undefined],
    ["no issuer", connectionError("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "stop", undefined],
    ["no credentials", connectionError("", "could not load", "CredentialsProviderError"), "stop", undefined],
    ["no token", connectionError("", "expired", "TokenProviderError"), "stop", undefined],
  ])("%s", (_, error, action, unreachable) => {
    const verdict = classifyError(error);
    expect(verdict.action).toBe(action);
    expect(verdict.unreachable).toBe(unreachable);
    expect(verdict.status).toBeUndefined();
  });

  it("says what happened, the code once", () => {
    const refused = connectionError("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:9");
    expect(classifyError(refused).reason).toBe("connect ECONNREFUSED 127.0.0.1:9");
    expect(classifyError(connectionError("EPIPE", "write failed")).reason).toBe("EPIPE: write failed");
    const hangUp = connectionError("", "socket hang up", "TimeoutError");
    expect(classifyError(hangUp).reason).toContain("socket hang up");
  });
});

describe("Retry-After", () => {
  it.each([
    [{ "retry-after": "4" }, 4_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "x-amz-retry-after": "4000" }, 4_000],
    [{ "x-amz-retry-after": "250", "retry-after": "9" }, 250],
    [{ "retry-after": "Sat, 21 Nov 2026 12:00:07 GMT" }, 7_000],
    [{ "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }, undefined],
    [{ "retry-after": "0" }, undefined],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "x-amz-retry-after": "soon" }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])("%j", (headers, ms) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12), toFake: ["Date"] });
    expect(classifyError(withHeaders(modelled(429), headers)).retryAfterMs).toBe(ms);
  });
});

it.each([undefined, null, "text", 5, {}])("survives %j as an error", (thrown) => {
  expect(classifyError(thrown).action).toBe("retry");
});

it.each([429, 500, 400, 403])("a message that is no text is none of ours to fail at: %i", (status) => {
  const error = { name: "Odd", message: 5, $metadata: { httpStatusCode: status } };
  expect(classifyError(error).reason).toContain("5");
});

it("a message that is no text, and no status", () => {
  expect(classifyError({ name: "Odd", message: { deep: 1 } })).toMatchObject({ action: "retry" });
});
