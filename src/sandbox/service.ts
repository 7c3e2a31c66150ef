import { createApplicationOperations } from "./application-operations.js";
import type { Applications } from "./applications.js";
import { createAttributeOperations } from "./attribute-operations.js";
import { createEndpointOperations, type RefusalPredicate } from "./endpoint-operations.js";
import type { Operation } from "./route-request.js";
import type { NormalizedSandboxOptions } from "./sandbox-options.js";
import { badRequest, ServiceError } from "./service-error.js";
import type { ServiceRequest, ServiceResult } from "./service-request.js";
import { createThrottle } from "./throttle.js";
import { createUserOperations } from "./user-operations.js";

/** The service behind the HTTP: one routed request in, one result out. */
export type Service = (request: ServiceRequest, isSigned: boolean) => ServiceResult;

/**
 * Puts the operations together and guards them: access, retirement, quota.
 *
 * @returns a function that throws ServiceError for whatever the service refuses
 */
export function createService(
  options: NormalizedSandboxOptions,
  applications: Applications,
  refusalOf: RefusalPredicate,
): Service {
  const { behaviors, now } = options;
  const throttle = createThrottle(options);
  const operations: Record<Operation, (request: ServiceRequest) => ServiceResult> = {
    ...createApplicationOperations(applications, behaviors),
    ...createEndpointOperations({ applications, behaviors, now, refusalOf }),
    ...createUserOperations(applications, behaviors),
    ...createAttributeOperations(applications, behaviors),
    CreateImportJob: refuseImportJobs,
    GetImportJobs: refuseImportJobs,
    GetImportJob: refuseImportJobs,
    Options: () => ({ status: 200, body: undefined }),
  };
  return (request, isSigned) => {
    // A browser asks OPTIONS before it has anything to sign.
    if (request.operation === "Options") return operations.Options(request);
    if (behaviors.retired !== "no") {
      throw new ServiceError(Number(behaviors.retired), "Amazon Pinpoint has reached its end of support");
    }
    if (behaviors.missingAuthorization === "refused" && !isSigned) {
      throw new ServiceError(403, "Missing Authentication Token");
    }
    throttle(request.operation);
    return operations[request.operation](request);
  };
}

function refuseImportJobs(): never {
  throw badRequest("The sandbox does not run import jobs");
}
