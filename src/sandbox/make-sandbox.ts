import { setMaxListeners } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createApplications } from "./applications.js";
import { createInspector } from "./create-inspector.js";
import type { RefusalPredicate } from "./endpoint-operations.js";
import { createFaults, type ScriptedAnswer } from "./faults.js";
import { createApiRequestHandler } from "./handle-api-request.js";
import { createOwnRequestHandler } from "./handle-own-request.js";
import { createRecentRequests } from "./recent-requests.js";
import { createRequestStats, type SandboxStats } from "./request-stats.js";
import { normalizeSandboxOptions, type SandboxOptions } from "./sandbox-options.js";
import { createService } from "./service.js";
import type { EndpointResponse } from "./stored-endpoint.js";

/** A running local server that speaks the Amazon Pinpoint endpoint API. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`, for the endpoint option of an AWS client. */
  readonly url: string;
  readonly port: number;
  /** The same object as `GET /_sandbox/stats`. */
  stats(): SandboxStats;
  /** What an application holds, in the order it was created; every accepted write counts, whatever the read delay. */
  endpoints(applicationId: string): EndpointResponse[];
  /** Refuses items with 400 and the message the predicate gives for them; null ends that. */
  refuse(predicate: RefusalPredicate | null): void;
  /**
   * Scripts the answers of the next requests.
   *
   * @throws TypeError for an unknown key or a bad value
   */
  failNext(...answers: ScriptedAnswer[]): void;
  /** Forgets the scripted answers that have not been given yet. */
  clearFailures(): void;
  /** Ends open connections too; resolves when the port is free. */
  close(): Promise<void>;
}

/** Longer than clients pool idle connections, or one may send its next request just as the server hangs up. */
const KEEP_ALIVE_MS = 120_000;

/** What `createSandbox` does. */
export async function makeSandbox(given: SandboxOptions): Promise<Sandbox> {
  const options = normalizeSandboxOptions(given);
  const applications = createApplications(options);
  const requestStats = createRequestStats();
  const recentRequests = createRecentRequests(options.now);
  const faults = createFaults(options);
  const closing = new AbortController();
  // Every delayed answer listens.
  setMaxListeners(0, closing.signal);
  let refusalOf: RefusalPredicate | null = null;
  const service = createService(options, applications, (item) => refusalOf?.(item));
  const handleApiRequest = createApiRequestHandler({
    options,
    service,
    faults,
    stats: requestStats,
    recentRequests,
    closing: closing.signal,
  });

  const stats = (): SandboxStats => {
    const counts = applications.list().map(({ id, store }) => [id, store.written.size] as const);
    return {
      requests: requestStats.snapshot(),
      endpoints: {
        total: counts.reduce((sum, [, count]) => sum + count, 0),
        byApplication: Object.fromEntries(counts),
      },
    };
  };

  const handleOwnRequest = createOwnRequestHandler({
    inspector: createInspector({ applications, recentRequests, stats }),
    host: options.host,
  });

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const [path, query] = splitTarget(request.url ?? "/");
    if (handleOwnRequest(request, response, path, query)) return;
    // Whatever may still go wrong concerns this one connection.
    handleApiRequest(request, response, path, query).catch(() => response.destroy());
  });
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${toUrlHost(options.host)}:${port}`,
    port,
    stats,
    endpoints: (applicationId) => applications.get(applicationId)?.store.written.all() ?? [],
    refuse(predicate) {
      refusalOf = predicate;
    },
    failNext: (...answers) => faults.script(answers),
    clearFailures: () => faults.clear(),
    close() {
      closing.abort();
      return new Promise((resolve) => {
        // Closing twice is no fault.
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Path and query as they came, undecoded. A proxy request names the whole URL. */
function splitTarget(target: string): [path: string, query: string] {
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = local.indexOf("?");
  return mark === -1 ? [local, ""] : [local.slice(0, mark), local.slice(mark + 1)];
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** The host part of a URL that reaches a server listening on `host`. */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
