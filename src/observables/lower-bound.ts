// A lower bound on the optimum from a network's outputs alone (THEORY §3.6): D(g) = −R*(g) − τ log ∫e^(−Φ/τ)dθ ≤ E_τ*, where
// Φ follows from the M residuals. The integral over R^p, p ≤ 3, by the midpoint rule on a box outside which the integrand is
// below 1e-17 of its maximum, found anew for every Φ: spectrally accurate for smooth ψ, second order at kinks.

import { axis } from "../grid/axis.ts";
import { type Grid, grid } from "../grid/grid.ts";
import { Certifier, certifiable, logPartitionOf } from "../pde/certificate.ts";
import { GridField } from "../pde/field.ts";
import type { Problem } from "../problem/problem.ts";

/** Cells along each axis, by p. */
const CELLS = [2048, 256, 64];
/** Φ on the faces lies at least this many τ above its minimum. */
const REACH = 40;
const GROWTH = 1.5;
const MOST_LEVELS = 60;
/** How far the rules with all cells and with every second may differ in log Z, where the integral counts as known. */
const RESOLVED = 1e-6;

/** True where the bound exists: τ > 0, no W, p ≤ 3, and V confines (or the torus). */
export function hasLowerBound(problem: Problem): boolean {
  const { temperature, dimension, domain, potential } = problem;
  return (
    temperature > 0 &&
    dimension <= CELLS.length &&
    certifiable(problem) &&
    (domain === "torus" || potential.confining)
  );
}

interface Level {
  readonly field: GridField;
  readonly certifier: Certifier;
  readonly phi: Float64Array;
}

/** Bounds for the networks of one problem. Results depend on the outputs alone, not on earlier calls. */
export class LowerBound {
  private readonly problem: Problem;
  private readonly levels = new Map<number, Level>();
  private readonly z: Float64Array;
  private readonly reach: Float64Array;

  constructor(problem: Problem) {
    this.problem = problem;
    this.z = new Float64Array(problem.data.size);
    this.reach = firstReach(problem);
  }

  /** D at a network's outputs; NaN where the grid of this p does not resolve the integral to 1e-6. */
  at(outputs: Float64Array): number {
    this.z.set(outputs);
    for (let level = 0; level < MOST_LEVELS; level++) {
      const { field, certifier, phi } = this.level(level);
      field.potential(this.z, phi);
      if (this.problem.domain !== "torus" && !isContained(field.grid, phi, this.problem.temperature))
        continue;
      if (isResolved(field.grid, phi, this.problem.temperature)) return certifier.dual(this.z);
      return this.refined(field.grid, phi);
    }
    return Number.NaN;
  }

  /** On the smallest box that the wide grid's values leave. */
  private refined(wide: Grid, values: Float64Array): number {
    const { problem, z } = this;
    const close = makeLevel(problem, grid(tightAxes(wide, values, problem.temperature)));
    close.field.potential(z, close.phi);
    return isResolved(close.field.grid, close.phi, problem.temperature)
      ? close.certifier.dual(z)
      : Number.NaN;
  }

  private level(index: number): Level {
    const known = this.levels.get(index);
    if (known !== undefined) return known;
    const { dimension: p, domain } = this.problem;
    const torus = domain === "torus";
    const made = makeLevel(
      this.problem,
      grid(
        Array.from({ length: p }, (_, k) => {
          const reach = torus ? Math.PI : this.reach[k] * GROWTH ** index;
          return axis({ low: -reach, high: reach, cells: CELLS[p - 1], periodic: torus });
        }),
      ),
    );
    this.levels.set(index, made);
    return made;
  }
}

function makeLevel(problem: Problem, on: Grid): Level {
  const field = new GridField(problem, on);
  return { field, certifier: new Certifier(field), phi: new Float64Array(on.size) };
}

/** Where V alone rises by REACH τ above its minimum, along each axis. */
function firstReach({ potential, dimension, temperature, domain }: Problem): Float64Array {
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

/** Whether every second cell along each axis gives the same integral. */
function isResolved(on: Grid, phi: Float64Array, temperature: number): boolean {
  const least = leastOf(phi);
  const all = logPartitionOf(phi, least, temperature, on.volume);
  return on.axes.every(({ cells }, k) => {
    const stride = on.strides[k];
    const half = new Float64Array(phi.length / 2);
    let to = 0;
    for (let from = 0; from < on.size; from += cells * stride) {
      for (let i = 0; i < cells; i += 2) {
        for (let j = 0; j < stride; j++) half[to++] = phi[from + i * stride + j];
      }
    }
    return Math.abs(logPartitionOf(half, least, temperature, 2 * on.volume) - all) < RESOLVED;
  });
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
