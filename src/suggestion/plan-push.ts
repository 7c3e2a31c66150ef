import type { FieldRule } from "../mapping/mapping-definition.js";
import type { Omission, PlannedEntry } from "./plan.js";
import { quote } from "./plan.js";
import { foldHeader } from "./read-header.js";
import type { Column } from "./recognize-columns.js";
import { toPushChannel } from "./value-forms.js";

/** Devices of a row for which entries are made. */
const MAX_DEVICES = 3;

/** Entries for tokens of devices: one a column, or one for each place in a list. */
export function planPush(columns: readonly Column[]): {
  readonly entries: readonly Omit<PlannedEntry, "omissions">[];
  readonly omissions: readonly Omission[];
} {
  const entries: Omit<PlannedEntry, "omissions">[] = [];
  const omissions: Omission[] = [];
  for (const token of columns.filter(({ meaning }) => meaning === "pushToken")) {
    const owner = token.profile.name.split(".").slice(0, -1).join(".");
    const list = columns.find(({ profile }) => profile.isStructure && profile.name === owner);
    const platform = columns.find(
      ({ meaning, profile }) =>
        meaning === "platform" && profile.name.split(".").slice(0, -1).join(".") === owner,
    );
    const constant = toConstantChannel(token.profile.name);
    if (platform === undefined && constant === undefined) {
      omissions.push({
        doubt: `column ${quote(token.profile.name)} holds tokens of devices, and no column says of which platform: add an entry with the ChannelType APNS or GCM`,
      });
      continue;
    }
    const devices = Math.min(MAX_DEVICES, list?.profile.longestList ?? 0);
    const places = list === undefined ? [undefined] : Array.from({ length: devices }, (_, index) => index);
    for (const place of places) {
      const at = (name: string) =>
        place === undefined ? name : `${owner}.${place}.${name.slice(owner.length + 1)}`;
      entries.push(toEntry(at(token.profile.name), platform, constant, at, entries.length));
    }
  }
  return { entries, omissions };
}

function toEntry(
  token: string,
  platform: Column | undefined,
  constant: string | undefined,
  at: (name: string) => string,
  index: number,
): Omit<PlannedEntry, "omissions"> {
  const present = { column: token, present: true } as const;
  const known = (platform?.profile.values ?? []).filter((value) => toPushChannel(value) !== undefined);
  const column = platform === undefined ? "" : at(platform.profile.name);
  const channelType: FieldRule =
    platform === undefined
      ? { value: constant ?? "GCM" }
      : ({
          column,
          values: Object.fromEntries(known.map((value) => [value, toPushChannel(value)])),
          required: true,
        } as FieldRule);
  return {
    name: index === 0 ? "push" : `push ${index + 1}`,
    when: platform === undefined ? present : { all: [present, { column, in: known }] },
    rules: [
      {
        field: "ChannelType",
        rule: channelType,
        why:
          platform === undefined
            ? undefined
            : "Pinpoint has no channel for other platforms: their tokens are passed over.",
      },
      { field: "Address", rule: { column: token, required: true } },
    ],
  };
}

function toConstantChannel(name: string): string | undefined {
  const words = foldHeader(name).split(" ");
  if (words.some((word) => ["apns", "ios", "apple"].includes(word))) return "APNS";
  return words.some((word) => ["fcm", "gcm", "firebase", "android"].includes(word)) ? "GCM" : undefined;
}
