/**
 * Conditions that end a run. Each carries a stable `code` for scripts; the command line turns the class into an
 * exit code. A bad row is never an error of this kind: it is a value (see `RejectReason`).
 */
export class ImporterError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Wrong usage, mapping or configuration; nothing was sent (exit code 2). */
export class ConfigurationError extends ImporterError {}

/** One mistake in a mapping file. */
export interface MappingIssue {
  /** Dotted path in the mapping, such as `endpoints[0].fields.OptOut.values`; empty for the file as a whole. */
  readonly path: string;
  /** Position in the mapping file, both from 1; absent where the mapping did not come from a file. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, the rule, the value and what to do. */
  readonly message: string;
}

/** A mapping that cannot be used, with all its mistakes (exit code 2). */
export class MappingError extends ConfigurationError {
  readonly issues: readonly MappingIssue[];

  /** `source` names the mapping in messages: its path, `pinpoint`, or `mapping` for an object. */
  constructor(source: string, issues: readonly MappingIssue[]) {
    const lines = issues.map(({ path, line, column, message }) => {
      const place = line === undefined ? source : `${source}:${line}:${column}`;
      return path === "" ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
    });
    super("mapping_invalid", lines.join("\n"));
    this.issues = issues;
  }
}

/** The run stopped before the end: input, service, state or disk (exit code 3). */
export class RunStoppedError extends ImporterError {}

/** A person, the system or the caller's `AbortSignal` asked the run to end (exit code 143 for SIGTERM, 129 for SIGHUP, else 130). */
export class InterruptedError extends RunStoppedError {
  readonly signalName: "SIGHUP" | "SIGINT" | "SIGTERM" | undefined;

  constructor(signalName?: "SIGHUP" | "SIGINT" | "SIGTERM") {
    super(
      "interrupted",
      signalName === undefined ? "the run was aborted" : `the run was interrupted by ${signalName}`,
    );
    this.signalName = signalName;
  }
}

/** An input cannot be read, or broke off half-way (exit code 3). */
export class InputError extends RunStoppedError {}
