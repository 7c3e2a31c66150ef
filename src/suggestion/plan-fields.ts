import type { RowValues, SourceColumns } from "../domain.js";
import type { FieldRule, TransformDefinition } from "../mapping/mapping-definition.js";
import { toCleanName } from "../mapping/to-clean-name.js";
import { chooseColumn } from "./choose-columns.js";
import { toLanguageCode } from "./language-names.js";
import { type Omission, type PlannedRule, quote, quoteAll, toCleaning, toRule } from "./plan.js";
import type { ColumnProfile } from "./profile-columns.js";
import type { Column, Meaning } from "./recognize-columns.js";
import { isLocale, isNumberWithin, toLocaleCode } from "./value-forms.js";

/** Pinpoint's limit of city and region (API reference, EndpointLocation). */
const MAX_PLACE_CHARACTERS = 75;

export interface PlannedFields {
  readonly rules: readonly PlannedRule[];
  readonly omissions: readonly Omission[];
}

/** What is the same in every endpoint of a row: where and when, and how much. */
export function planFields(
  columns: readonly Column[],
  table: { readonly columns: SourceColumns; readonly rows: readonly RowValues[] },
): PlannedFields {
  const omissions: Omission[] = [];
  const rules: PlannedRule[] = [];
  // A text of CSV is a text; in JSON it may be an object in some row.
  const more = table.columns.kind === "json" ? ({ onInvalid: "omit" } as const) : {};
  const add = (meaning: Meaning, make: (column: Column) => PlannedRule): void => {
    const column = chooseColumn(columns, meaning);
    if (column !== undefined) rules.push(make(column));
  };
  add("updated", toEffectiveDate);
  for (const column of columns)
    if (column.meaning === "quantity" && !column.isAboutSomebodyElse) addMetric(column, rules);
  add("locale", toLocale);
  add("timezone", ({ profile }) => ({
    field: "Demographic.Timezone",
    rule: toRule(profile.name, [...toCleaning([profile]), "timezone"], { onInvalid: "omit" }),
  }));
  add("city", ({ profile }) => ({ field: "Location.City", rule: toPlace(profile, more) }));
  add("region", ({ profile }) => ({ field: "Location.Region", rule: toPlace(profile, more) }));
  add("postalCode", ({ profile }) => ({
    field: "Location.PostalCode",
    rule: toRule(
      profile.name,
      [...toCleaning([profile]), ...toUnquoting(profile), ...toUnsigning(profile), "trim"],
      more,
    ),
  }));
  add("country", ({ profile }) => ({
    field: "Location.Country",
    rule: toRule(profile.name, [...toCleaning([profile]), "country"], { onInvalid: "omit" }),
  }));
  const [latitude, longitude] = [chooseColumn(columns, "latitude"), chooseColumn(columns, "longitude")];
  if (latitude !== undefined && longitude !== undefined) {
    const pair = toCoordinates(latitude.profile, longitude.profile);
    if (areSound(table.rows.map(latitude.profile.read), table.rows.map(longitude.profile.read)))
      rules.push(...pair);
    else
      omissions.push({
        doubt: `some rows have one of ${quote(latitude.profile.name)} and ${quote(longitude.profile.name)} without the other, or beyond its limits: Pinpoint would refuse them, so both stay attributes`,
        example: { field: pair[0].field, rule: pair[0].rule },
      });
  }
  return { rules, omissions };
}

/** Spreadsheets mark a text by an apostrophe: `'00123`. */
export function toUnquoting({ values }: ColumnProfile): readonly TransformDefinition[] {
  return values.some((value) => value.startsWith("'")) ? [{ replace: { pattern: "^'" } }] : [];
}

/** The sign for postal codes is no part of them: `〒150-0002`. */
function toUnsigning({ values }: ColumnProfile): readonly TransformDefinition[] {
  return values.some((value) => value.startsWith("〒")) ? [{ replace: { pattern: "^〒" } }] : [];
}

function toPlace(profile: ColumnProfile, more: { readonly onInvalid?: "omit" }): FieldRule {
  return toRule(profile.name, [...toCleaning([profile]), "trim", { truncate: MAX_PLACE_CHARACTERS }], more);
}

function toEffectiveDate(column: Column): PlannedRule {
  return {
    field: "EffectiveDate",
    rule: toRule(column.profile.name, [...toCleaning([column.profile]), ...toDateTransforms(column)], {
      onInvalid: "omit",
    }),
    why: "When the contact last changed.",
    doubt: describeOrderDoubt(column),
  };
}

/** Codes, or names of languages, which a table translates. */
function toLocale({ profile }: Column): PlannedRule {
  const { name, values } = profile;
  const toCode = (value: string) => toLanguageCode(value) ?? toLocaleCode(value);
  const hasNames = values.some((value) => !isLocale(value) && toLanguageCode(value) !== undefined);
  const rule: FieldRule = !hasNames
    ? toRule(name, [...toCleaning([profile]), "locale"], { onInvalid: "omit" })
    : {
        column: name,
        values: Object.fromEntries(
          values.flatMap((value) => [[value, toCode(value)]].filter(([, code]) => code !== undefined)),
        ),
        onInvalid: "omit",
      };
  return { field: "Demographic.Locale", rule };
}

/** The transforms that read the dates of a column. */
export function toDateTransforms({ date }: Column): readonly TransformDefinition[] {
  const cleaning = date?.cleaning === undefined ? [] : [{ replace: date.cleaning }];
  const { formats = ["iso"], locale, needsZone = false } = date ?? {};
  const [first = "iso"] = formats;
  const format = formats.length === 1 ? first : formats;
  if (!needsZone && locale === undefined) return [...cleaning, { date: format }];
  const options = {
    format,
    ...(needsZone ? { zone: "UTC" } : {}),
    ...(locale === undefined ? {} : { locale }),
  };
  return [...cleaning, { date: options }];
}

/** Where no value tells day and month apart. */
export function describeOrderDoubt({ profile, date }: Column): string | undefined {
  if (date?.isAmbiguous !== true) return undefined;
  return `no value of column ${quote(profile.name)} tells day and month apart, and the ${date.order ?? "day"} is taken to come first: turn "format" round if that is wrong`;
}

/** Times that name no zone, of all the columns that are read as dates. */
export function describeZoneDoubt(columns: readonly Column[], used: ReadonlySet<string>): readonly string[] {
  const names = columns
    .filter(({ date, profile }) => date?.needsZone === true && used.has(profile.name))
    .map(({ profile }) => profile.name);
  if (names.length === 0) return [];
  const which = `column${names.length === 1 ? "" : "s"} ${quoteAll(names)}`;
  return [
    `the times in ${which} name no zone and are read as UTC: set "zone" to that of the program that wrote them`,
  ];
}

function addMetric(column: Column, rules: PlannedRule[]): void {
  const { profile, number } = column;
  const field = `Metrics.${toCleanName(profile.name)}` as const;
  if (field === "Metrics." || rules.some((rule) => rule.field === field)) return;
  const currency: readonly TransformDefinition[] =
    number?.currency === undefined ? [] : [{ replace: { pattern: number.currency } }];
  const parse: TransformDefinition = number?.options === undefined ? "number" : { number: number.options };
  rules.push({
    field,
    rule: toRule(profile.name, [...toCleaning([profile]), ...currency, parse], { onInvalid: "omit" }),
    doubt: number?.isAmbiguous
      ? `in column ${quote(profile.name)} the "." is taken ${number.options?.group === "." ? 'to stand between thousands: write "number" if it stands before decimals' : 'to stand before decimals: write { "number": { "decimal": ",", "group": "." } } if it stands between thousands'}`
      : undefined,
  });
}

function toCoordinates(
  latitude: ColumnProfile,
  longitude: ColumnProfile,
): readonly [PlannedRule, PlannedRule] {
  const rule = (profile: ColumnProfile) =>
    toRule(profile.name, [...toCleaning([profile]), "number"], { onInvalid: "omit" });
  return [
    { field: "Location.Latitude", rule: rule(latitude) },
    { field: "Location.Longitude", rule: rule(longitude) },
  ];
}

/** Whether every row has both within their limits, or none: Pinpoint takes nothing else. */
function areSound(latitudes: readonly unknown[], longitudes: readonly unknown[]): boolean {
  const isLatitude = isNumberWithin(90);
  const isLongitude = isNumberWithin(180);
  return latitudes.every((latitude, index) => {
    const longitude = longitudes[index];
    if (latitude === undefined && longitude === undefined) return true;
    return isLatitude(String(latitude)) && isLongitude(String(longitude));
  });
}
