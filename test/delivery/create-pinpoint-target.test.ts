import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { classifyError } from "../../src/delivery/classify-error.js";
import {
  createPinpointTarget,
  type PinpointTargetOptions,
} from "../../src/delivery/create-pinpoint-target.js";
import type { Target } from "../../src/delivery/target.js";
import { ConfigurationError } from "../../src/errors.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Nothing of the machine that the tests run on may show: no environment, no configuration files. */
beforeEach(async () => {
  const folder = await temporaryDirectory();
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function createTarget(options: Partial<PinpointTargetOptions>): Promise<Target> {
  const target = await createPinpointTarget({
    applicationId: "app1",
    region: "us-east-1",
    credentials,
    concurrency: 2,
    requestTimeoutMs: 5_000,
    ...options,
  });
  onTestFinished(() => target.close());
  return target;
}

/** The options without what the environment is to give. */
function createBareTarget(options: Partial<PinpointTargetOptions> = {}): Promise<Target> {
  return createPinpointTarget({ applicationId: "app1", concurrency: 1, requestTimeoutMs: 5_000, ...options });
}

/** With its text, to be compared. */
function endpointOf(item: { Id: string } & Record<string, unknown>, json = JSON.stringify(item)) {
  const buffer = Buffer.from(`…${json}…`);
  const start = Buffer.byteLength("…");
  return { id: item.Id, buffer, start, end: buffer.length - start, orderKeys: [0, 0, 0] as const, json };
}

const ada = endpointOf({ Id: "ada", ChannelType: "EMAIL", Address: "ada@example.com" });

/** A server that writes down what it gets. */
async function startRecorder(answer: (request: IncomingMessage, response: ServerResponse) => void = accept) {
  const requests: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function accept(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(202, { "content-type": "application/json" });
  response.end('{"RequestID":"r","Message":"Accepted"}');
}

const toError = (sending: Promise<void>) =>
  sending.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a request", () => {
  it("carries the items' own text, byte for byte", async () => {
    const { url, requests } = await startRecorder();
    const target = await createTarget({ endpointUrl: url });
    // Not as JSON.stringify would write it: what was validated and measured is what travels.
    const odd = endpointOf({ Id: "x" }, '{ "Id":"x", "Metrics":{"m":1.50} }');
    const bob = endpointOf({ Id: "bob", Attributes: { Ort: ["Zürich", "東京", "🦊", 'q"\\/\u2028'] } });
    await target.send([odd, bob]);
    const [request] = requests;
    expect(request?.body).toBe(`{"Item":[${odd.json},${bob.json}]}`);
    expect(request?.method).toBe("PUT");
    expect(request?.url).toBe("/v1/apps/app1/endpoints");
    expect(Number(request?.headers["content-length"])).toBe(Buffer.byteLength(request?.body ?? ""));
    expect(request?.headers.authorization).toMatch(/us-east-1\/mobiletargeting\/aws4_request/);
  });

  it("is kept apart from the next one and from those at the same time", async () => {
    const { url, requests } = await startRecorder();
    const target = await createTarget({ endpointUrl: url });
    const all = Array.from({ length: 20 }, (_, index) => endpointOf({ Id: `e${index}` }));
    await Promise.all(all.map((endpoint) => target.send([endpoint])));
    expect(requests.map(({ body }) => body).sort()).toEqual(
      all.map(({ json }) => `{"Item":[${json}]}`).sort(),
    );
  });

  it("is one request, whatever the answer: retries are not the SDK's", async () => {
    const sandbox = await startSandbox();
    const target = await createTarget({ endpointUrl: sandbox.url });
    sandbox.failNext({ status: 500, times: 5 });
    await toError(target.send([ada]));
    expect(sandbox.stats().requests.total).toBe(1);
  });

  it("arrives at the service as it should", async () => {
    const sandbox = await startSandbox();
    const target = await createTarget({ endpointUrl: sandbox.url });
    await target.send([
      ada,
      endpointOf({ Id: "jü", User: { UserAttributes: { Ville: ["Besançon", "🦊"] } } }),
    ]);
    expect(sandbox.endpoints("app1")).toMatchObject([
      { Id: "ada", Address: "ada@example.com" },
      { Id: "jü", User: { UserAttributes: { Ville: ["Besançon", "🦊"] } } },
    ]);
    expect(target.description).toEqual({
      applicationId: "app1",
      region: "us-east-1",
      endpointUrl: sandbox.url,
    });
  });

  it.each([
    ["/", "/v1/apps/app1/endpoints"],
    ["/base", "/base/v1/apps/app1/endpoints"],
    ["/base/", "/base/v1/apps/app1/endpoints"],
    ["/a/b", "/a/b/v1/apps/app1/endpoints"],
  ])("goes below the path %s of the endpoint URL", async (path, expected) => {
    const { url, requests } = await startRecorder();
    await (await createTarget({ endpointUrl: url + path })).send([ada]);
    expect(requests.map((request) => request.url)).toEqual([expected]);
  });

  it("goes to the application that was named, whatever its characters", async () => {
    const { url, requests } = await startRecorder();
    await (await createTarget({ endpointUrl: url, applicationId: "a b/c" })).send([ada]);
    expect(requests[0]?.url).toBe("/v1/apps/a%20b%2Fc/endpoints");
  });
});

describe("a request after the first one", () => {
  it("differs in what is about the batch, and in nothing else", async () => {
    const { url, requests } = await startRecorder();
    const target = await createTarget({ endpointUrl: `${url}/base` });
    const bob = endpointOf({ Id: "bob", Attributes: { Ort: ["Zürich", "東京", "🦊"] } });
    await target.send([ada]);
    await target.send([bob, ada]);
    const [first, second] = requests.map(({ headers, ...rest }) => {
      const { "content-length": length, "amz-sdk-invocation-id": id, authorization = "", ...same } = headers;
      const { "x-amz-date": date, "x-amz-content-sha256": digest, ...others } = same;
      const signed = authorization.replace(/Signature=\w+/, "");
      return { length: Number(length), id, date, digest, others, signed, ...rest };
    });
    expect(second?.body).toBe(`{"Item":[${bob.json},${ada.json}]}`);
    expect(second?.length).toBe(Buffer.byteLength(second?.body ?? ""));
    expect(second?.digest).toBe(
      createHash("sha256")
        .update(second?.body ?? "")
        .digest("hex"),
    );
    expect(second?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.id).not.toBe(first?.id);
    const { method, url: path, others, signed } = second ?? {};
    expect({ method, url: path, others, signed }).toEqual({
      method: first?.method,
      url: first?.url,
      others: first?.others,
      signed: first?.signed,
    });
    expect(others?.["user-agent"]).toContain("aws-sdk-js");
  });

  it("is in the place where no body can be read, and tried again", async () => {
    let answers = 0;
    const { url } = await startRecorder((request, response) => {
      answers += 1;
      if (answers === 1) return accept(request, response);
      response.writeHead(202, { "content-type": "application/json" });
      response.end("<html>");
    });
    const target = await createTarget({ endpointUrl: url });
    await target.send([ada]);
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({ action: "retry" });
  });
});

describe.each([
  ["the first request", 0],
  ["a later one", 1],
])("an answer to %s", (_, earlier) => {
  const createUsedTarget = async (options: Partial<PinpointTargetOptions>): Promise<Target> => {
    const target = await createTarget(options);
    for (let sent = 0; sent < earlier; sent += 1) await target.send([ada]);
    return target;
  };

  it.each([
    [{ status: 400, message: "Missing Address" }, "isolate"],
    [{ status: 403 }, "stop"],
    [{ status: 404 }, "stop"],
    [{ status: 405 }, "stop"],
    [{ status: 413 }, "split"],
    [{ status: 413, type: "RequestEntityTooLargeException" }, "split"],
    [{ status: 429 }, "throttle"],
    [{ status: 429, type: null }, "throttle"],
    [{ status: 400, type: "ThrottlingException" }, "throttle"],
    [{ status: 500 }, "retry"],
    [{ status: 503, body: "<html><body>Service Unavailable</body></html>" }, "retry"],
    [{ status: 503, body: "" }, "retry"],
    [{ drop: true }, "retry"],
  ])("%j is told apart from others", async (answer, action) => {
    const sandbox = await startSandbox();
    const target = await createUsedTarget({ endpointUrl: sandbox.url });
    sandbox.failNext(answer);
    const error = await toError(target.send([ada]));
    const verdict = classifyError(error);
    expect(verdict.action).toBe(action);
    expect(verdict.reason).not.toMatch(/Deserialization|undefined/);
    if ("message" in answer) expect((error as Error).message).toBe(answer.message);
    expect(sandbox.stats().requests.total).toBe(earlier + 1);
    await target.send([ada]);
    expect(sandbox.endpoints("app1")).toHaveLength(1);
  });

  it("tells how long to wait", async () => {
    const sandbox = await startSandbox();
    const target = await createUsedTarget({ endpointUrl: sandbox.url });
    sandbox.failNext({ status: 429, headers: { "Retry-After": "4" } });
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({ retryAfterMs: 4_000 });
  });

  it.each(["before its headers", "behind them"])(
    "that does not come in time, %s, is a failed try",
    async (when) => {
      let answers = 0;
      const { url } = await startRecorder((request, response) => {
        answers += 1;
        if (answers <= earlier) accept(request, response);
        else if (when === "behind them") response.writeHead(202, { "content-length": 100 }).write("{");
      });
      const target = await createUsedTarget({ endpointUrl: url, requestTimeoutMs: 100 });
      const verdict = classifyError(await toError(target.send([ada])));
      expect(verdict.action).toBe("retry");
      expect(verdict.unreachable).toBeUndefined();
    },
  );

  it("tells by how much the clock is wrong: the next try is signed with the service's time", async () => {
    const ahead = 3_600_000;
    const dates: (string | undefined)[] = [];
    const { url } = await startRecorder((request, response) => {
      dates.push(request.headers["x-amz-date"] as string);
      if (dates.length <= earlier) return accept(request, response);
      response.setHeader("date", new Date(Date.now() + ahead).toUTCString());
      if (dates.length > earlier + 1) return accept(request, response);
      response.writeHead(403, { "x-amzn-errortype": "RequestTimeTooSkewed" });
      response.end('{"Message":"Signature expired"}');
    });
    const target = await createUsedTarget({ endpointUrl: url });
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({ action: "retry" });
    await target.send([ada]);
    const [first, second] = dates
      .slice(earlier)
      .map((date) =>
        Date.parse((date ?? "").replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5:$6Z")),
      );
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(0.9 * ahead);
  });
});

describe("an answer", () => {
  it("that can come from nobody is told as such", async () => {
    const { url } = await startRecorder();
    const { port } = new URL(url);
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const free = (server.address() as AddressInfo).port;
    server.close();
    await once(server, "close");
    expect(free).not.toBe(Number(port));
    const target = await createTarget({ endpointUrl: `http://127.0.0.1:${free}` });
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({
      action: "retry",
      unreachable: true,
    });
  });

  it("in plain HTTP where TLS was asked for counts as unreachable", async () => {
    const { url } = await startRecorder();
    const target = await createTarget({ endpointUrl: url.replace("http:", "https:") });
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({ unreachable: true });
  });
});

describe("configuration", () => {
  it("without a region is an error with its code", async () => {
    const error = await createBareTarget({ credentials }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "region_missing" });
    expect((error as Error).message).toContain("--region");
  });

  it("without credentials is an error with its code", async () => {
    const error = await createBareTarget({ region: "us-east-1" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "credentials_missing" });
    expect((error as Error).message).toContain("AWS_ACCESS_KEY_ID");
    expect((error as Error).message).not.toContain("\n");
  });

  it("with a profile that does not exist is an error", async () => {
    const error = await createBareTarget({ profile: "nobody" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
  });

  it.each(["pinpoint", "127.0.0.1:8080", "ftp://example.com", "http://", "://x"])(
    "with %s for an endpoint URL is an error",
    async (endpointUrl) => {
      await expect(createTarget({ endpointUrl })).rejects.toMatchObject({ code: "endpoint_url_invalid" });
      await expect(createTarget({ endpointUrl })).rejects.toBeInstanceOf(ConfigurationError);
    },
  );

  it("comes from the environment", async () => {
    const { url, requests } = await startRecorder();
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "fromenvironment");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_ENDPOINT_URL_PINPOINT", url);
    const target = await createBareTarget();
    onTestFinished(() => target.close());
    await target.send([ada]);
    expect(requests[0]?.headers.authorization).toMatch(/fromenvironment\/\d+\/eu-west-1\//);
    expect(target.description).toEqual({ applicationId: "app1", region: "eu-west-1", endpointUrl: url });
  });

  it("comes from a profile", async () => {
    const { url, requests } = await startRecorder();
    await writeFile(process.env.AWS_CONFIG_FILE ?? "", "[profile mail]\nregion = ap-southeast-2\n");
    await writeFile(
      process.env.AWS_SHARED_CREDENTIALS_FILE ?? "",
      "[mail]\naws_access_key_id = fromprofile\naws_secret_access_key = secret\n",
    );
    const target = await createBareTarget({ profile: "mail", endpointUrl: url });
    onTestFinished(() => target.close());
    await target.send([ada]);
    expect(requests[0]?.headers.authorization).toMatch(/fromprofile\/\d+\/ap-southeast-2\//);
  });

  it("names no endpoint URL where the region's own is used", async () => {
    const target = await createTarget({});
    expect(target.description.endpointUrl).toBeNull();
  });
});

describe("a request for one endpoint", () => {
  it("goes to its own address, which carries the Id, and has the rest as its body", async () => {
    const { url, requests } = await startRecorder();
    const target = await createTarget({ endpointUrl: url });
    await target.sendOne(
      endpointOf({ Id: "a b/c:d+é", ChannelType: "EMAIL", Attributes: { Ort: ["Zürich"] } }),
    );
    const [request] = requests;
    expect(request?.method).toBe("PUT");
    expect(request?.url).toBe("/v1/apps/app1/endpoints/a%20b%2Fc%3Ad%2B%C3%A9");
    expect(JSON.parse(request?.body ?? "")).toEqual({
      ChannelType: "EMAIL",
      Attributes: { Ort: ["Zürich"] },
    });
  });

  it("does to the store what a batch of one does", async () => {
    const sandbox = await startSandbox();
    const target = await createTarget({ endpointUrl: sandbox.url });
    await target.send([endpointOf({ ...JSON.parse(ada.json), Id: "one" })]);
    await target.sendOne(endpointOf({ ...JSON.parse(ada.json), Id: "two" }));
    const [one, two] = sandbox
      .endpoints("app1")
      .map(({ Address, ChannelType, OptOut }) => [Address, ChannelType, OptOut]);
    expect(two).toEqual(one);
  });

  it("that is refused is thrown as a batch is", async () => {
    const sandbox = await startSandbox();
    sandbox.refuse(() => "not this one");
    const target = await createTarget({ endpointUrl: sandbox.url });
    expect(classifyError(await toError(target.sendOne(ada)))).toMatchObject({ action: "isolate" });
  });
});

describe("credentials that expire on the way", () => {
  /** Refuses every key but one, as AWS does with a token that has expired. */
  const startGate = async (isGood: (authorization: string) => boolean) =>
    startRecorder((request, response) => {
      if (isGood(request.headers.authorization ?? "")) accept(request, response);
      else {
        response.writeHead(403, { "x-amzn-errortype": "ExpiredTokenException" });
        response.end('{"Message":"The security token included in the request is expired"}');
      }
    });

  const writeKeys = (keyId: string) =>
    writeFile(
      process.env.AWS_SHARED_CREDENTIALS_FILE ?? "",
      `[default]\naws_access_key_id = ${keyId}\naws_secret_access_key = s\naws_session_token = of-${keyId}\n`,
    );

  it("are taken anew from where they came from, and the request is made again", async () => {
    await writeKeys("OLD");
    const { url, requests } = await startGate((authorization) => authorization.includes("NEW"));
    const target = await createBareTarget({ endpointUrl: url, region: "us-east-1" });
    await writeKeys("NEW");
    await target.send([ada]);
    await target.send([ada]);
    expect(requests).toHaveLength(3);
  });

  it("are taken anew once for all requests under way", async () => {
    await writeKeys("OLD");
    const { url, requests } = await startGate((authorization) => authorization.includes("NEW"));
    const target = await createBareTarget({ endpointUrl: url, region: "us-east-1", concurrency: 5 });
    await writeKeys("NEW");
    await Promise.all(Array.from({ length: 5 }, () => target.send([ada])));
    expect(requests).toHaveLength(10);
  });

  it("are the error where there are no newer ones", async () => {
    await writeKeys("OLD");
    const { url, requests } = await startGate(() => false);
    const target = await createBareTarget({ endpointUrl: url, region: "us-east-1" });
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({ action: "stop", status: 403 });
    expect(requests).toHaveLength(1);
  });

  it("are the error where the newer ones are refused too", async () => {
    await writeKeys("OLD");
    const { url, requests } = await startGate(() => false);
    const target = await createBareTarget({ endpointUrl: url, region: "us-east-1" });
    await writeKeys("NEW");
    expect(classifyError(await toError(target.send([ada])))).toMatchObject({ action: "stop" });
    expect(requests).toHaveLength(2);
  });
});
