import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import { vi } from "vitest";

const realSleep = timersPromises.setTimeout;

/**
 * Vitest's fake clock, with the sleep of `node:timers/promises` driven by it too: Vitest leaves that one real. It
 * behaves as Node's own, which rejects with an AbortError whose cause is the signal's reason.
 */
export function useFakeClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  timersPromises.setTimeout = ((ms?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
    new Promise<unknown>((resolve, reject) => {
      const signal = options?.signal;
      const fail = () => {
        clearTimeout(timer);
        const error = new Error("The operation was aborted", { cause: signal?.reason });
        reject(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", fail);
        resolve(value);
      }, ms);
      if (signal?.aborted) fail();
      else signal?.addEventListener("abort", fail, { once: true });
    })) as typeof timersPromises.setTimeout;
  syncBuiltinESMExports();
}

export function useRealClock(): void {
  timersPromises.setTimeout = realSleep;
  syncBuiltinESMExports();
  vi.useRealTimers();
}
