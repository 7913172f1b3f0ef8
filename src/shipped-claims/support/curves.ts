// Curves of figures: what was measured, as points or a line, beside what is predicted, dashed.

import type { ClaimCurve } from "../../claims/claim.ts";

type Point = ClaimCurve["points"][number];

/** Of the points given, or of items and the point that belongs to each. */
function drawn(style: ClaimCurve["style"]) {
  function draw(label: string, points: readonly Point[]): ClaimCurve;
  function draw<T>(label: string, items: Iterable<T>, at: (item: T, index: number) => Point): ClaimCurve;
  function draw(label: string, items: Iterable<unknown>, at = (item: unknown, _: number) => item as Point) {
    return { label, style, points: Array.from(items, at) };
  }
  return draw;
}

export const dots = drawn("points");
export const line = drawn("line");
export const dashed = drawn("dashed");

/** One value, from one x to another. */
export const level = (label: string, [from, to]: readonly [number, number], value: number): ClaimCurve =>
  dashed(label, [from, to], (x) => [x, value]);

/** Numbers at equal distances from `from` to `to`, both among them. */
export const span = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
