import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { PinpointClient } from "./pinpoint-sdk.js";

/** The two operations, with bodies that are JSON text already. Each is one request; it rejects as the SDK's own call does. */
export interface Requests {
  updateBatch(body: Buffer, signal: AbortSignal): Promise<void>;
  update(endpointId: string, body: Buffer, signal: AbortSignal): Promise<void>;
}

/** A request of the SDK. */
interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly body: unknown;
}

interface Signer {
  sign(request: HttpRequest, identity: unknown, properties: object): Promise<HttpRequest>;
  successHandler?(response: HttpResponse, properties: object): void;
}

/** What the SDK has made of a batch before it signs it: the next one differs in its body only. */
interface Template {
  readonly request: HttpRequest;
  readonly scheme: {
    readonly signer: Signer;
    readonly identity: unknown;
    readonly httpAuthOption: { readonly signingProperties?: object };
  };
}

type AnyMiddleware = Parameters<PinpointClient["middlewareStack"]["addRelativeTo"]>[0];

/** What the SDK's types do not say of a middleware before the signing one. */
type FinalizeMiddleware = (
  next: (args: { readonly request: HttpRequest }) => Promise<never>,
  context: {
    readonly commandName?: string;
    readonly __smithy_context?: { readonly selectedHttpAuthScheme?: Template["scheme"] };
  },
) => typeof next;

/**
 * The first batch goes through the SDK; those after it are that request with another body, signed by the SDK's signer and sent
 * by its handler, which takes 3 µs for each endpoint where the whole of the SDK took 7. What is not plainly a success is
 * given to the SDK to read.
 */
export function createRequests(
  { UpdateEndpointCommand, UpdateEndpointsBatchCommand }: typeof import("./pinpoint-sdk.js"),
  client: PinpointClient,
  applicationId: string,
): Requests {
  // One for all requests: as many settings are copied for each new one.
  const { signer: createSigner } = client.config;
  let signer: ReturnType<typeof createSigner> | undefined;
  client.config.signer = (scheme) => {
    signer ??= createSigner(scheme);
    return signer;
  };
  const bodies = new WeakMap<object, Buffer>();
  const answers = new WeakMap<object, HttpResponse>();
  let template: Template | undefined;

  // The SDK's serialiser gets an empty input, and the text takes its place before the request is measured and signed.
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body?: Buffer };
      const body = bodies.get(args.input);
      if (body !== undefined) request.body = body;
      return next(args);
    },
    { step: "build", priority: "high", name: "serialisedItems" },
  );
  const remember: FinalizeMiddleware = (next, context) => (args) => {
    const scheme = context.__smithy_context?.selectedHttpAuthScheme;
    if (context.commandName === UpdateEndpointsBatchCommand.name && scheme !== undefined)
      template ??= { request: { ...args.request, body: undefined }, scheme };
    return next(args);
  };
  client.middlewareStack.addRelativeTo(remember as unknown as AnyMiddleware, {
    relation: "before",
    toMiddleware: "httpSigningMiddleware",
    name: "rememberedRequest",
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const response = answers.get(args.input);
      return response === undefined ? next(args) : { response, output: { $metadata: {} } as never };
    },
    { step: "deserialize", priority: "low", name: "answerAtHand" },
  );

  /** Resolves with the answer, unless that was plainly a success. */
  const repeat = async (
    { request, scheme }: Template,
    body: Buffer,
    abortSignal: AbortSignal,
  ): Promise<HttpResponse | undefined> => {
    const headers = {
      ...request.headers,
      "content-length": String(body.length),
      "amz-sdk-invocation-id": randomUUID(),
    };
    const { signer, identity, httpAuthOption } = scheme;
    const properties = { ...httpAuthOption.signingProperties };
    const signed = await signer.sign({ ...request, headers, body }, identity, properties);
    const { response } = await client.config.requestHandler.handle(signed as never, { abortSignal });
    if (response.statusCode !== 202) return response;
    const answer = await readText(response.body as IncomingMessage);
    if (!isJson(answer)) return { ...response, body: Buffer.from(answer) };
    signer.successHandler?.(response, properties);
    return undefined;
  };

  return {
    async updateBatch(body, abortSignal) {
      const answer = template && (await repeat(template, body, abortSignal));
      if (template !== undefined && answer === undefined) return;
      const input = { ApplicationId: applicationId, EndpointBatchRequest: { Item: [] } };
      if (answer === undefined) bodies.set(input, body);
      else answers.set(input, answer);
      await client.send(new UpdateEndpointsBatchCommand(input), { abortSignal });
    },
    async update(endpointId, body, abortSignal) {
      const input = { ApplicationId: applicationId, EndpointId: endpointId, EndpointRequest: {} };
      bodies.set(input, body);
      await client.send(new UpdateEndpointCommand(input), { abortSignal });
    },
  };
}

/** Without an async iterator of the stream, which took 2 to 3 % of the CPU of an import. */
function readText(stream: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.setEncoding("utf8");
    stream.on("data", (piece: string) => {
      text += piece;
    });
    stream.once("end", () => resolve(text));
    // Also when the connection ends too early.
    stream.once("error", reject);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
