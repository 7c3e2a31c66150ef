import type { Applications } from "./applications.js";
import type { SandboxBehaviors } from "./behaviors.js";
import type { EndpointStore } from "./endpoint-store.js";
import { MAX_BATCH_ITEMS } from "./limits.js";
import { checkId, checkItemSize, type EndpointChange, parseEndpointChange } from "./parse-endpoint-change.js";
import { isJsonObject, type JsonObject } from "./read-member.js";
import { badRequest, notFound, ServiceError } from "./service-error.js";
import { parseJsonBody, type ServiceRequest, type ServiceResult } from "./service-request.js";

/** Names a reason to refuse an item (an EndpointBatchItem as sent), or undefined to let it pass. */
export type RefusalPredicate = (item: Readonly<Record<string, unknown>>) => string | undefined;

interface EndpointOperationsOptions {
  readonly applications: Applications;
  readonly behaviors: SandboxBehaviors;
  readonly now: () => number;
  /** What tests have set to be refused. */
  readonly refusalOf: RefusalPredicate;
}

/** UpdateEndpointsBatch, UpdateEndpoint, GetEndpoint and DeleteEndpoint (reference §2, §5). */
export function createEndpointOperations(options: EndpointOperationsOptions) {
  const { applications, behaviors, now, refusalOf } = options;

  const parse = (item: JsonObject, pathId?: string): EndpointChange => {
    if (behaviors.endpointSize === "item") checkItemSize(item);
    const change = parseEndpointChange(item, pathId, behaviors);
    const refusal = refusalOf(pathId === undefined ? item : { ...item, Id: pathId });
    if (refusal !== undefined) throw badRequest(refusal);
    return change;
  };

  const parseBatch = (items: readonly unknown[]): EndpointChange[] => {
    const changes: EndpointChange[] = [];
    const keys = new Set<string>();
    for (const item of items) {
      orDropped(() => {
        if (!isJsonObject(item)) throw badRequest("Item: expected a list of objects");
        const change = parse(item);
        if (keys.has(change.key) && behaviors.duplicateId === "refused") {
          throw badRequest("Item: an Id occurs more than once");
        }
        keys.add(change.key);
        changes.push(change);
      });
    }
    return changes;
  };

  /** Runs the work of one item. A refusal ends the batch, or only the item, as the switch `badItem` says. */
  const orDropped = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (behaviors.badItem === "refuses-batch" || !(error instanceof ServiceError)) throw error;
    }
  };

  const accept = (
    { labels: [applicationId = ""], requestId }: ServiceRequest,
    readChanges: () => readonly EndpointChange[],
    applyOne: (work: () => void, store: EndpointStore) => void,
  ): ServiceResult => {
    const application = applications.open(applicationId);
    const changes = readChanges();
    const moment = { date: new Date(now()).toISOString(), requestId };
    const items = application.store.write((store) => {
      let applied = 0;
      for (const change of changes) {
        applyOne(() => {
          store.apply(change, moment);
          applied += 1;
        }, store);
      }
      return applied;
    });
    applications.keep(application);
    return { status: 202, body: { RequestID: requestId, Message: "Accepted" }, items };
  };

  return {
    UpdateEndpointsBatch(request: ServiceRequest): ServiceResult {
      return accept(
        request,
        () => parseBatch(readItems(parseJsonBody(request.body), behaviors)),
        (work, store) => {
          // Only an item that may be dropped needs a transaction of its own.
          if (behaviors.badItem === "refuses-batch") work();
          else orDropped(() => store.transaction(work));
        },
      );
    },

    UpdateEndpoint(request: ServiceRequest): ServiceResult {
      const [, endpointId = ""] = request.labels;
      return accept(
        request,
        () => [parse(parseJsonBody(request.body), endpointId)],
        (work) => work(),
      );
    },

    GetEndpoint({ labels: [applicationId = "", endpointId = ""] }: ServiceRequest): ServiceResult {
      checkId(endpointId, "Id");
      const endpoint = applications.require(applicationId).store.read().get(endpointId);
      if (endpoint === undefined) throw notFound();
      return { status: 200, body: endpoint };
    },

    DeleteEndpoint({ labels: [applicationId = "", endpointId = ""] }: ServiceRequest): ServiceResult {
      checkId(endpointId, "Id");
      const endpoint = applications.require(applicationId).store.write((store) => store.remove(endpointId));
      if (endpoint === undefined) throw notFound();
      return { status: 202, body: endpoint };
    },
  };
}

function readItems(body: JsonObject, behaviors: SandboxBehaviors): readonly unknown[] {
  const items = Object.hasOwn(body, "Item") ? body.Item : undefined;
  if (items === undefined) throw badRequest("Missing Item");
  if (!Array.isArray(items)) throw badRequest("Item: expected a list");
  if (items.length === 0 && behaviors.emptyBatch === "refused") throw badRequest("Item: the list is empty");
  if (items.length > MAX_BATCH_ITEMS) throw badRequest(`Item: more than ${MAX_BATCH_ITEMS} endpoints`);
  return items;
}
