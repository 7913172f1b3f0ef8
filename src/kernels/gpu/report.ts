// The largest error that was found of sums in single precision, in this thread or, as it was told, in others.

let largest: number | null = null;

/** null: none was looked for. */
export function noteError(error: number | null): void {
  if (error !== null) largest = Math.max(largest ?? 0, error);
}

export function largestError(): number | null {
  return largest;
}

/** The same, of what follows anew. */
export function takeError(): number | null {
  const found = largest;
  largest = null;
  return found;
}
