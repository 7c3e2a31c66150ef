import type { Application, Applications } from "./applications.js";
import type { SandboxBehaviors } from "./behaviors.js";
import { MAX_APPLICATIONS } from "./limits.js";
import { type JsonObject, passWrongType, readObject, readString } from "./read-member.js";
import { badRequest } from "./service-error.js";
import { parseJsonBody, type ServiceRequest, type ServiceResult } from "./service-request.js";

/** The account number AWS uses in its examples. */
const ACCOUNT = "111122223333";

/** CreateApp, GetApps, GetApp and DeleteApp (reference §2). */
export function createApplicationOperations(applications: Applications, behaviors: SandboxBehaviors) {
  return {
    CreateApp(request: ServiceRequest): ServiceResult {
      const body = parseJsonBody(request.body);
      const name = readString(body, "Name", "", behaviors);
      if (!name) throw badRequest("Missing Name");
      const application = applications.create(name, parseTags(body, behaviors));
      return { status: 201, body: toResponse(application, request.region) };
    },

    GetApps(request: ServiceRequest): ServiceResult {
      const pageSize = readPageSize(request.query.get("page-size"));
      const after = readToken(request.query.get("token"));
      const rest = applications.list().filter(({ sequence }) => sequence > after);
      const page = rest.slice(0, pageSize);
      const last = page.at(-1);
      const hasMore = last !== undefined && rest.length > page.length;
      return {
        status: 200,
        body: {
          Item: page.map((application) => toResponse(application, request.region)),
          ...(hasMore ? { NextToken: toToken(last.sequence) } : {}),
        },
      };
    },

    GetApp({ labels: [id = ""], region }: ServiceRequest): ServiceResult {
      return { status: 200, body: toResponse(applications.require(id), region) };
    },

    DeleteApp({ labels: [id = ""], region }: ServiceRequest): ServiceResult {
      const application = applications.require(id);
      applications.delete(id);
      return { status: 200, body: toResponse(application, region) };
    },
  };
}

function toResponse(application: Application, region: string) {
  return {
    Arn: `arn:aws:mobiletargeting:${region}:${ACCOUNT}:apps/${application.id}`,
    CreationDate: application.creationDate,
    Id: application.id,
    Name: application.name,
    tags: application.tags,
  };
}

function parseTags(body: JsonObject, behaviors: SandboxBehaviors): Record<string, string> {
  const tags = Object.entries(readObject(body, "tags", "", behaviors) ?? {}).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" || passWrongType(`tags.${entry[0]}`, "a string", behaviors) !== undefined,
  );
  return Object.fromEntries(tags);
}

/** The service's own default is not established; all of an account fit on one page. */
function readPageSize(text: string | null): number {
  if (text === null) return MAX_APPLICATIONS;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw badRequest("page-size: expected a whole number above 0");
  return Number(text);
}

const TOKEN_PREFIX = "apps-after:";

function toToken(sequence: number): string {
  return Buffer.from(`${TOKEN_PREFIX}${sequence}`).toString("base64url");
}

function readToken(token: string | null): number {
  if (token === null) return 0;
  const text = Buffer.from(token, "base64url").toString();
  const sequence = text.startsWith(TOKEN_PREFIX) ? Number(text.slice(TOKEN_PREFIX.length)) : Number.NaN;
  if (!Number.isSafeInteger(sequence)) throw badRequest("token: not a token of this service");
  return sequence;
}
