import type { Inspection } from "../../sandbox/inspection.js";
import { pageElement, setLink, setText } from "./page-element.js";
import { type Place, toHash } from "./place.js";

type Endpoint = Inspection["/_sandbox/endpoint"];

/** Shows all of an endpoint, or why it cannot be shown. */
export function showEndpoint(endpoint: Endpoint | string, place: Place): void {
  const isThere = typeof endpoint !== "string";
  pageElement("endpoint").hidden = false;
  setText(pageElement("endpoint-id"), isThere ? endpoint.Id : place.endpoint);
  setLink(pageElement("close-endpoint"), toHash({ ...place, endpoint: "" }));
  const userId = isThere ? endpoint.User.UserId : undefined;
  setLink(
    pageElement("same-user"),
    userId === undefined ? undefined : toHash({ ...place, q: userId, in: "user", after: 0 }),
  );
  pageElement("no-endpoint").hidden = isThere;
  setText(pageElement("no-endpoint"), isThere ? "" : endpoint);
  pageElement("whole").hidden = !isThere;

  const json = pageElement("json");
  const text = isThere ? JSON.stringify(endpoint, null, 2) : "";
  // The same endpoint again: nothing moves.
  if (json.textContent === text) return;
  setText(json, text);
  pageElement("members").replaceChildren(...(isThere ? toSections(endpoint) : []));
}

export function hideEndpoint(): void {
  pageElement("endpoint").hidden = true;
}

function toSections(endpoint: Endpoint): HTMLElement[] {
  const { Attributes, Metrics, Location, Demographic, User, ...plain } = endpoint;
  const { Id, ChannelType, Address, EndpointStatus, OptOut, ...rest } = plain;
  const { UserAttributes = {}, UserId } = User;
  const first = { Id, ChannelType, Address, EndpointStatus, OptOut, UserId };
  return [
    toList(Object.entries({ ...first, ...rest })),
    ...toSection("Attributes", Attributes),
    ...toSection("User attributes", UserAttributes),
    ...toSection("Metrics", Metrics),
    ...toSection("Location", Location),
    ...toSection("Demographic", Demographic),
  ];
}

type Value = string | number | readonly string[] | undefined;

function toSection(title: string, members: Readonly<Record<string, Value>>): HTMLElement[] {
  const entries = Object.entries(members);
  if (entries.length === 0) return [];
  const heading = document.createElement("h3");
  heading.textContent = title;
  return [heading, toList(entries)];
}

function toList(entries: readonly (readonly [string, Value])[]): HTMLElement {
  const list = document.createElement("dl");
  for (const [name, value] of entries) {
    const term = document.createElement("dt");
    term.textContent = name;
    const values = typeof value === "object" ? value : [String(value ?? "–")];
    const descriptions = (values.length === 0 ? ["(empty)"] : values).map((text) => {
      const description = document.createElement("dd");
      description.textContent = text;
      return description;
    });
    const group = [term, ...descriptions];
    list.append(...group);
  }
  return list;
}
