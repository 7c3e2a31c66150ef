type SignalName = "SIGINT" | "SIGTERM";

/** SIGINT and SIGTERM as an `AbortSignal`. */
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
      process.exit(name === "SIGTERM" ? 143 : 130);
    }
    controller.abort(toReason(name));
    onFirst();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    close() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
