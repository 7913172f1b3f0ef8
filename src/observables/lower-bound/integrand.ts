// The exponent Φ = V + Σ_i κg_iψ(·; x_i) of the integral behind a lower bound, as a function on lattices. Where ψ = a s(w) and V is
// quadratic, a is integrated out (docs/theory.md §3.6), and on the other axes
//   ∫e^(−(aκG + l_a a²/2)/τ)da = (2πτ/l_a)^½ e^(κ²G²/2l_aτ):   Φ = V_w − κ²G²/2l_a,   G = Σ g_is(·; x_i).
// Also how far it can reach: a scale of the box outside which V outweighs all that ψ may do, by how fast ψ grows.

import { bisected } from "../../base/search.ts";
import type { Axis } from "../../grid/axis.ts";
import { addAlong, type Grid, grid } from "../../grid/grid.ts";
import type { Activation } from "../../problem/activation.ts";
import { isRidge, outerWeight, smoothnessOf } from "../../problem/feature.ts";
import { outputPenalty, penaltiesOf } from "../../problem/penalties.ts";
import type { Problem } from "../../problem/problem.ts";
import type { ConeIntegral } from "./cone-integral.ts";
import { asymptoticCones } from "./cones.ts";
import { gaussianLog, logFree } from "./estimate.ts";
import { LatticeSums } from "./lattice.ts";

/** What may still be spent, in evaluations of ψ at all data. */
export interface Budget {
  left: number;
}

/** A product of axes, and what is known at its nodes. */
export interface Lattice {
  readonly on: Grid;
  /** V */
  readonly external: Float64Array;
  /** Whether others will ask for it, for other g: ψ is then kept. */
  readonly again: boolean;
  /** G, and of which g: they are numbered. */
  signal: { readonly values: Float64Array; readonly of: number } | null;
}

/** Φ at the nodes of a lattice. */
export interface Image {
  readonly on: Grid;
  readonly phi: Float64Array;
}

/** Arithmetic of a node beside ψ, in evaluations of ψ at one data point. */
const NODE = 2;
/** Nodes of the lattices for which ψ is kept, by the number of axes, and what that gains when they are used again. */
const SHARED_NODES = [1000, 15_000, 42_000];
const REUSED = 12;
/** Numbers of ψ, eight bytes each, that are kept between calls at most. */
export const MOST_KEPT = 2 ** 21;
/** Powers of 3/2 by which a box may be scaled. */
const MOST_LEVELS = 60;

export class Integrand {
  readonly problem: Problem;
  /** Coordinates of θ that are axes: all, or all but a. */
  readonly coordinates: readonly number[];
  /** Whether it has derivatives of every order, periodic ones on the torus. */
  readonly smooth: boolean;
  /** l_a where a is integrated out, else null. */
  readonly outer: number | null;
  /** Whether the first axis is an output weight, which multiplies G. */
  private readonly weighted: boolean;
  /** Whether ψ on the lattices that many g share fits what is kept: what is counted must not depend on the memory there is. */
  private readonly reuses: boolean;
  private readonly sums: LatticeSums | null;
  /** relu's cones where σ tends to relu far away: they decide whether the integral is finite. */
  private readonly asymptote: ConeIntegral | null;
  private g: Float64Array = new Float64Array(0);
  private number = 0;

  /** `keep`: numbers of ψ that may be kept between calls. `steady`: there is one temperature, whose lattices come again. */
  constructor(problem: Problem, keep: number, steady = true) {
    const { neuron, dimension, data, domain } = problem;
    this.problem = problem;
    this.outer = outputPenalty(problem);
    const first = this.outer === null ? 0 : 1;
    this.coordinates = Array.from({ length: dimension - first }, (_, k) => first + k);
    this.weighted = first === 0 && neuron?.outer !== undefined;
    this.smooth =
      (neuron === null || domain === "plane") && smoothnessOf(neuron) === Number.POSITIVE_INFINITY;
    this.reuses = steady && data.size * this.sharedNodes <= MOST_KEPT;
    this.sums = data.size === 0 ? null : new LatticeSums(problem, keep);
    this.asymptote = asymptoticCones(problem);
  }

  /** Whether |σ| grows faster than a line: where a is integrated out, the integral is then infinite unless G = 0. */
  get steep(): boolean {
    const { neuron } = this.problem;
    return isRidge(neuron) && growthOf(neuron.activation).degree > 1;
  }

  /** Evaluations of ψ at all data that are spent once for all g, typically: half of what may be kept. */
  get once(): number {
    return this.reuses && this.sums !== null ? 0.5 * this.sharedNodes : 0;
  }

  private get sharedNodes(): number {
    return SHARED_NODES[this.coordinates.length - (this.weighted ? 1 : 0) - 1];
  }

  /** What Φ costs on as many cells along each axis, in evaluations of ψ at all data. `again`: on a lattice for which ψ is kept. */
  cost(cells: number, again: boolean): number {
    const inner = this.coordinates.length - (this.weighted ? 1 : 0);
    const evaluated = this.sums === null ? 0 : wholePower(cells, inner);
    return this.nodeCost(cells) + (again && this.reuses ? evaluated / REUSED : evaluated);
  }

  /** What it costs where G is known. */
  nodeCost(cells: number): number {
    return (NODE * wholePower(cells, this.coordinates.length)) / Math.max(1, this.problem.data.size);
  }

  /** Takes g, finite. */
  load(g: Float64Array): void {
    this.g = g;
    this.number += 1;
    this.asymptote?.load(g);
  }

  /** A lattice on those axes. */
  lattice(axes: readonly Axis[], again: boolean): Lattice {
    const on = grid(axes);
    const external = new Float64Array(on.size);
    for (const [k, { centres }] of axes.entries()) {
      const along = centres.map((theta) => this.problem.potential.value(this.coordinates[k], theta));
      addAlong(on, k, along, external);
    }
    return { on, external, again: again && this.reuses, signal: null };
  }

  /** Φ of κg on a lattice; null where that costs more than is left. */
  image(lattice: Lattice, scale: number, budget: Budget): Image | null {
    const { problem, outer, weighted } = this;
    const { on } = lattice;
    const nodes = (NODE * on.size) / Math.max(1, problem.data.size);
    if (nodes > budget.left) return null;
    budget.left -= nodes;
    const phi = lattice.external.slice();
    if (this.sums === null || scale === 0) return { on, phi };
    const signal = this.signal(lattice, this.sums, budget);
    if (signal === null) return null;
    if (outer !== null) {
      const factor = (scale * scale) / (2 * outer);
      for (let j = 0; j < phi.length; j++) phi[j] -= factor * signal[j] * signal[j];
      return { on, phi };
    }
    const weights = weighted ? on.axes[0].centres.map((a) => outerWeight(problem.neuron!, a)) : [1];
    for (const [row, weight] of weights.entries()) {
      const factor = scale * weight;
      const at = row * signal.length;
      for (let j = 0; j < signal.length; j++) phi[at + j] += factor * signal[j];
    }
    return { on, phi };
  }

  private signal(lattice: Lattice, sums: LatticeSums, budget: Budget): Float64Array | null {
    if (lattice.signal?.of === this.number) return lattice.signal.values;
    const axes = this.weighted ? lattice.on.axes.slice(1) : lattice.on.axes;
    const size = axes.reduce((product, { cells }) => product * cells, 1);
    const cost = lattice.again ? size / REUSED : size;
    if (cost > budget.left) return null;
    budget.left -= cost;
    const values = sums.at(axes, this.g, lattice.again);
    lattice.signal = { values, of: this.number };
    return values;
  }

  /** log of what integrating a out leaves before the rest: ½ log(2πτ/l_a). */
  logOuter(temperature: number): number {
    return this.outer === null ? 0 : gaussianLog(temperature, this.outer);
  }

  /** log∫e^(−V/τ)dθ where V is quadratic, else null. */
  logFree(temperature: number): number | null {
    return logFree(penaltiesOf(this.problem), temperature);
  }

  /** How far V alone lets each axis reach: there it has risen by `rise` above its least. */
  reach(rise: number): number[] {
    return this.coordinates.map((k) => {
      const enough = this.lowest(k, 0) + rise;
      let high = 1;
      while (this.lowest(k, high) > enough && high > 1e-150) high /= 2;
      while (this.lowest(k, high) <= enough && high < 1e150) high *= 2;
      return bisected(0, high, 30, (middle) => !(this.lowest(k, middle) > enough))[1];
    });
  }

  /**
   * The least power of 3/2 by which a box of that reach must be scaled so that Φ of κg outside it is `rise` above its minimum, by
   * bounds on ψ. "blind": nothing is known of ψ; "unknown": they are too wide; "infinite": so is the integral.
   */
  level(scale: number, reach: readonly number[], rise: number): number | "blind" | "unknown" | "infinite" {
    const growth = this.growth(scale, reach);
    if (typeof growth === "string") return growth;
    const enough = this.atOrigin(scale) + rise;
    let level = MOST_LEVELS;
    while (level >= 0 && growth(wholePower(1.5, level)) >= enough) level -= 1;
    return level === MOST_LEVELS ? "unknown" : level + 1;
  }

  /** The least that Φ of κg can be on the faces of the box of that reach scaled by s, as a function of s. */
  private growth(
    scale: number,
    reach: readonly number[],
  ): ((s: number) => number) | "blind" | "unknown" | "infinite" {
    const { problem, coordinates, outer, g, weighted } = this;
    const { neuron, data } = problem;
    const least = coordinates.map((k) => this.lowest(k, 0));
    const total = least.reduce((sum, value) => sum + value, 0);
    const external = (s: number) =>
      total + Math.min(...coordinates.map((k, axis) => this.lowest(k, s * reach[axis]) - least[axis]));
    if (neuron === null || scale === 0) return external;
    if (!isRidge(neuron)) return "blind";
    const linear = neuron.outer?.linear === true;
    let size = 0;
    for (let i = 0; i < g.length; i++) size += Math.abs(g[i]);
    if (outer !== null && this.asymptote !== null) {
      // |G| ≤ √l_a (S√2V + e), S < 1 the largest on the asymptote's rays.
      const ray = scale / this.asymptote.critical();
      if (ray >= 1) return "infinite";
      const excess = (scale * size * excessOf(neuron.activation)) / Math.sqrt(outer);
      return (s) => {
        const v = external(s);
        const signal = ray * Math.sqrt(2 * v) + excess;
        return v - 0.5 * signal * signal;
      };
    }
    const { constant, slope, degree } = growthOf(neuron.activation);
    const inner = weighted ? 1 : 0;
    let weight = 0;
    for (let i = 0; i < g.length; i++) {
      let z = 0;
      for (let axis = inner; axis < coordinates.length; axis++) {
        const k = axis - inner;
        z += (k < data.inputs ? Math.abs(data.x[k * data.size + i]) : 1) * reach[axis];
      }
      weight += Math.abs(g[i]) * wholePower(z, degree);
    }
    const fall = outer !== null ? 2 * degree : degree + (weighted && linear ? 1 : 0);
    const { kind, strength } = problem.potential;
    if (weight > 0 && slope > 0 && fall > (kind === "double-well" && strength > 0 ? 4 : 2)) {
      // With an output Φ falls for ever one way or the other, unless G = 0; without, G may be positive.
      return neuron.outer === undefined ? "unknown" : "infinite";
    }
    const signal = (s: number) => scale * (constant * size + slope * weight * wholePower(s, degree));
    if (outer !== null) return (s) => external(s) - (signal(s) * signal(s)) / (2 * outer);
    if (weighted && linear) return (s) => external(s) - s * reach[0] * signal(s);
    return (s) => external(s) - signal(s);
  }

  /** Φ of κg at θ = 0. */
  private atOrigin(scale: number): number {
    const { problem, coordinates, outer, weighted, g } = this;
    const { neuron, potential } = problem;
    const zero = new Float64Array(1);
    let value = 0;
    for (const k of coordinates) value += potential.value(k, 0);
    if (!isRidge(neuron) || outer !== null || weighted) return value;
    const sigma = new Float64Array(1);
    neuron.activation.values(zero, sigma, 0, 1);
    for (let i = 0; i < g.length; i++) value += scale * g[i] * sigma[0];
    return value;
  }

  /** The least of V's part in coordinate k from |θ_k| = r on, or less. */
  private lowest(k: number, r: number): number {
    const { l2, kind, strength } = this.problem.potential;
    const u = r * r;
    if (kind === "double-well") {
      const bottom = strength > 0 ? Math.max(u, (strength - l2[k]) / strength) : u;
      return 0.5 * l2[k] * bottom + strength * (0.25 * bottom * bottom - 0.5 * bottom);
    }
    if (kind === "cosine") return 0.5 * l2[k] * u - Math.abs(strength);
    return 0.5 * (l2[k] + (kind === "quadratic" ? strength : 0)) * u;
  }
}

/** base^n for whole n ≥ 0, by multiplication. */
export function wholePower(base: number, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product *= base;
  return product;
}

/** |σ(z)| ≤ constant + slope |z|^degree. */
function growthOf({ bound, homogeneity, lipschitz, values }: Activation) {
  if (bound !== null) return { constant: bound, slope: 0, degree: 0 };
  if (homogeneity !== null) return { constant: 0, slope: 1, degree: homogeneity };
  const start = new Float64Array(1);
  values(new Float64Array(1), start, 0, 1);
  return { constant: Math.abs(start[0]), slope: lipschitz ?? 1, degree: 1 };
}

/** sup |σ(z) − max(z, 0)|, at z = 0 for softplus; of gelu sup z(1 − Φ(z)) rounded up. */
function excessOf({ name }: Activation): number {
  return name === "softplus" ? Math.LN2 : 0.17;
}
