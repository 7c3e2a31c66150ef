import type { Applications } from "./applications.js";
import type { SandboxBehaviors } from "./behaviors.js";
import { checkId } from "./parse-endpoint-change.js";
import { notFound } from "./service-error.js";
import type { ServiceRequest, ServiceResult } from "./service-request.js";
import type { EndpointResponse } from "./stored-endpoint.js";

/** GetUserEndpoints and DeleteUserEndpoints (reference §2). */
export function createUserOperations(applications: Applications, behaviors: SandboxBehaviors) {
  const answer = (status: number, endpoints: readonly EndpointResponse[]): ServiceResult => {
    if (endpoints.length === 0 && behaviors.unknownUser === "not-found") throw notFound();
    return { status, body: { Item: endpoints } };
  };

  return {
    GetUserEndpoints({ labels: [applicationId = "", userId = ""] }: ServiceRequest): ServiceResult {
      checkId(userId, "User.UserId");
      return answer(200, applications.open(applicationId).store.read().ofUser(userId));
    },

    DeleteUserEndpoints({ labels: [applicationId = "", userId = ""] }: ServiceRequest): ServiceResult {
      checkId(userId, "User.UserId");
      const removed = applications.open(applicationId).store.write((store) => {
        const endpoints = store.ofUser(userId);
        for (const { Id } of endpoints) store.remove(Id);
        return endpoints;
      });
      return answer(202, removed);
    },
  };
}
