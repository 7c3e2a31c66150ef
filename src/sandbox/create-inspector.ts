import pLimit from "p-limit";
import type { Application, Applications } from "./applications.js";
import { compileSearch } from "./compile-search.js";
import { findEndpoints } from "./find-endpoints.js";
import { type Inspection, SEARCH_FIELDS, type SearchField } from "./inspection.js";
import { readAfter, readLimit, readQuery } from "./read-query.js";
import type { RecentRequests } from "./recent-requests.js";
import type { SandboxStats } from "./request-stats.js";
import { badRequest, notFound } from "./service-error.js";

interface InspectorOptions {
  readonly applications: Applications;
  readonly recentRequests: RecentRequests;
  readonly stats: () => SandboxStats;
}

type Answers = {
  readonly [Path in keyof Inspection]: (
    query: string,
    isAbandoned: () => boolean,
  ) => Inspection[Path] | Promise<Inspection[Path]>;
};

/** Answers what the sandbox is asked about itself. Its functions throw ServiceError for a wrong question. */
export function createInspector({ applications, recentRequests, stats }: InspectorOptions): Answers {
  // Several at a time would take no less time, but hold up all others. Each waits on its own connection, and ends with it.
  const oneSearch = pLimit(1);

  const find = (id: string | undefined): Application => {
    if (id === undefined) throw badRequest("application: missing; /_sandbox/applications lists them");
    const application = applications.get(id);
    if (application === undefined) throw notFound(`application: there is no ${JSON.stringify(id)}`);
    return application;
  };

  return {
    // The one answer that takes any query: it has always done.
    "/_sandbox/stats": stats,

    "/_sandbox/applications"(query) {
      readQuery(query, []);
      return {
        applications: applications.list().map(({ id, name, creationDate, store }) => ({
          id,
          name,
          creationDate,
          endpoints: store.written.size,
        })),
      };
    },

    async "/_sandbox/endpoints"(query, isAbandoned) {
      const asked = readQuery(query, ["application", "q", "in", "after", "limit"]);
      const { id, store } = find(asked.get("application"));
      const fits = compileSearch(asked.get("q") ?? "", readField(asked.get("in")));
      const after = readAfter(asked.get("after"));
      const limit = readLimit(asked.get("limit"));
      const page = await oneSearch(() => findEndpoints(store.written, { fits, after, limit, isAbandoned }));
      return { application: id, ...page };
    },

    "/_sandbox/endpoint"(query) {
      const asked = readQuery(query, ["application", "id"]);
      const { store } = find(asked.get("application"));
      const id = asked.get("id");
      if (id === undefined) throw badRequest("id: missing");
      const endpoint = store.written.get(id);
      if (endpoint === undefined) throw notFound(`id: there is no endpoint ${JSON.stringify(id)}`);
      return endpoint;
    },

    "/_sandbox/requests"(query) {
      const asked = readQuery(query, ["after", "limit"]);
      return recentRequests.page(readAfter(asked.get("after")), readLimit(asked.get("limit")));
    },
  };
}

function readField(text: string | undefined): SearchField | undefined {
  if (text === undefined) return undefined;
  const field = SEARCH_FIELDS.find((name) => name === text);
  if (field === undefined) throw badRequest(`in: expected one of ${SEARCH_FIELDS.join(", ")}`);
  return field;
}
