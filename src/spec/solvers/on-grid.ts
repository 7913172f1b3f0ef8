// What solvers on a grid share: cells and extent of each coordinate of θ, with momenta of ω too; defaults on the torus; and how many coordinates they serve.

import type { Breach } from "../../base/breach.ts";
import { cellsText } from "../../base/labels.ts";
import type { Shapes } from "../../base/shapes.ts";
import { ASKED_NAMES } from "../../observables/list.ts";
import type { Domain } from "../../problem/problem.ts";
import { broadcast } from "../layout.ts";
import type { NumberOrList } from "../shapes/shared.ts";

type Extent = readonly (readonly [number, number])[];

/** A density as an experiment states it, as far as words need it. */
export interface StatedDensity {
  readonly cells?: readonly number[] | undefined;
  readonly extent?: readonly (readonly number[])[] | undefined;
}

export function gridShape({ z, count }: Shapes) {
  return {
    cells: z
      .union([count, z.array(count).min(1)])
      .describe(
        "cells along each coordinate of θ, and then of ω for a kinetic grid; one number stands for all; at least 4",
      ),
    extent: z
      .array(z.tuple([z.number(), z.number()]).meta({ title: "[lo, hi] with lo < hi" }))
      .min(1)
      .exactOptional()
      .describe(
        "[lo, hi] of each coordinate of θ, and then of ω for a kinetic grid; one pair stands for all; on the torus that of θ is [−π, π], and may be left out",
      ),
  };
}

export function observeShape({ z }: Shapes) {
  return {
    observe: z
      .array(z.enum(ASKED_NAMES))
      .exactOptional()
      .describe("observables besides those that are always recorded (docs/results.md)"),
  };
}

/** Where θ lives, and how many coordinates it has. */
interface Space {
  readonly spec: { readonly problem: { readonly domain: Domain } };
  readonly p: number;
}

/** On the torus the extent of θ is known; elsewhere a breach has asked for it. `momenta`: whether the grid has axes of ω. */
export function completeGrid<Stated extends { cells: NumberOrList; extent?: Extent }>(
  stated: Stated,
  { spec: { problem }, p }: Space,
  momenta = false,
) {
  const turn: readonly [number, number] = [-Math.PI, Math.PI];
  const axes = momenta ? 2 * p : p;
  const { extent: given = [] } = stated;
  const among = (k: number, pairs: Extent) => pairs[pairs.length === 1 ? 0 : k]!;
  const periodic = problem.domain === "torus" ? p : 0;
  // On the torus θ's own pairs may be left out: what is given is then that of ω.
  const rest = given.length === axes ? given.slice(periodic) : given;
  return {
    ...stated,
    cells: broadcast<number>(stated.cells, axes),
    extent: Array.from({ length: axes }, (_, k) => (k < periodic ? turn : among(k - periodic, rest))),
  };
}

const MOST_COORDINATES = 3;

/** A density of (θ, ω) has twice as many axes. */
const MOST_WITH_MOMENTA = 2;

/** Why no grid serves so many coordinates. */
export function tooManyFor(p: number, momenta: boolean): string | null {
  const most = momenta ? MOST_WITH_MOMENTA : MOST_COORDINATES;
  if (p <= most) return null;
  const axes = momenta ? 2 * p : p;
  const where = momenta ? "θ and ω have" : "θ has";
  return `particles: ${where} ${axes} coordinates, and a grid of n cells in each has n^${axes}; a ${momenta ? "kinetic " : ""}grid serves p up to ${most}`;
}

/** Numbers of cells, and extents, that do not fit θ. */
export function axesBreaches(
  { cells, extent }: { readonly cells: NumberOrList; readonly extent?: Extent },
  { spec: { problem }, p }: Space,
  momenta = false,
): Breach[] {
  const axes = momenta ? 2 * p : p;
  const wrong = Array.isArray(cells) ? cells.length !== axes : false;
  const few = [cells].flat().some((count) => count < 4);
  const counts = `one number, or a list of ${axes}, each >= 4`;
  const allowed = extentAllowed(extent, p, axes, problem.domain, momenta);
  return [
    ...(wrong || few ? [{ key: ["cells"], found: cells, allowed: counts }] : []),
    ...(allowed === null ? [] : [{ key: ["extent"], found: extent, allowed }]),
  ];
}

/** What is allowed in the place of an extent; null where it fits. */
function extentAllowed(
  extent: Extent | undefined,
  p: number,
  axes: number,
  domain: Domain,
  momenta: boolean,
): string | null {
  const ordered = (pairs: Extent) => pairs.every(([low, high]) => low < high);
  if (domain === "plane") {
    const fits = extent !== undefined && (extent.length === 1 || extent.length === axes) && ordered(extent);
    return fits ? null : `a list of ${axes === 1 ? "one pair" : `one pair or ${axes}`} [lo, hi] with lo < hi`;
  }
  const isTurn = ([low, high]: readonly [number, number]) =>
    Math.abs(low + Math.PI) < 1e-9 && Math.abs(high - Math.PI) < 1e-9;
  if (!momenta) {
    return extent === undefined || extent.every(isTurn)
      ? null
      : "[[-3.141592653589793, 3.141592653589793]] on the torus, or nothing";
  }
  const ofMomenta = `[lo, hi] of ω with lo < hi: one pair or ${p}`;
  if (extent?.length === axes && axes > 1) {
    const fits = extent.slice(0, p).every(isTurn) && ordered(extent);
    return fits ? null : `[−π, π] for θ on the torus, then ${ofMomenta}`;
  }
  const fits = (extent?.length === 1 || extent?.length === p) && ordered(extent);
  return fits ? null : ofMomenta;
}

/** `64 × 48`. */
export function sizeText({ cells }: StatedDensity): string {
  return cells === undefined ? "" : cellsText(cells);
}

/** `[−6, 6] × [−3, 3]`. */
export function extentText({ extent }: StatedDensity): string {
  if (extent === undefined) return "";
  return extent.map((ends) => `[${ends.join(", ")}]`.replaceAll("-", "−")).join(" × ");
}
