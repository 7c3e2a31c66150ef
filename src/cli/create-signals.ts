type SignalName = "SIGINT" | "SIGTERM";

/** SIGINT and SIGTERM as an `AbortSignal`. */
export interface Signals {
  readonly signal: AbortSignal;
  close(): void;
}

/** The first signal lets the run end in order; a second one ends the process at once. */
export function createSignals(toReason: (name: SignalName) => Error): Signals {
  const controller = new AbortController();
  const onSignal = (name: SignalName): void => {
    if (controller.signal.aborted) process.exit(name === "SIGTERM" ? 143 : 130);
    controller.abort(toReason(name));
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
