import pLimit from "p-limit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSender } from "../../src/delivery/create-sender.js";
import { createRequestCounts, type DeliveryEvent, type Endpoint } from "../../src/domain.js";
import { makeEndpoints } from "../helpers/delivery-endpoints.js";
import { connectionError, htmlBody, modelled, unmodelled, withHeaders } from "../helpers/delivery-errors.js";
import {
  createFakeTarget,
  createFreePacer,
  createScriptedTarget,
  type FakeTarget,
} from "../helpers/delivery-targets.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function setUp(target: FakeTarget, maxAttempts = 4) {
  const events: DeliveryEvent[] = [];
  const stopping = new AbortController();
  const pacer = createFreePacer();
  const requests = createRequestCounts();
  const sender = createSender({
    call: target.send,
    slots: pLimit(10),
    onStop: () => {},
    requests,
    pacer,
    maxAttempts,
    signal: stopping.signal,
    onEvent: (event) => events.push(event),
  });
  const send = (items: readonly Endpoint[], order = 0) => sender.send(items, order);
  return { send, requests, events, stopping, pacer };
}

/** Runs the clock on until the work is done. */
async function settled<T>(work: Promise<T>): Promise<T> {
  await Promise.race([work, vi.advanceTimersByTimeAsync(3_600_000)]);
  return work;
}

const batch = makeEndpoints(3);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe("a batch", () => {
  it("is accepted at once", async () => {
    const target = createFakeTarget();
    const { send, requests, events, pacer } = setUp(target);
    expect(await send(batch)).toBeUndefined();
    expect(target.requests).toEqual([["e0", "e1", "e2"]]);
    expect(requests).toEqual({ sent: 1, accepted: 1, throttled: 0, retried: 0, refused: 0 });
    expect(pacer.passed).toBe(1);
    expect(events).toEqual([]);
  });

  it.each([
    ["500", modelled(500)],
    ["503 with HTML", htmlBody(503)],
    ["a hang-up", connectionError("", "socket hang up", "TimeoutError")],
    ["a reset", connectionError("ECONNRESET")],
    ["529", unmodelled(529)],
  ])("is sent again after %s until it is accepted", async (_, error) => {
    const target = createScriptedTarget(error, error);
    const { send, requests, events } = setUp(target);
    expect(await settled(send(batch))).toBeUndefined();
    expect(target.requests).toHaveLength(3);
    expect(requests).toMatchObject({ sent: 3, accepted: 1, retried: 2 });
    expect(events).toMatchObject([
      { kind: "retry", attempt: 2, maxAttempts: 4 },
      { kind: "retry", attempt: 3, maxAttempts: 4 },
    ]);
  });

  it.each([1, 2, 8])("fails after %i tries", async (maxAttempts) => {
    const error = unmodelled(503, "ServiceUnavailableException");
    const target = createFakeTarget(() => error);
    const { send, requests } = setUp(target, maxAttempts);
    const failure = await settled(send(batch));
    expect(failure).toMatchObject({ action: "retry", cause: error });
    expect(target.requests).toHaveLength(maxAttempts);
    expect(requests).toMatchObject({ sent: maxAttempts, accepted: 0, retried: maxAttempts - 1 });
  });

  it.each([
    [modelled(400), "isolate"],
    [modelled(413), "split"],
    [modelled(403), "stop"],
    [modelled(404), "stop"],
    [modelled(405), "stop"],
  ])("is not sent again after %s", async (error, action) => {
    const target = createFakeTarget(() => error);
    const { send, pacer } = setUp(target);
    expect(await send(batch)).toMatchObject({ action, cause: error });
    expect(target.requests).toHaveLength(1);
    // Let through by the quota, though refused for what is in it.
    expect(pacer.passed).toBe(action === "stop" ? 0 : 1);
  });
});

describe("pauses", () => {
  it("double from 0.2 seconds, by chance up to twice as long, and end at 20 seconds", async () => {
    const at: number[] = [];
    vi.useFakeTimers({ now: 0, toFake: ["setTimeout", "clearTimeout", "Date"] });
    const target = createFakeTarget(() => {
      at.push(Date.now());
      return modelled(500);
    });
    await settled(setUp(target, 12).send(batch));
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    pauses.forEach((pause, index) => {
      const shortest = Math.min(200 * 2 ** index, 20_000);
      expect(pause).toBeGreaterThanOrEqual(shortest);
      expect(pause).toBeLessThanOrEqual(Math.min(2 * shortest, 20_000));
    });
    expect(pauses).toHaveLength(11);
    expect(pauses.slice(0, 6).some((pause, index) => pause !== 200 * 2 ** index)).toBe(true);
  });
});

describe("throttling", () => {
  it("is no try: the batch is sent for as long as it takes", async () => {
    const target = createScriptedTarget(...times(500, modelled(429)));
    const { send, requests, pacer, events } = setUp(target, 1);
    expect(await settled(send(batch))).toBeUndefined();
    expect(requests).toEqual({ sent: 501, accepted: 1, throttled: 500, retried: 0, refused: 0 });
    expect(pacer.retryAfter).toHaveLength(500);
    expect(events[0]).toEqual({ kind: "throttled", ratePerSecond: 7 });
  });

  it("between failures leaves them their tries", async () => {
    const [busy, down] = [modelled(429), modelled(500)];
    const target = createScriptedTarget(down, busy, busy, down, busy, down, busy);
    const { send, requests } = setUp(target, 4);
    expect(await settled(send(batch))).toBeUndefined();
    expect(requests).toMatchObject({ sent: 8, accepted: 1, throttled: 4, retried: 3 });
  });

  it("hands on how long the service asks to wait", async () => {
    const error = withHeaders(modelled(429), { "retry-after": "4" });
    const { send, pacer } = setUp(createScriptedTarget(error));
    await settled(send(batch));
    expect(pacer.retryAfter).toEqual([4_000]);
  });
});

describe("a host that cannot be reached", () => {
  const refused = connectionError("ECONNREFUSED");

  it("gets three tries as long as it never answered", async () => {
    const target = createFakeTarget(() => refused);
    expect(await settled(setUp(target, 8).send(batch))).toMatchObject({ unreachable: true });
    expect(target.requests).toHaveLength(3);
  });

  it("gets no more than --max-attempts", async () => {
    const target = createFakeTarget(() => refused);
    const { send, events } = setUp(target, 2);
    await settled(send(batch));
    expect(target.requests).toHaveLength(2);
    expect(events).toMatchObject([{ kind: "retry", attempt: 2, maxAttempts: 2 }]);
  });

  it("gets all its tries once it answered", async () => {
    const target = createFakeTarget((_, request) => (request === 1 ? modelled(500) : refused));
    await settled(setUp(target, 6).send(batch));
    expect(target.requests).toHaveLength(6);
  });

  it("gets all its tries once it accepted something", async () => {
    const target = createFakeTarget((_, request) => (request === 1 ? undefined : refused));
    const { send } = setUp(target, 6);
    await send(batch);
    await settled(send(batch));
    expect(target.requests).toHaveLength(1 + 6);
  });
});

describe("a stop", () => {
  it("ends a pause and further tries", async () => {
    const target = createFakeTarget(() => modelled(500));
    const { send, stopping } = setUp(target);
    const sending = send(batch);
    await vi.advanceTimersByTimeAsync(0);
    stopping.abort();
    expect(await sending).toBeDefined();
    expect(target.requests).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not cut off a request in flight, and its acceptance counts", async () => {
    const target = createFakeTarget(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return undefined;
    });
    const { send, stopping, requests } = setUp(target);
    const sending = send(batch);
    await vi.advanceTimersByTimeAsync(50);
    stopping.abort();
    await vi.advanceTimersByTimeAsync(50);
    expect(await sending).toBeUndefined();
    expect(requests.accepted).toBe(1);
  });

  it("keeps a batch from being sent at all", async () => {
    const target = createFakeTarget();
    const { send, stopping } = setUp(target);
    stopping.abort();
    expect(await send(batch)).toBeDefined();
    expect(target.requests).toEqual([]);
  });
});
