import type { Endpoint } from "../domain.js";
import { ConfigurationError } from "../errors.js";
import { createRequests } from "./create-requests.js";
import { findEndpoint } from "./find-endpoint.js";
import type { PinpointClientConfig } from "./pinpoint-sdk.js";
import type { Target, TargetDescription } from "./target.js";

/** Keys of an AWS account; `sessionToken` goes with temporary ones. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface PinpointLocation {
  /** Pinpoint project, 32 lower-case hexadecimal digits in the service itself. */
  readonly applicationId: string;
  /** Default: the SDK's own chain (environment, shared config file). */
  readonly region?: string;
  /** Profile of the shared config and credentials files. */
  readonly profile?: string;
  /** Default: the region's own endpoint, or what the SDK's environment and config file name. */
  readonly endpointUrl?: string;
}

export interface PinpointTargetOptions extends PinpointLocation {
  /** Default: the SDK's own chain. */
  readonly credentials?: AwsCredentials;
  /** Connections that are kept open at most. */
  readonly concurrency: number;
  /** Milliseconds that a request may take from its first byte to its answer. */
  readonly requestTimeoutMs: number;
}

/** Milliseconds for a connection to come about. */
const CONNECTION_TIMEOUT_MS = 10_000;

/**
 * Pinpoint through the AWS SDK, which signs, resolves endpoint and credentials and reads errors. Its own retries are
 * off: there is one owner of retry. Throws a `ConfigurationError` where region or credentials are not to be found.
 */
export async function createPinpointTarget(options: PinpointTargetOptions): Promise<Target> {
  const { applicationId, concurrency } = options;
  const sdk = await import("./pinpoint-sdk.js");
  const agent = { keepAlive: true, maxSockets: concurrency };
  const config: PinpointClientConfig & { ignoreCache: true } = {
    ...toClientConfig(options),
    // Whoever renews temporary credentials in a file, while the run goes on, is to be heard.
    ignoreCache: true,
    maxAttempts: 1,
    cacheMiddleware: true,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
  const client = new sdk.PinpointClient(config);

  const region = await resolveRegion(() => client.config.region());
  await resolveCredentials(() => client.config.credentials(), options.profile);
  const endpointUrl = await findEndpoint(sdk, config);
  const description = { applicationId, region, endpointUrl };

  const requests = createRequests(sdk, client, applicationId);
  let credentials: AwsCredentials = await client.config.credentials();
  let renewing: Promise<void> | undefined;

  /** Takes credentials anew from where the SDK's chain finds them; what cannot be renewed stays as it is. */
  const renew = async (): Promise<void> => {
    const renewed = await client.config.credentials({ forceRefresh: true }).catch(() => credentials);
    if (!isSame(renewed, credentials)) credentials = renewed;
  };

  /** Makes a request, and makes it again where it was refused for credentials that can be renewed. */
  const request = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const used = credentials;
    try {
      await withTimeout(call, options.requestTimeoutMs);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      if (used === credentials) {
        renewing ??= renew().finally(() => {
          renewing = undefined;
        });
        await renewing;
      }
      if (used === credentials) throw error;
      await withTimeout(call, options.requestTimeoutMs);
    }
  };

  return {
    description,
    send(endpoints) {
      const body = toBody(endpoints);
      return request((signal) => requests.updateBatch(body, signal));
    },
    sendOne({ buffer, start, end }) {
      const { Id, ...item } = JSON.parse(buffer.toString("utf8", start, end));
      const body = Buffer.from(JSON.stringify(item));
      return request((signal) => requests.update(Id, body, signal));
    },
    close: () => client.destroy(),
  };
}

/** Where requests would go. Needs no credentials, and throws a `ConfigurationError` where the region is not to be found. */
export async function describePinpointTarget(options: PinpointLocation): Promise<TargetDescription> {
  const sdk = await import("./pinpoint-sdk.js");
  const config = toClientConfig(options);
  const client = new sdk.PinpointClient(config);
  const region = await resolveRegion(() => client.config.region());
  client.destroy();
  return {
    applicationId: options.applicationId,
    region,
    endpointUrl: await findEndpoint(sdk, config),
  };
}

function toClientConfig({ region, profile, endpointUrl }: PinpointLocation): PinpointClientConfig {
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpointUrl === undefined ? {} : { endpoint: checkUrl(endpointUrl) }),
  };
}

/** The SDK's own request time-out ends with the answer's headers; this one covers a body that never comes. */
async function withTimeout(
  call: (signal: AbortSignal) => Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    await call(timeout.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** By the status, as the names that go with it are not documented. */
function isForbidden(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 403;
}

function isSame(a: AwsCredentials, b: AwsCredentials): boolean {
  return a.accessKeyId === b.accessKeyId && a.sessionToken === b.sessionToken;
}

const BODY_START = Buffer.from('{"Item":[');
const BODY_END = Buffer.from("]}");
const COMMA = ",".charCodeAt(0);

function toBody(endpoints: readonly Endpoint[]): Buffer {
  let length = BODY_START.length + endpoints.length - 1 + BODY_END.length;
  for (const { start, end } of endpoints) length += end - start;
  const body = Buffer.allocUnsafeSlow(length);
  let at = BODY_START.copy(body);
  for (let index = 0; index < endpoints.length; ) {
    if (index > 0) {
      body[at] = COMMA;
      at += 1;
    }
    const { buffer, start, end } = endpoints[index] as Endpoint;
    // Those that follow one another, comma included, are copied at once.
    let last = end;
    index += 1;
    for (let next = endpoints[index]; next?.buffer === buffer && next.start === last + 1; ) {
      last = next.end;
      index += 1;
      next = endpoints[index];
    }
    at += buffer.copy(body, at, start, last);
  }
  BODY_END.copy(body, at);
  return body;
}

function checkUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, "");
  throw new ConfigurationError(
    "endpoint_url_invalid",
    `--endpoint-url is "${url}"; it takes a URL such as https://pinpoint.eu-west-1.amazonaws.com or http://127.0.0.1:8080`,
  );
}

async function resolveRegion(resolve: () => Promise<string>): Promise<string> {
  try {
    return await resolve();
  } catch (cause) {
    throw new ConfigurationError(
      "region_missing",
      "no AWS region is configured: give --region (such as us-east-1), set AWS_REGION, or put region into the profile",
      { cause },
    );
  }
}

async function resolveCredentials(
  resolve: () => Promise<unknown>,
  profile: string | undefined,
): Promise<void> {
  try {
    await resolve();
  } catch (cause) {
    const why = cause instanceof Error ? ` (${cause.message.split("\n")[0]})` : "";
    if (profile !== undefined) {
      throw new ConfigurationError(
        "credentials_missing",
        `the profile "${profile}" gives no AWS credentials${why}: look into ~/.aws/config and ~/.aws/credentials, or name another --profile`,
        { cause },
      );
    }
    throw new ConfigurationError(
      "credentials_missing",
      `no AWS credentials were found${why}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a --profile, or try without an account: --sandbox`,
      { cause },
    );
  }
}
