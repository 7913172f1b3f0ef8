// Some of many, evenly spread: what is looked at, or drawn, where all would be too much.

/** At most `most` of 0 … count − 1, the first and the last among them; of one alone the first. */
export function spreadIndices(count: number, most: number): number[] {
  const n = Math.min(count, most);
  return Array.from({ length: n }, (_, k) => (n === 1 ? 0 : Math.round((k * (count - 1)) / (n - 1))));
}

/** At most so many items, the first and the last among them. */
export function spread<T>(items: readonly T[], most: number): T[] {
  return spreadIndices(items.length, most).map((k) => items[k]!);
}

/** At most `most` of 0 … count − 1, all as far apart: every n-th from the first on. */
export function everyIndex(count: number, most: number): number[] {
  const stride = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / stride) }, (_, n) => n * stride);
}
