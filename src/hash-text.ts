/**
 * 53 bits that stand for a text in tables that know no better: two FNV-1a hashes, of which the second has another multiplier.
 * Among 100,000 texts two are alike with a chance of one in a million. Never 0, which stands for none. A hash of node:crypto
 * took 1 µs, this takes 0.05.
 */
export function hashText(text: string, seed = 0): number {
  let low = 0x811c9dc5 ^ seed;
  let high = 0x01234567 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5bd1e995);
  }
  return (scatter(high) >>> 11) * 2 ** 32 + (scatter(low) >>> 0) || 1;
}

/** Lets every bit depend on every other. */
function scatter(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return bits ^ (bits >>> 15);
}
