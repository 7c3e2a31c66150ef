/** Milliseconds that a timer of Node can wait, nearly 25 days; a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
