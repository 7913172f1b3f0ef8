// A lower bound on the optimum from a network's outputs alone (docs/theory.md §3.6), τ > 0, no W: with g_i = q_i ∂ℓ(c_i, y_i),
//   D(κg) = −R*(κg) − τ log ∫e^(−Φ/τ)dθ ≤ E_τ*,   Φ = V + Σ κg_iψ(·; x_i),   κ ∈ [0, 1].
// D(g) where the integral is finite and resolved, else D(κg) at the best such κ, D(κg) being concave in κ. A trained output with
// quadratic V is integrated out; what is left is exact on cones (cone-integral.ts), or a rule on a box (box-integral.ts) whose error
// is taken off. At most three axes are left.

import { type Dynamics, temperatureOf } from "../../dynamics/dynamics.ts";
import { wallsOf } from "../../dynamics/reflected-langevin.ts";
import { certifiable, conjugateRiskAt } from "../../pde/equilibrium/certificate.ts";
import { outputPenalty, penaltiesOf } from "../../problem/penalties.ts";
import { type Problem, residualAt } from "../../problem/problem.ts";
import { BoxIntegral } from "./box-integral.ts";
import type { ConeIntegral } from "./cone-integral.ts";
import { coneIntegral } from "./cones.ts";
import { type Estimate, logFree } from "./estimate.ts";
import { type Budget, Integrand, MOST_KEPT } from "./integrand.ts";

/** Whether a lower bound on the optimum is recorded where it exists. */
export const DUAL_OPTIONS = ["auto", "off"] as const;
export type DualOption = (typeof DUAL_OPTIONS)[number];

/** Axes that an integral may have. */
const MOST_AXES = 3;
/** Share of what a bound may cost that g itself may take; the rest is for finding κ and for D(κg), and what g leaves. */
const FIRST_SHARE = 0.6;
/** Share kept for D(0), the last resort, where that takes an integral. */
const LAST_SHARE = 0.15;
/** Scales tried, over the one that seems best, until the integral is resolved. */
const TRIES = [1, 0.8, 0.6, 0.4, 0.2];
const GOLDEN = 0.5 * (Math.sqrt(5) - 1);
const SEARCHES = 24;
/** Where the search itself is rough. */
const ROUGH_SEARCHES = 10;
/** Scales looked at before and after. */
const EDGES = 6;

/** Why a problem has no bound, or null where it has one, at temperatures up to that. */
export type Lack = "temperature" | "interaction" | "own potential" | "confinement" | "axes";

/** Axes of the integral: those of θ, but for an output that is integrated out. */
export function boundAxes(problem: Problem): number {
  return problem.dimension - (outputPenalty(problem) === null ? 0 : 1);
}

/** It exists with τ > 0, no W, a V that is not a user's own and confines (or the torus), and three axes at most. */
export function lackOfBound(problem: Problem, temperature: number = problem.temperature): Lack | null {
  if (!(temperature > 0)) return "temperature";
  if (!certifiable(problem)) return "interaction";
  // What lies beyond any box cannot be bounded where nothing is known of V.
  if (problem.potential.joint !== null) return "own potential";
  if (problem.domain === "plane" && !problem.potential.confining) return "confinement";
  return boundAxes(problem) > MOST_AXES ? "axes" : null;
}

interface Networks {
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  readonly dual?: DualOption;
}

/** Why the networks of a run have no bound; null where they have. */
export function lackOfDual({ problem, dynamics, dual }: Networks): Lack | "off" | "walls" | null {
  if (dual === "off") return "off";
  // The bound is one on the optimum over all θ. That in a box lies above it: the gap would never close.
  return wallsOf(dynamics) !== null ? "walls" : lackOfBound(problem, temperatureOf(problem, dynamics).at(0));
}

/** What bounds cost, typically, in evaluations of ψ at all data: the first, and each. */
export interface BoundCost {
  readonly once: number;
  readonly each: number;
}

export function costOfBound(problem: Problem, steady = true): BoundCost {
  const cones = coneIntegral(problem);
  if (cones !== null) return { once: 0, each: cones.cost };
  const integrand = new Integrand(problem, 0, steady);
  // Of no κ but 0 is the integral finite: a closed form.
  if (integrand.outer !== null && integrand.steep) return { once: 0, each: 1 };
  const { evaluations, roughEvaluations } = new BoxIntegral(integrand);
  // Where the output is bounded, or none, an integral is seldom infinite, and κ seldom looked for.
  const search = integrand.outer === null ? 0 : (ROUGH_SEARCHES + EDGES) * roughEvaluations;
  return { once: integrand.once, each: evaluations / FIRST_SHARE + search };
}

/** One bound, and how it came about. */
export interface Bound {
  /** D(κg) less the error of its integral; NaN: none. */
  readonly value: number;
  /** κ */
  readonly scale: number;
  /** What D(g) lacks where κ < 1 or there is no value. */
  readonly lack: "infinite" | "unresolved" | "overflow" | null;
}

/** Bounds for the networks of one problem. Results depend on the outputs, the temperature and `evaluations`, not on earlier calls. */
export class LowerBound {
  private readonly evaluations: number;
  private readonly residual: Float64Array;
  private readonly cones: ConeIntegral | null;
  private readonly penalties: readonly number[] | null;
  private readonly integrand: Integrand | null;
  private readonly boxes: BoxIntegral | null;

  /**
   * `temperature`: where none is given later; default the problem's. `evaluations`: of ψ at all data that one bound may cost;
   * default: as many as it takes. `bytes`: what may be kept between calls, at most and by default 16 MiB; changes no bit. `steady`:
   * every bound is at that temperature, default true: ψ on some lattices is then counted once.
   */
  constructor(
    private readonly problem: Problem,
    private readonly temperature: number = problem.temperature,
    {
      evaluations = Number.POSITIVE_INFINITY,
      bytes = Number.POSITIVE_INFINITY,
      steady = true,
    }: { evaluations?: number; bytes?: number; steady?: boolean } = {},
  ) {
    this.evaluations = evaluations;
    this.residual = new Float64Array(problem.data.size);
    this.cones = coneIntegral(problem, evaluations);
    this.penalties = penaltiesOf(problem);
    const capacity = Math.min(MOST_KEPT, bytes / Float64Array.BYTES_PER_ELEMENT);
    this.integrand = this.cones === null ? new Integrand(problem, capacity, steady) : null;
    this.boxes = this.integrand === null ? null : new BoxIntegral(this.integrand);
  }

  /** D at a network's outputs; NaN where there is none. */
  at(outputs: Float64Array, temperature: number = this.temperature): number {
    return this.boundAt(outputs, temperature).value;
  }

  /** The same, and how it came about. */
  boundAt(outputs: Float64Array, temperature: number = this.temperature): Bound {
    const { problem, residual } = this;
    residualAt(problem, outputs, residual);
    const finite = residual.every(Number.isFinite) && Number.isFinite(conjugateRiskAt(problem, outputs));
    if (!finite) return { value: Number.NaN, scale: Number.NaN, lack: "overflow" };
    const dual = (scale: number, { value, error }: Estimate) =>
      -conjugateRiskAt(problem, outputs, scale) - temperature * (value + error);
    const free = logFree(this.penalties, temperature);
    const none = free === null ? null : { value: free, error: 0 };
    if (this.cones !== null) return onCones(this.cones, residual, temperature, dual, none);
    this.integrand?.load(residual);
    this.boxes?.at(temperature);
    return onBoxes(this.boxes as BoxIntegral, this.evaluations, dual, none);
  }
}

type Dual = (scale: number, logIntegral: Estimate) => number;

function onCones(
  cones: ConeIntegral,
  g: Float64Array,
  temperature: number,
  dual: Dual,
  none: Estimate | null,
): Bound {
  cones.load(g);
  const at = (scale: number) => dual(scale, cones.estimate(scale, temperature));
  const whole = cones.estimate(1, temperature);
  const value = dual(1, whole);
  if (Number.isFinite(value)) return { value, scale: 1, lack: null };
  const lack = Number.isNaN(whole.value) ? "unresolved" : "infinite";
  const maximum = best(at, Math.min(1, cones.critical()), SEARCHES);
  if (Number.isFinite(maximum.value) || none === null) return { ...maximum, lack };
  return { value: dual(0, none), scale: 0, lack };
}

function onBoxes(boxes: BoxIntegral, evaluations: number, dual: Dual, none: Estimate | null): Bound {
  const first: Budget = { left: FIRST_SHARE * evaluations };
  const whole = boxes.estimate(1, first, true);
  const value = dual(1, whole);
  if (Number.isFinite(value)) return { value, scale: 1, lack: null };
  const lack = Number.isNaN(whole.value) ? "unresolved" : "infinite";
  const reserve = none === null ? LAST_SHARE * evaluations : 0;
  const rest: Budget = { left: first.left + (1 - FIRST_SHARE) * evaluations - reserve };
  const rough = (scale: number) => {
    const value = boxes.rough(scale, rest);
    return value === null ? null : dual(scale, { value, error: 0 });
  };
  const { scale: likely } = best(rough, 1, ROUGH_SEARCHES);
  // Shared boxes first, on which ψ is known; what is left then is for one of its own.
  for (const [share, withOwnBox] of [...TRIES.map((share) => [share, false] as const), [1, true] as const]) {
    const scale = share * likely;
    const value = dual(scale, boxes.estimate(scale, rest, withOwnBox));
    if (Number.isFinite(value)) return { value, scale, lack };
  }
  const least = dual(0, none ?? boxes.estimate(0, { left: rest.left + reserve }, true));
  return { value: Number.isFinite(least) ? least : Number.NaN, scale: 0, lack };
}

/**
 * The largest value of a concave function on [0, most], −∞ or NaN where it has none: golden section, and then the vertex of the
 * parabola through the best point and its neighbours. It ends where the function is null, which says no more.
 */
function best(
  f: (scale: number) => number | null,
  most: number,
  searches: number,
): { value: number; scale: number } {
  const seen: { scale: number; value: number }[] = [];
  let silent = false;
  const at = (scale: number) => {
    const result = silent ? null : f(scale);
    silent ||= result === null;
    const value = result === null || Number.isNaN(result) ? Number.NEGATIVE_INFINITY : result;
    seen.push({ scale, value });
    return value;
  };
  const origin = at(0);
  // Beyond a scale that is worse than 0 nothing is better.
  let high = most;
  while (high > 1e-300 && !silent && at(high) <= origin) high /= 4;
  let [from, to] = [0, Math.min(most, 4 * high)];
  let [left, right] = [to - GOLDEN * to, GOLDEN * to];
  let [atLeft, atRight] = [at(left), at(right)];
  for (let search = 0; search < searches; search++) {
    if (atLeft >= atRight) {
      [to, right, atRight] = [right, left, atLeft];
      left = to - GOLDEN * (to - from);
      atLeft = at(left);
    } else {
      [from, left, atLeft] = [left, right, atRight];
      right = from + GOLDEN * (to - from);
      atRight = at(right);
    }
  }
  const vertex = vertexOf(seen);
  if (vertex !== null) at(vertex);
  const top = seen.reduce((highest, point) => (point.value > highest.value ? point : highest));
  return top.value === Number.NEGATIVE_INFINITY ? { ...top, value: Number.NaN } : top;
}

function vertexOf(points: readonly { scale: number; value: number }[]): number | null {
  const sorted = points.filter(({ value }) => Number.isFinite(value)).sort((a, b) => a.scale - b.scale);
  const top = sorted.reduce((k, { value }, i) => (value > sorted[k].value ? i : k), 0);
  const [a, b, c] = sorted.slice(Math.max(0, top - 1), top + 2);
  if (top === 0 || c === undefined) return null;
  const rise = (b.value - a.value) / (b.scale - a.scale);
  const bend = ((c.value - b.value) / (c.scale - b.scale) - rise) / (c.scale - a.scale);
  const vertex = 0.5 * (a.scale + b.scale) - (0.5 * rise) / bend;
  return bend < 0 && vertex > a.scale && vertex < c.scale ? vertex : null;
}
