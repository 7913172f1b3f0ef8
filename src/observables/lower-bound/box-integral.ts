// log∫e^(−Φ/τ) by the midpoint rule on a box outside which the integrand is below 1e-14 of its maximum, on lattices each finer than
// the last until two agree: spectrally accurate where Φ is smooth, of second order at kinks. Results depend on κg and τ alone.
// For an analytic integrand the rule's error is at worst e^(−c/Δ): with 3/2 the cells it is raised to the power 3/2.

import { exp, power } from "../../base/elementary.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { type Axis, axis } from "../../grid/axis.ts";
import { eachFace, type Grid } from "../../grid/grid.ts";
import { logPartitionOf } from "../../pde/equilibrium/certificate.ts";
import { DIVERGES, type Estimate, UNRESOLVED } from "./estimate.ts";
import { type Budget, type Image, type Integrand, type Lattice, wholePower } from "./integrand.ts";

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
 * From change to change of log Z. Where Φ is smooth and the last change is below this power of the one before, itself small, the
 * rule converges as for an analytic integrand, and the error is below the last change; below that power of it once it is tiny.
 * Else both changes together tell the error. Where they do, as many times, so as not to trust an accident.
 */
const FAST = 1.5;
const SETTLING = 0.05;
const SETTLED = 1e-8;
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
const ROUGHEST = 0.3;
/** Lattices of a shared box, from the coarsest on, for which ψ is kept, by the number of axes; see SHARED_NODES. */
const KEPT_LATTICES = [3, 3, 2];
/** Lattices of a shared box, and coarsest ones of wider boxes, that an integral typically takes. */
const TYPICAL_LATTICES = 3;
const TYPICAL_BOXES = 2;

type Side = Pick<Axis, "low" | "high" | "periodic">;
type Box = readonly Side[];

/** log∫e^(−Φ/τ) of κg, for the g last given to the integrand. Never more than a budget is spent: what it does not reach is not resolved. */
export class BoxIntegral {
  private readonly axes: number;
  private readonly torus: boolean;
  private temperature = Number.NaN;
  /** How far V alone reaches along each axis, at that temperature; on the torus half a turn. */
  private reach: readonly number[] = [];
  /** Of shared boxes, by box and cells, at that temperature. */
  private readonly lattices = new Map<string, Lattice>();
  /** The shared box that `rough` looked at last. */
  private last = 0;

  constructor(private readonly integrand: Integrand) {
    this.axes = integrand.coordinates.length;
    this.torus = integrand.problem.domain === "torus";
  }

  /** What an integral typically takes, in evaluations of ψ at all data. */
  get evaluations(): number {
    const { integrand, axes } = this;
    const cells = SHARED_CELLS[axes - 1];
    const latticeCost = cells
      .slice(0, TYPICAL_LATTICES)
      .reduce((sum, count, rung) => sum + integrand.cost(count, rung < KEPT_LATTICES[axes - 1]), 0);
    return latticeCost + TYPICAL_BOXES * integrand.cost(cells[0], true);
  }

  /** What `rough` typically takes for one κ, once ψ is known. */
  get roughEvaluations(): number {
    return TYPICAL_BOXES * this.integrand.nodeCost(SHARED_CELLS[this.axes - 1][0]);
  }

  /** For the integrals that follow, of a g that is new. */
  at(temperature: number): void {
    this.last = 0;
    if (temperature === this.temperature) return;
    this.temperature = temperature;
    this.lattices.clear();
    this.reach = this.torus ? new Array(this.axes).fill(Math.PI) : this.integrand.reach(REACH * temperature);
  }

  /** `withOwnBox`: whether a box is made for it where no shared one shows it. */
  estimate(scale: number, budget: Budget, withOwnBox: boolean): Estimate {
    const { integrand, temperature, axes } = this;
    const free = scale === 0 ? integrand.logFree(temperature) : null;
    if (free !== null) return { value: free, error: 0 };
    const level = this.torus ? 0 : integrand.level(scale, this.reach, REACH * temperature);
    if (level === "infinite") return DIVERGES;
    if (level === "unknown") return UNRESOLVED;
    const shared = this.torus ? 0 : this.sharedBox(scale, level, budget);
    if (shared !== null) {
      const estimate = this.onLattices(scale, budget, SHARED_CELLS, (cells, rung) =>
        this.shared(shared, cells, rung < KEPT_LATTICES[axes - 1]),
      );
      if (this.torus || Number.isFinite(estimate.value)) return estimate;
    }
    const box = withOwnBox ? this.ownBox(scale, level, budget) : null;
    if (box === null) return UNRESOLVED;
    return this.onLattices(scale, budget, OWN_CELLS, (cells) => integrand.lattice(axesOf(box, cells), false));
  }

  /** The same, roughly, to choose κ by; null where the budget is spent. */
  rough(scale: number, budget: Budget): number | null {
    const { integrand, temperature } = this;
    const free = scale === 0 ? integrand.logFree(temperature) : null;
    if (free !== null) return free;
    const level = this.torus ? 0 : integrand.level(scale, this.reach, REACH * temperature);
    if (level === "infinite" || level === "unknown") return Number.POSITIVE_INFINITY;
    // From the box of the κ before to wider ones, or to narrower ones, whose lattices are finer.
    let value = this.roughOn(scale, this.last, budget);
    const widest = this.torus ? 0 : SHARED.length - 1;
    while (value === Number.POSITIVE_INFINITY && this.last < widest) {
      this.last += 1;
      value = this.roughOn(scale, this.last, budget);
    }
    while (value !== null && value < Number.POSITIVE_INFINITY && this.last > 0) {
      const narrower = this.roughOn(scale, this.last - 1, budget);
      if (narrower === null || narrower === Number.POSITIVE_INFINITY) break;
      value = narrower;
      this.last -= 1;
    }
    return value;
  }

  private roughOn(scale: number, k: number, budget: Budget): number | null {
    const { integrand, temperature } = this;
    const image = integrand.image(this.shared(k, SHARED_CELLS[this.axes - 1][0], true), scale, budget);
    if (image === null) return null;
    const holds = this.torus || isContained(image, ROUGH_REACH * temperature);
    return holds ? integrand.logOuter(temperature) + logSum(image, temperature) : Number.POSITIVE_INFINITY;
  }

  /** A lattice of a shared box. */
  private shared(k: number, cells: number, again: boolean): Lattice {
    const key = `${k} ${cells}`;
    const known = this.lattices.get(key);
    if (known !== undefined) return known;
    const box = around(this.reach, this.torus ? 1 : SHARED[k], this.torus);
    const lattice = this.integrand.lattice(axesOf(box, cells), again);
    if (again) this.lattices.set(key, lattice);
    return lattice;
  }

  /** On lattices each finer than the last. */
  private onLattices(
    scale: number,
    budget: Budget,
    ladders: readonly (readonly number[])[],
    lattice: (cells: number, rung: number) => Lattice,
  ): Estimate {
    const { integrand, temperature } = this;
    const { smooth } = integrand;
    const outer = integrand.logOuter(temperature);
    let best = UNRESOLVED;
    let last = Number.NaN;
    let change = Number.NaN;
    for (const [rung, cells] of ladders[this.axes - 1].entries()) {
      checkpoint();
      const image = integrand.image(lattice(cells, rung), scale, budget);
      if (image === null) break;
      const value = outer + logSum(image, temperature);
      if (!Number.isFinite(value) || !isDistinct(leastOf(image.phi), REACH * temperature)) return UNRESOLVED;
      const before = change;
      change = Math.abs(value - last);
      last = value;
      const error = errorOf(before, change, smooth);
      best = error <= LARGEST && isShown(image, temperature) ? { value, error } : UNRESOLVED;
      if (best !== UNRESOLVED && error <= (smooth ? SMALL : SMALL_AT_KINKS)) break;
    }
    return best;
  }

  /**
   * The smallest shared box outside which no lattice of a wider one shows the integrand, of those up to that level or, where nothing
   * is known of ψ, of two more; null: none.
   */
  private sharedBox(scale: number, level: number | "blind", budget: Budget): number | null {
    const rise = REACH * this.temperature;
    const [cells] = SHARED_CELLS[this.axes - 1];
    let widest = SHARED.length - 1;
    if (level !== "blind") widest = SHARED.findIndex((factor) => factor >= wholePower(1.5, level));
    if (widest < 0) return null;
    const images: Image[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k <= widest; k++) {
      checkpoint();
      const image = this.integrand.image(this.shared(k, cells, true), scale, budget);
      if (image === null) return null;
      images.push(image);
      least = Math.min(least, leastOf(image.phi));
      if (!isDistinct(least, rise)) return null;
      if (level === "blind" && isContained(image, rise)) widest = Math.min(widest, k + BLIND_BOXES);
    }
    const fits = images.findIndex((_, k) => {
      const box = around(this.reach, SHARED[k] * (1 - 2 / cells));
      return images.every((image, wider) => wider < k || isInside(image, box, least + rise));
    });
    return fits < 0 ? null : fits;
  }

  /** The smallest box outside which the integrand cannot be seen, found from wider ones; null where there is none to be found. */
  private ownBox(scale: number, level: number | "blind", budget: Budget): Box | null {
    const wide = level === "blind" ? this.blindLevel(scale, budget) : level;
    if (wide === null) return null;
    let box = around(this.reach, wholePower(1.5, wide));
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!box.every(isWide)) return null;
      const image = this.scan(box, scale, budget);
      const tight = image === null ? null : hull(image, REACH * this.temperature);
      if (tight === null) return null;
      const shrank = box.some(({ low, high }, k) => tight[k].high - tight[k].low < SHRINKING * (high - low));
      if (!shrank) break;
      box = tight;
    }
    return box;
  }

  /** A level that contains the integrand as far as faces tell, with two to spare: for a user's ψ. */
  private blindLevel(scale: number, budget: Budget): number | null {
    for (let level = 0; level < MOST_LEVELS; level++) {
      const image = this.scan(around(this.reach, wholePower(1.5, level)), scale, budget);
      if (image === null) return null;
      if (isContained(image, REACH * this.temperature)) return level + BLIND_LEVELS;
    }
    return null;
  }

  private scan(box: Box, scale: number, budget: Budget): Image | null {
    checkpoint();
    const [cells] = OWN_CELLS[this.axes - 1];
    return this.integrand.image(this.integrand.lattice(axesOf(box, cells), false), scale, budget);
  }
}

/** A bound on the error of log Z after two changes of it. */
function errorOf(before: number, change: number, smooth: boolean): number {
  if (!smooth) return CAUTION * (before + change);
  if (Number.isNaN(before)) return change <= SUDDEN ? change : Number.NaN;
  if (before > SETTLING || change > power(before, FAST)) return CAUTION * (before + change);
  return change <= SETTLED ? power(change, FAST) : CAUTION * change;
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

function around(reach: readonly number[], factor: number, periodic = false): Box {
  return reach.map((r) => ({ low: -factor * r, high: factor * r, periodic }));
}

function axesOf(box: Box, cells: number): Axis[] {
  return box.map((side) => axis({ ...side, cells }));
}

/** Whether the centres of as many cells as there may be differ by more than rounding. */
function isWide({ low, high }: Side): boolean {
  return high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high));
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
      first = Math.min(first, i);
      last = Math.max(last, i);
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
