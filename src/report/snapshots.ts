import type { ReportInput } from "./folder.ts";

/** The neurons of one run at one snapshot. */
export interface Snapshot {
  readonly t: number;
  readonly count: number;
  /** Coordinate k of neuron j. */
  at(j: number, k: number): number;
}

/** The snapshots of a run's neurons, in time, and the number of coordinates; undefined when none were kept. */
export function snapshotsOf(
  { neurons }: ReportInput,
  run: number,
): { p: number; snapshots: Snapshot[] } | undefined {
  const theta = neurons[`run${run}_theta`];
  const times = neurons[`run${run}_times`];
  if (!theta || !times || theta.data.length === 0) return undefined;
  const [, count, p] = theta.shape as [number, number, number];
  const snapshots = [...times.data].map((t, s) => ({
    t,
    count,
    at: (j: number, k: number) => theta.data[(s * count + j) * p + k]!,
  }));
  return { p, snapshots };
}

/** The time of a run's last snapshot. */
export function lastTime({ neurons }: ReportInput, run: number): number {
  return neurons[`run${run}_times`]?.data.at(-1) ?? 0;
}

/** At most `most` of the items, evenly spread: every n-th, the first included. */
export function everyNth<T>(items: readonly T[], most: number): T[] {
  const stride = Math.ceil(items.length / most);
  return items.filter((_, index) => index % stride === 0);
}
