const COUNT = new Intl.NumberFormat("en");
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const DATE_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** 1234567 → "1,234,567". */
export const toCount = (count: number): string => COUNT.format(count);

/** ISO 8601 → the time of day where the reader is. */
export const toTime = (iso: string): string => TIME.format(new Date(iso));

/** ISO 8601 → date and time where the reader is. */
export const toDateTime = (iso: string): string => DATE_TIME.format(new Date(iso));
