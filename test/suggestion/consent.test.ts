import { expect, test } from "vitest";
import { fileOf, importBySuggestion } from "./import-by-suggestion.js";

/** What the suggested mapping makes of the values of one column, by value; and whether it was said to be unsure. */
async function optOutOf(header: string, values: readonly string[], more = "") {
  const [moreHeader = "", ...moreValues] = more.split(",");
  const rows = values.map(
    (value, index) => `${index},a${index}@example.com,${value},${moreValues[index] ?? ""}`,
  );
  const file = await fileOf([`Id,Email,${header},${moreHeader || "Nothing"}`, ...rows, ""].join("\n"));
  const { suggestion, endpoints, reasons } = await importBySuggestion(file);
  expect(reasons).toEqual([]);
  const doubts = suggestion.doubts.filter((doubt) => doubt.includes("OptOut")).join("\n");
  const rule = suggestion.mapping.endpoints[0]?.fields.OptOut;
  return {
    optOuts: endpoints.map(({ item }) => item.OptOut),
    doubts,
    isMapped: rule !== undefined,
    text: suggestion.text,
  };
}

test.each([
  ["Unsubscribed", ["true", "false"]],
  ["Unsubscribed from all email", ["Yes", "No"]],
  ["HasOptedOutOfEmail", ["1", "0"]],
  ["Opt-Out", ["Y", "N"]],
  ["Abgemeldet", ["Ja", "Nein"]],
  ["Werbesperre", ["X", ""]],
  ["Baja newsletter", ["Sí", "No"]],
  ["Désabonné", ["oui", "non"]],
  ["配信停止", ["はい", "いいえ"]],
  ["Se canceló la suscripción a todos los correos", ["true", "false"]],
  ["Von allen E-Mails abgemeldet", ["Ja", "Nein"]],
  ["メール送信除外", ["1", "0"]],
])("%s: %j says who left, and nothing of the others", async (header, values) => {
  const { optOuts, isMapped } = await optOutOf(header, values);
  expect(isMapped).toBe(true);
  expect(optOuts).toEqual(["ALL", undefined]);
});

test.each([
  ["Accepts Marketing", ["yes", "no"]],
  ["Subscribed", ["true", "false"]],
  ["Consent", ["TRUE", "FALSE"]],
  ["Newsletter", ["Ja", "Nein"]],
  ["Einwilligung", ["erteilt", "widerrufen"]],
  ["Acepta publicidad", ["Sí", "No"]],
  ["Consenso marketing", ["SI", "NO"]],
  ["メルマガ配信", ["希望する", "希望しない"]],
  ["Email Status", ["Subscribed", "Bounced"]],
  ["Newsletter-Status", ["aktiv", "inaktiv"]],
  ["メルマガ送信", ["する", "しない"]],
  ["email_subscribe", ["opted_in", "unsubscribed"]],
  ["customer.email_consent_status", ["granted", "denied"]],
])("%s: %j says who agreed: true is NONE, false is ALL", async (header, values) => {
  const { optOuts } = await optOutOf(header, values);
  expect(optOuts).toEqual(["NONE", "ALL"]);
});

test.each([
  ["values that are not understood", "Unsubscribed", ["A", "B"]],
  ["a value that is not understood", "Newsletter", ["Ja", "Nein", "Vielleicht"]],
  ["formats of a newsletter", "Newsletter", ["HTML", "Text"]],
  ["two ways to say it", "Consent", ["yes", "unsubscribed"]],
  ["nobody who refused, and silence", "Consent", ["yes", "", "yes"]],
  ["consent that was withdrawn", "Einwilligung widerrufen", ["Ja", "Nein"]],
  ["a negation", "Not subscribed", ["yes", "no"]],
  ["a subscription that ended", "Suscripción revocada", ["Sí", "No"]],
  ["a subscription to something else", "Suscripción premium", ["Sí", "No"]],
  ["an enrolment", "Inscrito en el curso", ["Sí", "No"]],
  ["consent to something else", "Consent to surgery", ["yes", "no"]],
  ["consent to a law", "RGPD", ["Sí", "No"]],
  ["consent to the use of data", "Consenso privacy", ["SI", "NO"]],
  ["consent in a sentence", "The customer has never told us whether the consent still holds", ["yes", "no"]],
  ["a negation in Japanese", "メール配信を希望しない", ["はい", "いいえ"]],
  ["a header that does not say what yes means", "Marketing", ["yes", "no"]],
  ["states under a header that says nothing", "Status", ["subscribed", "unsubscribed"]],
  ["states among others", "Status", ["Active", "Unsubscribed", "Bounced"]],
  ["the time at which somebody left", "Unsubscribed at", ["2026-01-31 10:00:00", ""]],
])("%s: no OptOut, a doubt, and a rule to add as a comment", async (_, header, values) => {
  const { optOuts, isMapped, doubts, text } = await optOutOf(header, values);
  expect(isMapped).toBe(false);
  expect(new Set(optOuts)).toEqual(new Set([undefined]));
  expect(doubts).toContain(JSON.stringify(header));
  expect(text).toContain(`//   "OptOut": { "column": ${JSON.stringify(header)}`);
});

test.each([
  ["Kontaktsperre", ["aktiv", "inaktiv"]],
  ["Opt Out", ["enabled", "disabled"]],
  ["Unsubscribed", ["active", "inactive"]],
  ["Abgemeldet", ["aktiv", "inaktiv"]],
  ["Baja", ["activo", "inactivo"]],
  ["Werbewiderspruch", ["erteilt", ""]],
  ["Werbewiderspruch", ["erteilt", "widerrufen"]],
  ["Do not contact", ["agreed", ""]],
  ["Do Not Email", ["denied", "granted"]],
  ["Lista Robinson", ["inscrito", ""]],
  ["配信拒否", ["拒否", "希望"]],
  ["オプトアウト", ["拒否", ""]],
  ["メール不可", ["不可", ""]],
  ["メール不可", ["○", "×"]],
  ["配信停止", ["登録済み", "未登録"]],
  ["配信停止", ["停止中", "解除"]],
])("%s: %j may be meant either way, so it is not mapped, and that is said", async (header, values) => {
  const { optOuts, isMapped, doubts } = await optOutOf(header, values);
  expect(isMapped).toBe(false);
  expect(new Set(optOuts)).toEqual(new Set([undefined]));
  expect(doubts).toContain(JSON.stringify(header));
});

test.each([
  ["Unsubscribed", ["Unsubscribed", "Subscribed"]],
  ["Email Opt Out", ["opted_out", "opted_in"]],
  ["Abgemeldet", ["abgemeldet", "angemeldet"]],
  ["配信停止", ["配信停止中", "購読中"]],
])("%s: %j name a subscription, so who left is known", async (header, values) => {
  const { optOuts } = await optOutOf(header, values);
  expect(optOuts).toEqual(["ALL", undefined]);
});

/** The OptOut of two contacts in JSON who hold true and false under a path. */
async function optOutOfPath(path: string) {
  const lines = [true, false].map((value, index) => {
    const inner = path.split(".").reduceRight<unknown>((held, key) => ({ [key]: held }), value);
    return JSON.stringify({ id: index, email: `a${index}@example.com`, ...(inner as object) });
  });
  const file = await fileOf(`${lines.join("\n")}\n`, "list.jsonl");
  const { suggestion, endpoints } = await importBySuggestion(file);
  return { optOuts: endpoints.map(({ item }) => item.OptOut), doubts: suggestion.doubts.join("\n") };
}

test.each([
  "thirdParty.consent",
  "terms.consent",
  "data.consent",
  "webinar.subscribed",
  "premium.subscribed",
  "partners.opt_in",
  "analytics.consent",
  "spouse.newsletter",
])("%s: what holds the key says that the consent is to something else, or somebody else's", async (path) => {
  const { optOuts, doubts } = await optOutOfPath(path);
  expect(optOuts).toEqual([undefined, undefined]);
  expect(doubts).toContain(JSON.stringify(path));
});

test.each([
  "subscribed",
  "preferences.newsletter",
  "traits.email_opt_in",
  "custom_attributes.marketing_consent",
  "customer.profile.properties.accepts_marketing",
  "subscriptions.email.consent",
  "settings.communication.newsletter_subscribed",
])("%s: what holds the key is neutral", async (path) => {
  expect((await optOutOfPath(path)).optOuts).toEqual(["NONE", "ALL"]);
});

test.each([
  ["Unsubscribed", ["true", "false", "-", "N/A"], ["ALL", undefined, undefined, undefined]],
  ["Newsletter", ["Ja", "Nein", "NULL", " - "], ["NONE", "ALL", undefined, undefined]],
])(
  "%s: %j, of which words for nothing are no answers, and reject no row",
  async (header, values, expected) => {
    const { optOuts } = await optOutOf(header, values);
    expect(optOuts).toEqual(expected);
  },
);

test("the rule that is to be added knows the words for nothing too", async () => {
  const { text } = await optOutOf("Newsletter", ["HTML", "Text", "N/A"]);
  expect(text).toMatch(/\/\/ {3}"OptOut": \{ "column": "Newsletter", "transforms": \[\{ "replace"/);
});

test("answers in JSON that are no texts stay what they are beside words for nothing", async () => {
  const lines = [true, false, "N/A"].map((value, index) =>
    JSON.stringify({ id: index, email: `a${index}@example.com`, unsubscribed: value }),
  );
  const { endpoints, rows } = await importBySuggestion(await fileOf(`${lines.join("\n")}\n`, "list.jsonl"));
  expect(rows.accepted).toBe(3);
  expect(endpoints.map(({ item }) => item.OptOut)).toEqual(["ALL", undefined, undefined]);
});

test("what has nothing to do with consent is not taken for it", async () => {
  for (const [header, values] of [
    ["Tax Exempt", ["yes", "no"]],
    ["Status", ["Active", "Inactive"]],
    ["Opt-in date", ["2026-01-31", "2026-02-01"]],
  ] as const) {
    const { isMapped, doubts } = await optOutOf(header, values);
    expect(isMapped).toBe(false);
    expect(doubts).not.toContain(header);
  }
});

test("who left comes before who agreed", async () => {
  const { optOuts } = await optOutOf("Unsubscribed", ["true", "false"], "Newsletter,yes,yes");
  expect(optOuts).toEqual(["ALL", undefined]);
});

test("columns that contradict each other are both left out", async () => {
  const { isMapped, doubts } = await optOutOf("Email consent", ["yes", "no"], "Accepts marketing,no,no");
  expect(isMapped).toBe(false);
  expect(doubts).toContain('"Email consent"');
  expect(doubts).toContain('"Accepts marketing"');
});

test("consent to one channel says nothing of another", async () => {
  const file = await fileOf(
    "Id,Email,Mobile,Email opt in,SMS opt in\n1,a@example.com,+12065550143,Y,N\n2,b@example.com,+12065550144,N,Y\n",
  );
  const { endpoints } = await importBySuggestion(file);
  expect(endpoints.map(({ item }) => [item.ChannelType, item.OptOut])).toEqual([
    ["EMAIL", "NONE"],
    ["SMS", "ALL"],
    ["EMAIL", "ALL"],
    ["SMS", "NONE"],
  ]);
});

test("a newsletter is about e-mail; that nothing is known of SMS is said", async () => {
  const file = await fileOf(
    "Id,Email,Mobile,Newsletter\n1,a@example.com,+12065550143,no\n2,b@example.com,,yes\n",
  );
  const { endpoints, suggestion } = await importBySuggestion(file);
  expect(endpoints.map(({ item }) => item.OptOut)).toEqual(["ALL", undefined, "NONE"]);
  expect(suggestion.doubts.join("\n")).toContain("by SMS");
});

test("who wants to be left alone altogether gets nothing by any channel", async () => {
  const file = await fileOf(
    "Id,Email,Mobile,Do not contact\n1,a@example.com,+12065550143,true\n2,b@example.com,,false\n",
  );
  const { endpoints } = await importBySuggestion(file);
  expect(endpoints.map(({ item }) => item.OptOut)).toEqual(["ALL", "ALL", undefined]);
});
