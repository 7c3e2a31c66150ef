/**
 * The mapping file as a type: what `mappings/mapping.schema.json` describes for editors, for those who write a
 * mapping in TypeScript.
 */

export const TEXT_FIELDS = [
  "Id",
  "ChannelType",
  "Address",
  "OptOut",
  "EffectiveDate",
  "RequestId",
  "EndpointStatus",
  "Demographic.AppVersion",
  "Demographic.Locale",
  "Demographic.Make",
  "Demographic.Model",
  "Demographic.ModelVersion",
  "Demographic.Platform",
  "Demographic.PlatformVersion",
  "Demographic.Timezone",
  "Location.City",
  "Location.Country",
  "Location.PostalCode",
  "Location.Region",
  "User.UserId",
] as const;

export const NUMBER_FIELDS = ["Location.Latitude", "Location.Longitude"] as const;

/** A field of an endpoint by Pinpoint's own dotted name. What follows `Attributes.` and its like may hold dots itself. */
export type FieldName =
  | (typeof TEXT_FIELDS)[number]
  | (typeof NUMBER_FIELDS)[number]
  | `Attributes.${string}`
  | `Metrics.${string}`
  | `User.UserAttributes.${string}`;

export type Scalar = string | number | boolean;

/** Defaults for the options of the same name; what stands on the command line comes first. */
export interface MappingInput {
  readonly format?: "csv" | "jsonl" | "json" | "auto";
  /** One character. */
  readonly delimiter?: string;
  readonly encoding?: string;
  /** Dotted path to the array inside a JSON document, such as `data.records`. */
  readonly select?: string;
}

/** A test of one column (all tests given must hold; of a list, one value must pass), or a combination of conditions. */
export type Condition =
  | {
      readonly column: string;
      /** Whether the column must hold something other than white space. */
      readonly present?: boolean;
      readonly equals?: Scalar;
      readonly in?: readonly Scalar[];
      /** A regular expression that is found anywhere in the value unless it is anchored. */
      readonly matches?: string;
    }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export interface NumberOptions {
  /** Decimal separator, default `.`. */
  readonly decimal?: "." | ",";
  /** Separator between groups of three digits; none is accepted by default. */
  readonly group?: "." | "," | " " | "'";
}

export interface DateOptions {
  /** Luxon tokens, or `iso`, `unix` (seconds), `unixMs`; a list is tried in order. Default `iso`. */
  readonly format?: string | readonly string[];
  /** IANA zone of times that name none. Default `UTC`. */
  readonly zone?: string;
  /** Language of month and day names, default `en-US`. */
  readonly locale?: string;
}

export interface PhoneOptions {
  /** Country of numbers without a country code: alpha-2, alpha-3 or name. */
  readonly country?: string;
  /** Column that holds that country; `country` counts where it is empty. */
  readonly countryColumn?: string;
}

export interface ReplaceOptions {
  /** JavaScript regular expression. */
  readonly pattern: string;
  /** What stands in its place; `$1` is the first group. Default: nothing. */
  readonly with?: string;
  /** Any of `gimsu`, default `g`. */
  readonly flags?: string;
}

/** The transforms that need no options, and the names of all. */
export type BareTransform =
  | "trim"
  | "lowercase"
  | "uppercase"
  | "number"
  | "integer"
  | "boolean"
  | "date"
  | "e164"
  | "country"
  | "locale"
  | "timezone"
  | "json"
  | "truncate"
  | "round"
  | "hash";

export type TransformDefinition =
  | BareTransform
  | { readonly number: NumberOptions }
  | { readonly integer: NumberOptions }
  | { readonly date: string | readonly string[] | DateOptions }
  | { readonly e164: PhoneOptions }
  | { readonly split: string }
  /** Characters to keep; `"truncate"` alone keeps 100, Pinpoint's limit of an attribute value. */
  | { readonly truncate: number }
  | { readonly replace: ReplaceOptions }
  /** Decimals; `"round"` alone rounds to whole numbers. */
  | { readonly round: number }
  | { readonly hash: { readonly salt?: string } };

interface RuleSteps {
  /** Separator of a list in one cell: short for a `split` before the other transforms. */
  readonly split?: string;
  readonly transforms?: readonly TransformDefinition[];
  /** Translation table: exact match first, then without regard to case. `null` sends nothing. */
  readonly values?: { readonly [value: string]: Scalar | null };
  /** What to send for an empty source, or for a value that is not in `values`. */
  readonly default?: Scalar;
  /** An endpoint without this value is rejected. */
  readonly required?: boolean;
  /** `reject` (default) rejects the endpoint, `omit` leaves the value out. Of a list only the bad values are left out. */
  readonly onInvalid?: "reject" | "omit";
  /** `clear` sends an empty list for an empty source: Pinpoint then forgets the attribute's values. */
  readonly whenEmpty?: "clear";
}

export type FieldRule =
  | string
  /** A list of columns means the first one that is not empty. */
  | (RuleSteps & { readonly column: string | readonly string[] })
  | (RuleSteps & { readonly template: string })
  | (RuleSteps & { readonly value: Scalar | readonly Scalar[] })
  | (Omit<RuleSteps, "default" | "required"> & { readonly rest: true; readonly except?: readonly string[] });

export interface EndpointDefinition {
  /** Names the entry in messages. Default `endpoint 1`, `endpoint 2`. */
  readonly name?: string;
  readonly description?: string;
  readonly when?: Condition;
  readonly fields: { readonly [field in FieldName]?: FieldRule };
}

export interface MappingDefinition {
  readonly $schema?: string;
  readonly description?: string;
  readonly input?: MappingInput;
  /** A row makes one endpoint for each entry whose `when` holds. */
  readonly endpoints: readonly EndpointDefinition[];
}
