import { randomUUID } from "node:crypto";
import { MAX_APPLICATIONS } from "./limits.js";
import { createReplicatedStore, type ReplicatedStore } from "./replicated-store.js";
import type { NormalizedSandboxOptions } from "./sandbox-options.js";
import { badRequest, notFound } from "./service-error.js";

/** A project with what it holds. */
export interface Application {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly creationDate: string;
  /** Grows with each application; page tokens point at it, so that they survive deletions. */
  readonly sequence: number;
  readonly store: ReplicatedStore;
}

/** The projects of the account. */
export interface Applications {
  /** In order of creation. */
  list(): Application[];
  get(id: string): Application | undefined;
  /** @throws ServiceError 404 */
  require(id: string): Application;
  /** @throws ServiceError 400 if there are 100 already. */
  create(name: string, tags: Readonly<Record<string, string>>): Application;
  /** The application of an endpoint call: an unused one if there is none yet, unless applications must be created. */
  open(id: string): Application;
  /** Keeps an application from {@link open}, once something was written to it. */
  keep(application: Application): void;
  delete(id: string): void;
}

export function createApplications(
  options: Pick<NormalizedSandboxOptions, "strictApps" | "behaviors" | "now">,
): Applications {
  const applications = new Map<string, Application>();
  let lastSequence = 0;

  const build = (id: string, name: string, tags: Readonly<Record<string, string>>): Application => {
    if (applications.size >= MAX_APPLICATIONS) {
      throw badRequest(`Exceeded maximum application count: ${MAX_APPLICATIONS}`);
    }
    lastSequence += 1;
    return {
      id,
      name,
      tags,
      creationDate: new Date(options.now()).toISOString(),
      sequence: lastSequence,
      store: createReplicatedStore(id, options.behaviors, options.now),
    };
  };

  const require = (id: string) => {
    const application = applications.get(id);
    if (application === undefined) throw notFound();
    return application;
  };

  return {
    list: () => [...applications.values()],
    get: (id) => applications.get(id),
    require,
    create(name, tags) {
      // 32 lower-case hex digits, as the service's ids are (reference §2).
      const application = build(randomUUID().replaceAll("-", ""), name, tags);
      applications.set(application.id, application);
      return application;
    },
    open: (id) => (options.strictApps ? require(id) : (applications.get(id) ?? build(id, id, {}))),
    keep(application) {
      applications.set(application.id, application);
    },
    delete(id) {
      applications.delete(id);
    },
  };
}
