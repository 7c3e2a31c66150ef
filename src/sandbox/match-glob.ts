/**
 * Whether a name fits a glob: `*` is any run of characters, `?` any one, everything else itself.
 *
 * Walks both strings with one point of return instead of building a regular expression, so no pattern can make it slow.
 */
export function matchGlob(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let starAt = -1;
  let retryAt = 0;
  while (n < name.length) {
    if (pattern[p] === "*") {
      starAt = p;
      retryAt = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (starAt !== -1) {
      // The last star takes one character more.
      retryAt += 1;
      n = retryAt;
      p = starAt + 1;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
