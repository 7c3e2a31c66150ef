import { badRequest, notFound, ServiceError } from "./service-error.js";

/** Operations the sandbox routes; the import job calls are known and answered with an error. */
export type Operation =
  | "UpdateEndpointsBatch"
  | "UpdateEndpoint"
  | "GetEndpoint"
  | "DeleteEndpoint"
  | "GetUserEndpoints"
  | "DeleteUserEndpoints"
  | "RemoveAttributes"
  | "CreateImportJob"
  | "GetImportJobs"
  | "GetImportJob"
  | "CreateApp"
  | "GetApps"
  | "GetApp"
  | "DeleteApp"
  | "Options";

/** A request line that belongs to an operation. */
export interface Route {
  readonly operation: Operation;
  /** Path labels in order, decoded: the application, then the endpoint, user, attribute type or job. */
  readonly labels: readonly string[];
}

const LABEL = null;

/** Reference §2. A null stands for a label. */
const RESOURCES: readonly {
  readonly path: readonly (string | null)[];
  readonly methods: ReadonlyMap<string, Operation>;
}[] = [
  resource([], { POST: "CreateApp", GET: "GetApps" }),
  resource([LABEL], { GET: "GetApp", DELETE: "DeleteApp" }),
  resource([LABEL, "endpoints"], { PUT: "UpdateEndpointsBatch" }),
  resource([LABEL, "endpoints", LABEL], {
    PUT: "UpdateEndpoint",
    GET: "GetEndpoint",
    DELETE: "DeleteEndpoint",
  }),
  resource([LABEL, "users", LABEL], { GET: "GetUserEndpoints", DELETE: "DeleteUserEndpoints" }),
  resource([LABEL, "attributes", LABEL], { PUT: "RemoveAttributes" }),
  resource([LABEL, "jobs", "import"], { POST: "CreateImportJob", GET: "GetImportJobs" }),
  resource([LABEL, "jobs", "import", LABEL], { GET: "GetImportJob" }),
];

function resource(path: readonly (string | null)[], methods: Readonly<Record<string, Operation>>) {
  return { path, methods: new Map([...Object.entries(methods), ["OPTIONS", "Options"] as const]) };
}

/**
 * Finds the operation of a raw request path. Labels are decoded after the split, because ids may hold `%2F`.
 *
 * Anything before `/v1/apps` is passed over: a client whose endpoint has a base path sends `/base//v1/…` (reference §2).
 *
 * @throws ServiceError 404 for an unknown route or an empty label, 405 for a wrong method, 400 for a bad escape.
 */
export function routeRequest(method: string, rawPath: string): Route {
  const segments = rawPath.split("/");
  const start = segments.findIndex((segment, index) => segment === "v1" && segments[index + 1] === "apps");
  if (start === -1) throw notFound();
  const rest = segments.slice(start + 2);
  const found = RESOURCES.find(
    ({ path }) =>
      path.length === rest.length && path.every((part, index) => part === LABEL || part === rest[index]),
  );
  if (found === undefined) throw notFound();
  const rawLabels = rest.filter((_, index) => found.path[index] === LABEL);
  if (rawLabels.includes("")) throw notFound();
  const operation = found.methods.get(method);
  if (operation === undefined) {
    throw new ServiceError(405, `Method ${method} is not allowed on this resource`, {
      Allow: [...found.methods.keys()].join(", "),
    });
  }
  return { operation, labels: rawLabels.map(decodeLabel) };
}

function decodeLabel(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badRequest("The path holds an invalid percent escape");
  }
}
