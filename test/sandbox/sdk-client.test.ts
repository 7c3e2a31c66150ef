import {
  BadRequestException,
  CreateAppCommand,
  CreateImportJobCommand,
  DeleteAppCommand,
  DeleteEndpointCommand,
  DeleteUserEndpointsCommand,
  GetAppCommand,
  GetAppsCommand,
  GetEndpointCommand,
  GetUserEndpointsCommand,
  InternalServerErrorException,
  NotFoundException,
  PayloadTooLargeException,
  PinpointClient,
  RemoveAttributesCommand,
  TooManyRequestsException,
  UpdateEndpointCommand,
  UpdateEndpointsBatchCommand,
} from "@aws-sdk/client-pinpoint";
import { afterEach, expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { APP, email, startSandbox } from "./start-sandbox.js";

const clients: PinpointClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function createClient(sandbox: Sandbox, path = ""): PinpointClient {
  const client = new PinpointClient({
    endpoint: sandbox.url + path,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

const id = { ApplicationId: APP };
const batch = (...Item: object[]) =>
  new UpdateEndpointsBatchCommand({ ...id, EndpointBatchRequest: { Item: Item as never } });

test("the JavaScript SDK does all that the sandbox offers", async () => {
  const client = createClient(await startSandbox());
  const { ApplicationResponse: app } = await client.send(
    new CreateAppCommand({ CreateApplicationRequest: { Name: "demo", tags: { a: "b" } } }),
  );
  expect((await client.send(new GetAppCommand({ ApplicationId: app?.Id }))).ApplicationResponse).toEqual(app);
  expect((await client.send(new GetAppsCommand({ PageSize: "1" }))).ApplicationsResponse).toEqual({
    Item: [app],
  });

  const endpointId = "a b/c:d+é";
  const item = email("a", {
    Attributes: { N: ["ü"] },
    User: { UserId: "u/1", UserAttributes: { M: ["1"] } },
  });
  const put = await client.send(batch({ ...item, Id: endpointId }, email("b")));
  expect(put.$metadata.httpStatusCode).toBe(202);
  expect(put.MessageBody).toEqual({ Message: "Accepted", RequestID: put.$metadata.requestId });
  await client.send(
    new UpdateEndpointCommand({ ...id, EndpointId: endpointId, EndpointRequest: { Metrics: { m: 1.5 } } }),
  );
  const read = await client.send(new GetEndpointCommand({ ...id, EndpointId: endpointId }));
  expect(read.EndpointResponse).toMatchObject({ ...item, Id: endpointId, Metrics: { m: 1.5 } });
  const ofUser = await client.send(new GetUserEndpointsCommand({ ...id, UserId: "u/1" }));
  expect(ofUser.EndpointsResponse?.Item).toEqual([read.EndpointResponse]);
  const removed = await client.send(
    new RemoveAttributesCommand({
      ...id,
      AttributeType: "endpoint-custom-attributes",
      UpdateAttributesRequest: { Blacklist: ["N"] },
    }),
  );
  expect(removed.AttributesResource).toMatchObject({
    AttributeType: "endpoint-custom-attributes",
    Attributes: [],
  });
  const deleted = await client.send(new DeleteUserEndpointsCommand({ ...id, UserId: "u/1" }));
  expect(deleted.EndpointsResponse?.Item).toHaveLength(1);
  const last = await client.send(new DeleteEndpointCommand({ ...id, EndpointId: "b" }));
  expect(last.EndpointResponse?.Id).toBe("b");
  await client.send(new DeleteAppCommand({ ApplicationId: app?.Id }));
});

test("the JavaScript SDK recognises the errors by class", async () => {
  const sandbox = await startSandbox({ requestsPerSecond: 1, now: () => 0 });
  const client = createClient(sandbox);
  const catchError = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error) => error);
  const refused = await catchError(client.send(batch({ Id: "a", ChannelType: "FAX" })));
  expect(refused).toBeInstanceOf(BadRequestException);
  expect(refused.message).toMatch(/ChannelType/);
  expect(refused.RequestID).toBe(refused.$metadata.requestId);
  expect(await catchError(client.send(batch(email("a"))))).toBeInstanceOf(TooManyRequestsException);
  const job = { Format: "CSV", RoleArn: "arn", S3Url: "s3://b/k" } as const;
  const imported = await catchError(
    client.send(new CreateImportJobCommand({ ...id, ImportJobRequest: job })),
  );
  expect(imported).toBeInstanceOf(BadRequestException);
  const get = new GetEndpointCommand({ ...id, EndpointId: "a" });
  expect(await catchError(client.send(get))).toBeInstanceOf(NotFoundException);
  sandbox.failNext({ status: 500 }, { drop: true });
  expect(await catchError(client.send(get))).toBeInstanceOf(InternalServerErrorException);
  expect((await catchError(client.send(get))).$metadata.httpStatusCode).toBeUndefined();
  const huge = Array.from({ length: 100 }, (_, index) =>
    email(`e${index}`, { RequestId: "x".repeat(80_000) }),
  );
  expect(await catchError(client.send(batch(...huge)))).toBeInstanceOf(PayloadTooLargeException);
});

test("the sandbox catches what the JavaScript SDK lets through", async () => {
  const client = createClient(await startSandbox());
  for (const item of [
    email("a", { Metrics: { m: Number.NaN } }),
    email("a", { Metrics: { m: Number.POSITIVE_INFINITY } }),
    email("a", { Metrics: { m: "3.5" } }),
    email("a", { User: { UserAttributes: { FirstName: "Richard" } } }),
  ]) {
    await expect(client.send(batch(item))).rejects.toBeInstanceOf(BadRequestException);
  }
  const empty = new UpdateEndpointsBatchCommand({ ApplicationId: "", EndpointBatchRequest: { Item: [] } });
  await expect(client.send(empty)).rejects.toBeInstanceOf(NotFoundException);
});

test("an endpoint with a base path and a trailing slash works", async () => {
  const sandbox = await startSandbox();
  await createClient(sandbox, "/base/").send(batch(email("a")));
  await createClient(sandbox, "/").send(batch(email("b")));
  expect(sandbox.endpoints(APP)).toHaveLength(2);
});
