import type { IncomingMessage, ServerResponse } from "node:http";
import type { createInspector } from "./create-inspector.js";
import type { Inspection } from "./inspection.js";
import { isOwnHost } from "./is-own-host.js";
import { ServiceError } from "./service-error.js";

interface OwnRequestOptions {
  readonly inspector: ReturnType<typeof createInspector>;
  /** The host the server was told to listen on. */
  readonly host: string;
}

/** Answers a request that is not Pinpoint's: the page, and what is below `/_sandbox/`. Says false where it is none of them. */
export type OwnRequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
) => boolean;

const GREETING = "pinpoint-import sandbox: a local Amazon Pinpoint endpoint API\n";

/** The page's own policy stands in the page; these are the parts that do not hold there. */
const PAGE_HEADERS = {
  "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  Vary: "Accept",
};

/** No `Access-Control-Allow-Origin`: what is stored here is no other page's business. */
const ANSWER_HEADERS = {
  "Cache-Control": "no-store",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

export function createOwnRequestHandler({ inspector, host }: OwnRequestOptions): OwnRequestHandler {
  const answer = async (
    path: keyof Inspection,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    try {
      if (path !== "/_sandbox/stats") checkOrigin(request, host);
      const body = await inspector[path](query, () => response.destroyed);
      send(response, 200, "application/json", JSON.stringify(body), ANSWER_HEADERS);
    } catch (error) {
      const status = error instanceof ServiceError ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      send(response, status, "application/json", JSON.stringify({ message }), ANSWER_HEADERS);
    }
  };

  return (request, response, path, query) => {
    if (request.method !== "GET") return false;
    if (path === "/") {
      request.resume();
      // Whatever may still go wrong concerns this one connection.
      greet(request, response).catch(() => response.destroy());
      return true;
    }
    if (!Object.hasOwn(inspector, path)) return false;
    request.resume();
    answer(path as keyof Inspection, query, request, response).catch(() => response.destroy());
    return true;
  };
}

/** A browser gets the page, anybody else a line. */
async function greet({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (headers.accept?.includes("text/html")) {
    const { loadSandboxPage } = await import("../pages/sandbox-page.js");
    send(response, 200, "text/html; charset=utf-8", await loadSandboxPage(), PAGE_HEADERS);
  } else {
    send(response, 200, "text/plain", GREETING, { Vary: "Accept" });
  }
}

/**
 * Keeps pages of other places out that a browser on this machine has open.
 *
 * @throws ServiceError 403
 */
function checkOrigin({ headers }: IncomingMessage, host: string): void {
  if (!isOwnHost(headers.host, host)) {
    throw new ServiceError(
      403,
      `The sandbox does not know itself as ${JSON.stringify(headers.host ?? "")}: use localhost, or the address it listens on`,
    );
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new ServiceError(403, "Pages of other places may not look into the sandbox");
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text), ...headers });
  response.end(text);
}
