const SAME_TIME = 1e-9;

/** Whether two times are the same, up to the round-off of counting steps. */
export function isSameTime(s: number, t: number): boolean {
  return s === t || Math.abs(s - t) <= SAME_TIME * Math.max(1, Math.abs(s));
}
