import type { PinpointClientConfig } from "./pinpoint-sdk.js";

interface ResolvedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

class NotSentError extends Error {
  readonly request: ResolvedRequest;

  constructor(request: ResolvedRequest) {
    super("the request was made up only to see where it would go");
    this.request = request;
  }
}

/** The request is not sent; that real ones cannot be had at this moment says nothing of where it goes. */
const NO_CREDENTIALS = { accessKeyId: "none", secretAccessKey: "none" };

/**
 * Where requests go by the environment or the config files, which shows only in a request: one is made, and not sent. Null
 * is the region's own endpoint.
 */
export async function findEndpoint(
  { PinpointClient, GetAppsCommand }: typeof import("./pinpoint-sdk.js"),
  config: PinpointClientConfig,
): Promise<string | null> {
  // What was given by hand may have a path as well.
  if (typeof config.endpoint === "string") return config.endpoint;
  const handle = (request: ResolvedRequest): never => {
    throw new NotSentError(request);
  };
  const client = new PinpointClient({ ...config, credentials: NO_CREDENTIALS, requestHandler: { handle } });
  try {
    await client.send(new GetAppsCommand({}));
  } catch (error) {
    // Whatever else is wrong shows in the first request that matters.
    if (!(error instanceof NotSentError)) return null;
    const { protocol, hostname, port } = error.request;
    if (!hostname.endsWith(".amazonaws.com"))
      return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
  }
  return null;
}
