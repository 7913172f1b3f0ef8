// A lower bound on the optimum from a network's outputs alone (THEORY §3.6): D(g) = −R*(g) − τ log ∫e^(−Φ/τ)dθ ≤ E_τ*, where
// Φ follows from the M residuals. The integral over R^p, p ≤ 3, by the midpoint rule on a box outside which the integrand is
// below 1e-17 of its maximum, found anew for every Φ: spectrally accurate for smooth ψ, second order at kinks.

import { type Axis, axis } from "../grid/axis.ts";
import { type Grid, grid } from "../grid/grid.ts";
import { certifiable, conjugateRiskAt, logPartitionOf } from "../pde/certificate.ts";
import { GridField } from "../pde/field.ts";
import type { Problem } from "../problem/problem.ts";

/** Cells along each axis, by p: multiples of 3, see `logIntegral`. */
const CELLS = [2046, 258, 66];
/** Cells that are enough to see where the integrand lives. */
const SCAN = [258, 66, 30];
/** Φ on the faces lies at least this many τ above its minimum. */
const REACH = 40;
const GROWTH = 1.5;
const MOST_LEVELS = 60;
const MOST_ROUNDS = 12;
/** Features, numbers of eight bytes, that are kept between calls. */
const MOST_KEPT = 4e6;
/** A box that shrinks by less than this is as small as it gets. */
const SHRINKING = 0.8;
/** How far the rules with all cells and with every third may differ in log Z: with all of them it is then known to 1e-5 at kinks, and to round-off for smooth ψ. */
const RESOLVED = 1e-4;

/** True where the bound exists: τ > 0, no W, p ≤ 3, and V confines (or the torus). */
export function hasLowerBound(problem: Problem, temperature: number = problem.temperature): boolean {
  const { dimension, domain, potential } = problem;
  return (
    temperature > 0 &&
    dimension <= CELLS.length &&
    certifiable(problem) &&
    (domain === "torus" || potential.confining)
  );
}

/** Φ on the cells of a box. */
interface Image {
  readonly field: GridField;
  readonly phi: Float64Array;
}

/** Bounds for the networks of one problem. Results depend on the outputs and the temperature alone, not on earlier calls. */
export class LowerBound {
  private readonly problem: Problem;
  private readonly highest: number;
  private readonly reach: Float64Array;
  private readonly scans = new Map<number, GridField>();
  private last: GridField | null = null;

  /** `highest`: the highest temperature that will be asked for; default the problem's. */
  constructor(problem: Problem, highest: number = problem.temperature) {
    this.problem = problem;
    this.highest = highest;
    this.reach = firstReach(problem, highest);
  }

  /** D at a network's outputs; NaN where the grid of this p does not resolve the integral. */
  at(outputs: Float64Array, temperature: number = this.highest): number {
    const { problem } = this;
    const close = this.closest(outputs, temperature);
    if (close === null) return Number.NaN;
    const fine = CELLS[problem.dimension - 1];
    const { field, phi } = imageOn(this.fineField(close.map((one) => snapped(one, fine))), outputs);
    const logZ = logIntegral(field.grid, phi, temperature);
    return -conjugateRiskAt(problem, outputs) - temperature * logZ;
  }

  /** The features of the last box are kept, where they are few: along a run many calls share one. */
  private fineField(axes: readonly Axis[]): GridField {
    const sameBox = this.last?.grid.axes.every(
      ({ low, high }, k) => low === axes[k].low && high === axes[k].high,
    );
    if (this.last !== null && sameBox) return this.last;
    const field = new GridField(this.problem, grid(axes));
    this.last = field.grid.size * field.outputs <= MOST_KEPT ? field : null;
    return field;
  }

  /** The axes of the smallest box outside which the integrand cannot be seen, found by scans, each within the last. */
  private closest(outputs: Float64Array, temperature: number): readonly Axis[] | null {
    const { problem } = this;
    let image: Image | null = null;
    for (let level = 0; level < MOST_LEVELS && image === null; level++) {
      const wide = imageOn(this.scan(level), outputs);
      if (problem.domain === "torus") return wide.field.grid.axes;
      if (isContained(wide.field.grid, wide.phi, temperature)) image = wide;
    }
    if (image === null) return null;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const axes = tightAxes(image.field.grid, image.phi, temperature);
      const shrank = image.field.grid.axes.some(
        (before, k) => axes[k].high - axes[k].low < SHRINKING * (before.high - before.low),
      );
      if (!shrank) return axes;
      image = imageOn(new GridField(problem, grid(axes)), outputs);
    }
    return image.field.grid.axes;
  }

  private scan(level: number): GridField {
    const known = this.scans.get(level);
    if (known !== undefined) return known;
    const { dimension: p, domain } = this.problem;
    const torus = domain === "torus";
    const axes = Array.from({ length: p }, (_, k) => {
      const reach = torus ? Math.PI : this.reach[k] * GROWTH ** level;
      return axis({ low: -reach, high: reach, cells: SCAN[p - 1], periodic: torus });
    });
    const made = new GridField(this.problem, grid(axes));
    this.scans.set(level, made);
    return made;
  }
}

function imageOn(field: GridField, outputs: Float64Array): Image {
  const phi = new Float64Array(field.grid.size);
  field.potential(outputs, phi);
  return { field, phi };
}

/** So many cells on the axis, widened to a lattice of about a sixteenth of its length: boxes that differ little become one. */
function snapped({ low, high, periodic }: Axis, cells: number): Axis {
  if (periodic) return axis({ low, high, cells, periodic });
  let unit = 1;
  while (16 * unit > high - low) unit /= 2;
  while (32 * unit <= high - low) unit *= 2;
  return axis({ low: unit * Math.floor(low / unit), high: unit * Math.ceil(high / unit), cells, periodic });
}

/** Where V alone rises by REACH τ above its minimum, along each axis. */
function firstReach({ potential, dimension, domain }: Problem, temperature: number): Float64Array {
  const point = new Float64Array(1);
  return Float64Array.from({ length: dimension }, (_, k) => {
    if (domain === "torus") return Math.PI;
    const value = (theta: number) => {
      point[0] = theta;
      return potential.sum(k, point, 0, 1);
    };
    let least = value(0);
    let reach = 1 / 16;
    for (let doublings = 0; doublings < 100; doublings++) {
      least = Math.min(least, value(reach));
      if (value(reach) - least > REACH * temperature) return reach;
      reach *= 2;
    }
    return reach;
  });
}

function leastOf(phi: Float64Array): number {
  let least = phi[0];
  for (let i = 1; i < phi.length; i++) if (phi[i] < least) least = phi[i];
  return least;
}

/** Whether Φ/τ is REACH above its minimum on every cell beside a face. */
function isContained(on: Grid, phi: Float64Array, temperature: number): boolean {
  const enough = leastOf(phi) + REACH * temperature;
  return on.axes.every(({ cells }, k) => {
    const stride = on.strides[k];
    for (let from = 0; from < on.size; from += cells * stride) {
      for (let j = from; j < from + stride; j++) {
        if (phi[j] < enough || phi[j + (cells - 1) * stride] < enough) return false;
      }
    }
    return true;
  });
}

/**
 * log ∫e^(−Φ/τ); NaN unless every third cell along each axis gives the same. Not every second: those and the others mirror
 * each other, so that two symmetric wells, each within a single cell, would look resolved.
 */
function logIntegral(on: Grid, phi: Float64Array, temperature: number): number {
  const least = leastOf(phi);
  const all = logPartitionOf(phi, least, temperature, on.volume);
  const third = new Float64Array(phi.length / 3);
  const resolved = on.axes.every(({ cells }, k) => {
    const stride = on.strides[k];
    let to = 0;
    for (let from = 0; from < on.size; from += cells * stride) {
      for (let i = 0; i < cells; i += 3) {
        for (let j = 0; j < stride; j++) third[to++] = phi[from + i * stride + j];
      }
    }
    return Math.abs(logPartitionOf(third, least, temperature, 3 * on.volume) - all) < RESOLVED;
  });
  return resolved ? all : Number.NaN;
}

/** The axes of the smallest box that holds every cell where Φ/τ is within REACH of its minimum, with one cell to spare. */
function tightAxes(wide: Grid, phi: Float64Array, temperature: number) {
  const enough = leastOf(phi) + REACH * temperature;
  return wide.axes.map(({ cells, centres, spacing, periodic }, k) => {
    if (periodic) return wide.axes[k];
    let first = cells - 1;
    let last = 0;
    for (let at = 0; at < wide.size; at++) {
      if (phi[at] >= enough) continue;
      const i = Math.floor(at / wide.strides[k]) % cells;
      if (i < first) first = i;
      if (i > last) last = i;
    }
    return axis({ low: centres[first] - 1.5 * spacing, high: centres[last] + 1.5 * spacing, cells });
  });
}
