import { constants } from "node:os";

/** SIGHUP comes when a terminal is closed or a connection drops. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

type SignalName = (typeof SIGNALS)[number];

/** Those signals as an `AbortSignal`. */
export interface Signals {
  readonly signal: AbortSignal;
  close(): void;
}

export interface SignalsOptions {
  readonly toReason: (name: SignalName) => Error;
  /** Called for the first signal, which lets the work end in order. */
  readonly onFirst: () => void;
  /** Called for the second one, just before the process ends at once. */
  readonly onSecond: () => void;
}

export function createSignals({ toReason, onFirst, onSecond }: SignalsOptions): Signals {
  const controller = new AbortController();
  const onSignal = (name: SignalName): void => {
    if (controller.signal.aborted) {
      onSecond();
      process.exit(128 + constants.signals[name]);
    }
    controller.abort(toReason(name));
    onFirst();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    close() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
