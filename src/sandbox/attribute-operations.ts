import type { Applications } from "./applications.js";
import type { AttributeKind } from "./attribute-names.js";
import type { SandboxBehaviors } from "./behaviors.js";
import { badRequest } from "./service-error.js";
import { parseJsonBody, type ServiceRequest, type ServiceResult } from "./service-request.js";

/** Reference §2. */
const KIND_BY_TYPE: ReadonlyMap<string, AttributeKind> = new Map([
  ["endpoint-custom-attributes", "Attributes"],
  ["endpoint-metric-attributes", "Metrics"],
  ["endpoint-user-attributes", "UserAttributes"],
]);

/** RemoveAttributes: works on the application; values that endpoints hold stay (reference §2: M, A). */
export function createAttributeOperations(applications: Applications, behaviors: SandboxBehaviors) {
  return {
    RemoveAttributes({
      labels: [applicationId = "", attributeType = ""],
      body,
    }: ServiceRequest): ServiceResult {
      const application = applications.open(applicationId);
      const kind = KIND_BY_TYPE.get(attributeType);
      if (kind === undefined) {
        throw badRequest(`attribute-type: expected one of ${[...KIND_BY_TYPE.keys()].join(", ")}`);
      }
      const patterns = parseJsonBody(body).Blacklist ?? [];
      if (!isListOfStrings(patterns)) throw badRequest("Blacklist: expected a list of strings");
      const { removed, remaining } = application.store.write((store) => store.names.remove(kind, patterns));
      applications.keep(application);
      return {
        status: 200,
        body: {
          ApplicationId: applicationId,
          AttributeType: attributeType,
          Attributes: behaviors.removeAttributesReturns === "removed" ? removed : remaining,
        },
      };
    },
  };
}

function isListOfStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
