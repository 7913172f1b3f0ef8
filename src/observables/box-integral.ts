// log∫e^(−Φ/τ) by the midpoint rule on a box outside which the integrand is below 1e-14 of its maximum, on lattices each finer than
// the last until two agree: spectrally accurate where Φ is smooth, of second order at kinks. Results depend on κg and τ alone.
// For an analytic integrand the rule's error is at worst e^(−c/Δ): with 3/2 the cells it is raised to the power 3/2.

import { exp, power } from "../base/elementary.ts";
import { checkpoint } from "../base/interrupt.ts";
import { type Axis, axis } from "../grid/axis.ts";
import { eachFace, type Grid } from "../grid/grid.ts";
import { logPartitionOf } from "../pde/certificate.ts";
import { DIVERGES, type Estimate, UNRESOLVED } from "./estimate.ts";
import { type Budget, type Image, type Integrand, wholePower } from "./integrand.ts";

/**
 * Cells along each axis, by the number of axes, of boxes about the origin, which are the same for every g, and of those made for one.
 * All are odd: without a bias the data meet at the origin, and what is narrow there is then seen by every lattice, and too wide.
 */
const SHARED_CELLS = [
  [81, 123, 183, 275, 413, 621, 931],
  [27, 41, 61, 91, 137, 205, 309],
  [15, 23, 35, 53],
];
const OWN_CELLS = [
  [55, 81, 123, 183, 275, 413, 621, 931, 1397, 2095],
  [19, 27, 41, 61, 91, 137, 205, 309],
  [13, 19, 27, 41, 61],
];
/** Boxes about the origin, over the one that V alone fills. */
const SHARED = [1.2, 1.8, 3, 6, 12, 24, 48, 96];
/** Φ outside the box lies at least this many τ above its minimum; where κ is looked for, fewer will do. */
const REACH = 32;
const ROUGH_REACH = 16;
/** Where nothing is known of ψ: powers of 3/2 up to which a box is looked for, and how much wider it is seen to hold. */
const MOST_LEVELS = 24;
const BLIND_LEVELS = 2;
const BLIND_BOXES = 2;
const MOST_ROUNDS = 12;
/** A box that shrinks by less than this is as small as it gets. */
const SHRINKING = 0.8;
/**
 * From change to change of log Z. Where Φ is smooth, the last change is below the first of these and that power of the one before,
 * the rule converges as for an analytic integrand, and that power of the last is the error. Else it is so many times both.
 */
const SETTLED = 1e-8;
const FAST = 1.5;
const CAUTION = 3;
/** A first change as small needs none before it. */
const SUDDEN = 1e-10;
/** Errors of log Z with which a finer lattice is not looked for, and with which it will do where there is none. */
const SMALL = 1e-12;
const SMALL_AT_KINKS = 1e-5;
const LARGEST = 0.01;
/**
 * What second and fourth differences of Φ along the axes, over τ, may be on average. The second is 4 where cells are two standard
 * deviations wide: peaks that fall between the nodes may agree by chance. The fourth is above the range of Φ where nodes are a random
 * sample of it.
 */
const SHARPEST = 4;
const ROUGHEST = 0.5;
/** Lattices of a shared box, from the coarsest on, for which ψ is kept, by the number of axes; see SHARED_NODES. */
const KEPT_LATTICES = [3, 3, 2];
/** Lattices of a shared box, and coarsest ones of wider boxes, that an integral typically takes. */
const TYPICAL_LATTICES = 3;
const TYPICAL_BOXES = 2;

/** What an integral typically takes, in evaluations of ψ at all data. */
export function boxEvaluations(integrand: Integrand): number {
  const axes = integrand.coordinates.length;
  const cells = SHARED_CELLS[axes - 1];
  const own = cells
    .slice(0, TYPICAL_LATTICES)
    .reduce((sum, count, rung) => sum + integrand.cost(count, rung < KEPT_LATTICES[axes - 1]), 0);
  return own + TYPICAL_BOXES * integrand.cost(cells[0], true);
}

/** What roughIntegral typically takes for one κ, once ψ is known. */
export function roughEvaluations(integrand: Integrand): number {
  const [cells] = SHARED_CELLS[integrand.coordinates.length - 1];
  return TYPICAL_BOXES * integrand.nodeCost(cells);
}

/** log∫e^(−Φ/τ) of κg. Never more than the budget is spent; what it does not reach is not resolved. */
export function boxIntegral(
  integrand: Integrand,
  scale: number,
  temperature: number,
  budget: Budget,
): Estimate {
  const free = scale === 0 ? integrand.logFree(temperature) : null;
  if (free !== null) return { value: free, error: 0 };
  const axes = integrand.coordinates.length;
  const on = (box: Box, ladder: readonly number[], shared: boolean) =>
    logOn(integrand, box, ladder, scale, temperature, budget, shared);
  if (integrand.problem.domain === "torus") {
    return on(around(new Array(axes).fill(Math.PI), 1, true), OWN_CELLS[axes - 1], true);
  }
  const rise = REACH * temperature;
  const reach = integrand.reach(rise);
  const level = integrand.level(scale, reach, rise);
  if (level === "infinite") return DIVERGES;
  if (level === "unknown") return UNRESOLVED;
  const shared = sharedBox(integrand, scale, reach, level, rise, budget);
  const first = shared === null ? UNRESOLVED : on(shared, SHARED_CELLS[axes - 1], true);
  if (Number.isFinite(first.value)) return first;
  const own = ownBox(integrand, scale, reach, level, rise, budget);
  return own === null ? UNRESOLVED : on(own, OWN_CELLS[axes - 1], false);
}

/** On lattices each finer than the last. */
function logOn(
  integrand: Integrand,
  box: Box,
  ladder: readonly number[],
  scale: number,
  temperature: number,
  budget: Budget,
  shared: boolean,
): Estimate {
  const outer = integrand.logOuter(temperature);
  let best = UNRESOLVED;
  let last = Number.NaN;
  let change = Number.NaN;
  for (const [rung, cells] of ladder.entries()) {
    const again = shared && rung < KEPT_LATTICES[box.length - 1];
    const image = integrand.image(axesOf(box, cells), scale, budget, again);
    if (image === null) break;
    const value = outer + logSum(image, temperature);
    if (!Number.isFinite(value) || !isDistinct(leastOf(image.phi), REACH * temperature)) return UNRESOLVED;
    const before = change;
    change = Math.abs(value - last);
    last = value;
    const error = errorOf(before, change, integrand.smooth);
    best = error <= LARGEST && isShown(image, temperature) ? { value, error } : UNRESOLVED;
    if (best !== UNRESOLVED && error <= (integrand.smooth ? SMALL : SMALL_AT_KINKS)) break;
  }
  return best;
}

/** A bound on the error of log Z after two changes of it. */
function errorOf(before: number, change: number, smooth: boolean): number {
  const first = Number.isNaN(before);
  if (smooth && change <= (first ? SUDDEN : SETTLED) && !(change > power(before, FAST))) {
    return power(change, FAST);
  }
  return CAUTION * (before + change);
}

/** log∫e^(−Φ/τ) as a function of κ, roughly, to choose κ by; null where the budget is spent. */
export function roughIntegral(
  integrand: Integrand,
  temperature: number,
  budget: Budget,
): (scale: number) => number | null {
  const axes = integrand.coordinates.length;
  const [cells] = SHARED_CELLS[axes - 1];
  const outer = integrand.logOuter(temperature);
  const torus = integrand.problem.domain === "torus";
  const reach = torus ? new Array(axes).fill(Math.PI) : integrand.reach(REACH * temperature);
  const on = (scale: number, k: number) => {
    const box = torus ? around(reach, 1, true) : around(reach, SHARED[k]);
    const image = integrand.image(axesOf(box, cells), scale, budget, true);
    if (image === null) return null;
    const holds = torus || isContained(image, ROUGH_REACH * temperature);
    return holds ? outer + logSum(image, temperature) : Number.POSITIVE_INFINITY;
  };
  let k = 0;
  return (scale) => {
    const free = scale === 0 ? integrand.logFree(temperature) : null;
    if (free !== null) return free;
    const level = torus ? 0 : integrand.level(scale, reach, REACH * temperature);
    if (level === "infinite" || level === "unknown") return Number.POSITIVE_INFINITY;
    // From the box of the κ before to wider ones, or to narrower ones, whose lattices are finer.
    let value = on(scale, k);
    const widest = torus ? 0 : SHARED.length - 1;
    while (value === Number.POSITIVE_INFINITY && k < widest) value = on(scale, ++k);
    while (value !== null && value < Number.POSITIVE_INFINITY && k > 0) {
      const narrower = on(scale, k - 1);
      if (narrower === null || narrower === Number.POSITIVE_INFINITY) break;
      value = narrower;
      k -= 1;
    }
    return value;
  };
}

type Side = Pick<Axis, "low" | "high" | "periodic">;
type Box = readonly Side[];

/**
 * The smallest shared box outside which no lattice of a wider one shows the integrand, of those up to that level or, where nothing is
 * known of ψ, of two more; null: none.
 */
function sharedBox(
  integrand: Integrand,
  scale: number,
  reach: readonly number[],
  level: number | "blind",
  rise: number,
  budget: Budget,
): Box | null {
  const [cells] = SHARED_CELLS[reach.length - 1];
  let widest = level === "blind" ? SHARED.length - 1 : wideEnough(wholePower(1.5, level));
  if (widest < 0) return null;
  const images: Image[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= widest; k++) {
    checkpoint();
    const image = integrand.image(axesOf(around(reach, SHARED[k]), cells), scale, budget, true);
    if (image === null) return null;
    images.push(image);
    least = Math.min(least, leastOf(image.phi));
    if (!isDistinct(least, rise)) return null;
    if (level === "blind" && isContained(image, rise)) widest = Math.min(widest, k + BLIND_BOXES);
  }
  const fits = images.findIndex((_, k) => {
    const box = around(reach, SHARED[k] * (1 - 2 / cells));
    return images.every((image, wider) => wider < k || isInside(image, box, least + rise));
  });
  return fits < 0 ? null : around(reach, SHARED[fits]);
}

function wideEnough(factor: number): number {
  return SHARED.findIndex((own) => own >= factor);
}

/** Whether Φ is as high as that on all nodes outside a box. */
function isInside({ on, phi }: Image, box: Box, enough: number): boolean {
  for (let at = 0; at < on.size; at++) {
    if (phi[at] >= enough) continue;
    for (const [k, { centres, cells }] of on.axes.entries()) {
      const place = centres[Math.floor(at / on.strides[k]) % cells];
      if (!(place >= box[k].low && place <= box[k].high)) return false;
    }
  }
  return true;
}

/** The smallest box outside which the integrand cannot be seen, found from wider ones; null where there is none to be found. */
function ownBox(
  integrand: Integrand,
  scale: number,
  reach: readonly number[],
  level: number | "blind",
  rise: number,
  budget: Budget,
): Box | null {
  const [scan] = OWN_CELLS[reach.length - 1];
  const wide = level === "blind" ? blindLevel(integrand, scale, reach, rise, budget) : level;
  if (wide === null) return null;
  let box = around(reach, wholePower(1.5, wide));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    checkpoint();
    if (!box.every(isWide)) return null;
    const image = integrand.image(axesOf(box, scan), scale, budget);
    const tight = image === null ? null : hull(image, rise);
    if (tight === null) return null;
    const shrank = box.some(({ low, high }, k) => tight[k].high - tight[k].low < SHRINKING * (high - low));
    if (!shrank) break;
    box = tight;
  }
  return box;
}

/** A level that contains the integrand as far as faces tell, with two to spare: for a user's ψ. */
function blindLevel(
  integrand: Integrand,
  scale: number,
  reach: readonly number[],
  rise: number,
  budget: Budget,
): number | null {
  const [cells] = OWN_CELLS[reach.length - 1];
  for (let level = 0; level < MOST_LEVELS; level++) {
    checkpoint();
    const image = integrand.image(axesOf(around(reach, wholePower(1.5, level)), cells), scale, budget);
    if (image === null) return null;
    if (isContained(image, rise)) return level + BLIND_LEVELS;
  }
  return null;
}

function around(reach: readonly number[], factor: number, periodic = false): Box {
  return reach.map((r) => ({ low: -factor * r, high: factor * r, periodic }));
}

function axesOf(box: Box, cells: number): Axis[] {
  return box.map((side) => axis({ ...side, cells }));
}

/** Whether the centres of as many cells as there may be differ by more than rounding. */
function isWide({ low, high }: Side): boolean {
  return Number.isFinite(high - low) && high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high));
}

function leastOf(phi: Float64Array): number {
  let least = phi[0];
  for (let i = 1; i < phi.length; i++) if (!(phi[i] >= least)) least = phi[i];
  return least;
}

function logSum({ on, phi }: Image, temperature: number): number {
  return logPartitionOf(phi, leastOf(phi), temperature, on.volume);
}

/** Whether Φ changes little enough from node to node, on average over the integrand, for its lattice to show it. */
function isShown({ on, phi }: Image, temperature: number): boolean {
  const least = leastOf(phi);
  const weight = phi.map((value) => exp((least - value) / temperature));
  let total = 0;
  for (let at = 0; at < on.size; at++) total += weight[at];
  return on.axes.every(({ cells }, k) => {
    const stride = on.strides[k];
    let sharp = 0;
    let rough = 0;
    for (let from = 0; from < on.size; from += cells * stride) {
      for (let at = from + 2 * stride; at < from + (cells - 2) * stride; at++) {
        const near = phi[at + stride] + phi[at - stride];
        const far = phi[at + 2 * stride] + phi[at - 2 * stride];
        sharp += weight[at] * Math.abs(near - 2 * phi[at]);
        rough += weight[at] * Math.abs(far - 4 * near + 6 * phi[at]);
      }
    }
    const size = total * temperature;
    return sharp <= SHARPEST * size && rough <= ROUGHEST * size;
  });
}

/** Whether rounding tells a minimum from what lies that far above it, to a part in a million. */
function isDistinct(least: number, rise: number): boolean {
  return Number.EPSILON * Math.abs(least) < 1e-6 * rise;
}

/** Whether Φ is that far above its minimum on every cell beside a face. */
function isContained({ on, phi }: Image, rise: number): boolean {
  const enough = leastOf(phi) + rise;
  return on.axes.every(({ cells }, k) => {
    const stride = on.strides[k];
    for (let from = 0; from < on.size; from += cells * stride) {
      for (let j = from; j < from + stride; j++) {
        if (!(phi[j] >= enough && phi[j + (cells - 1) * stride] >= enough)) return false;
      }
    }
    return true;
  });
}

/**
 * The smallest box of cells in which Φ may be less than `rise` above its minimum, with one cell to spare; null where Φ is not a
 * number somewhere, or where rounding hides the rise. Within a cell Φ may fall below its value at the centre by half of what it
 * changes to the neighbours.
 */
function hull({ on, phi }: Image, rise: number): Side[] | null {
  const least = leastOf(phi);
  if (!isDistinct(least, rise)) return null;
  const fall = fallsWithin(on, phi);
  return on.axes.map(({ cells, centres, spacing }, k) => {
    let first = cells - 1;
    let last = 0;
    for (let at = 0; at < on.size; at++) {
      if (phi[at] - fall[at] >= least + rise) continue;
      const i = Math.floor(at / on.strides[k]) % cells;
      if (i < first) first = i;
      if (i > last) last = i;
    }
    return { low: centres[first] - 1.5 * spacing, high: centres[last] + 1.5 * spacing, periodic: false };
  });
}

function fallsWithin(on: Grid, phi: Float64Array): Float64Array {
  const fall = new Float64Array(on.size);
  const along = new Float64Array(on.size);
  for (let k = 0; k < on.axes.length; k++) {
    along.fill(0);
    eachFace(on, k, (at, next, count) => {
      for (let j = 0; j < count; j++) {
        const change = Math.abs(phi[next + j] - phi[at + j]);
        if (change > along[at + j]) along[at + j] = change;
        if (change > along[next + j]) along[next + j] = change;
      }
    });
    for (let j = 0; j < on.size; j++) fall[j] += 0.5 * along[j];
  }
  return fall;
}
