// One JKO step on a line through the quantile function (Jordan, Kinderlehrer, Otto 1998): n pieces of fixed masses m_j between
// edges X_j, the density constant on each. With d = X − X(μ_k), w_j = X_{j+1} − X_j, W₂² and the internal energies are exact:
//   W₂² = Σ m_j (d_j² + d_j d_{j+1} + d_{j+1}²)/3,  ∫μ log μ = Σ m_j log(m_j/w_j),  ∫μ^m/(m−1) = Σ m_j^m w_j^(1−m)/(m−1).

import { log, power } from "../../base/elementary.ts";
import { inputError, MuflowError } from "../../base/errors.ts";
import { requirePositive } from "../../base/keys.ts";
import { dotOf, Sum } from "../../base/sum.ts";
import { rounded } from "../../base/words.ts";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import type { InitialLaw } from "../../problem/law.ts";
import type { Problem } from "../../problem/problem.ts";
import { LowRankTridiagonal } from "./hessian.ts";
import { LineField } from "./line.ts";
import type { JkoRecord, JkoReport, JkoStepper } from "./method.ts";
import { edgesOfDensity, edgesOfLaw, pieceMasses, restrict } from "./pieces.ts";

/** The internal energy strength · ∫μ^exponent/(exponent − 1), whose flow is the porous medium equation ∂_tμ = Δμ^exponent. */
export interface PorousMedium {
  /** m > 1 */
  exponent: number;
  /** default 1 */
  strength?: number;
}

export interface QuantileOptions {
  problem: Problem;
  /** One bounded axis: what `density` restricts to, and walls that no mass crosses. */
  grid: Grid;
  /** Where μ starts: a law, conditioned to the axis, or cell averages on the grid. */
  law: InitialLaw | Float64Array;
  /** h */
  step: number;
  /** D of ∂_tμ = ∇·(D μ ∇E′), so W₂² in the metric D⁻¹; default 1 */
  mobility?: number;
  /** The most of a law's mass that the axis may cut off; default any */
  leak?: number;
  /** n; default the number of cells */
  pieces?: number;
  /** Beside τ∫μ log μ; default none. */
  porousMedium?: PorousMedium;
}

/** Gauss's two points on [0, 1]: averages over a piece to fourth order in its width, and W₂² of a piece exactly. */
const GAUSS = [0.2113248654051871, 0.7886751345948129] as const;
/**
 * Without an internal energy nothing keeps a piece between its neighbours: the straight line that best follows a bent map may
 * cross them. Atoms at the edges, of half the mass on either side, move alone, and in order while the step is short enough.
 */
const ENDS = [0, 1] as const;
/** Offset of the difference quotient for Φ″: it steers Newton's method, not its limit. */
const OFFSET = 2 ** -17;
const MOST_ITERATIONS = 60;
/** Newton's last step, relative to the extent of μ: the edges then hold to its square, or to round-off. */
const SMALL_STEP = 1e-12;
const ARMIJO = 1e-4;
const SHORTEST = 2 ** -40;
/** Round-off of a sum of terms of total size 1. */
const ROUNDING = 2 ** -48;
/** How far atoms may end out of order, relative to the extent of μ: what Newton's last step leaves. */
const DISORDER = 4 * SMALL_STEP;
/** The largest part of a piece's width that one iteration may take. */
const KEEP = 0.99;
/** Below this many units in the last place, a piece's width has no digits left. */
const FEWEST_ULPS = 1024;

/**
 * JKO steps on a line, R(f_μ) and a quadratic or cosine W at the new measure; a Gaussian W at the old one (a splitting of first
 * order, as is the scheme). Without τ and porous medium: of atoms at the edges, for which all of W₂²/2h + E is exact.
 *
 * Solves the step by Newton's method from μ_k with a line search that keeps the edges in order, so that W₂²/2h + E never rises.
 * Order 1 in h, 2 in 1/n. Cost of an iteration: 8 n M evaluations of σ, σ′, plus O(M² n) for the curvature of R; 3 to 8 of them.
 * Restrictions: p = 1, domain plane, ψ ∈ C¹. What is found is a minimum: its Hessian is positive definite, and it lies below
 * staying put. It is the global one if E is convex along mixtures (R convex, W positive semidefinite) and has an internal
 * energy, for then stationarity suffices; without one, while no atom has two minima to go to (a double well of curvature −1
 * needs h < 1), which is checked; otherwise while E is convex enough on the scale h, which is not.
 * Errors (numerics): a step too long for the potential (with the step that would do), no convergence, pieces that collapse.
 */
class QuantileStepper implements JkoStepper {
  /** m_j */
  readonly masses: Float64Array;
  private readonly grid: Grid;
  private readonly field: LineField;
  private readonly tau: number;
  private readonly h: number;
  private readonly mobility: number;
  private readonly porous: { exponent: number; factors: Float64Array } | null;
  /** Where on a piece, 0 to 1, half of its mass each stands for W₂², ψ, V and W. */
  private readonly nodes: readonly [number, number];
  private edges: Float64Array;
  private iterations = 0;

  private readonly hessian: LowRankTridiagonal;
  private readonly points: Float64Array;
  private readonly startPoints: Float64Array;
  private readonly weights: Float64Array;
  private readonly z: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly slopes: Float64Array;
  private readonly rows: Float64Array;
  private readonly force: Float64Array;
  private readonly curvature: Float64Array;
  private readonly gradient: Float64Array;
  private readonly diagonal: Float64Array;
  private readonly off: Float64Array;
  private readonly direction: Float64Array;
  /** Size of the terms of the last objective. */
  private size = 0;

  constructor({ problem, grid, law, step, mobility = 1, leak, pieces, porousMedium }: QuantileOptions) {
    this.field = new LineField(problem);
    if (grid.axes.length !== 1 || grid.axes[0].periodic) {
      throw inputError("jko.extent", "quantile needs one bounded axis; found another grid");
    }
    requirePositive("time.step", step);
    requirePositive("dynamics.mobility", mobility);
    if (leak !== undefined && !(law instanceof Float64Array)) initialDensity(grid, law, leak);
    const n = pieces ?? grid.size;
    this.masses = pieceMasses(n);
    this.grid = grid;
    this.tau = problem.temperature;
    this.h = step;
    this.mobility = mobility;
    this.porous = porousMedium === undefined ? null : porousTerms(porousMedium, this.masses);
    this.nodes = this.tau > 0 || this.porous !== null ? GAUSS : ENDS;
    this.edges =
      law instanceof Float64Array ? edgesOfDensity(grid.axes[0], law, n) : edgesOfLaw(grid.axes[0], law, n);
    const { count } = this.field;
    this.hessian = new LowRankTridiagonal(n + 1, count);
    this.points = new Float64Array(2 * n);
    this.startPoints = new Float64Array(2 * n);
    this.weights = Float64Array.from({ length: 2 * n }, (_, p) => 0.5 * this.masses[p >> 1]);
    this.z = new Float64Array(count);
    this.first = new Float64Array(count);
    this.second = new Float64Array(count);
    this.slopes = new Float64Array(count * 2 * n);
    this.rows = new Float64Array(count * (n + 1));
    this.force = new Float64Array(2 * n);
    this.curvature = new Float64Array(2 * n);
    this.gradient = new Float64Array(n + 1);
    this.diagonal = new Float64Array(n + 1);
    this.off = new Float64Array(n);
    this.direction = new Float64Array(n + 1);
  }

  step(): void {
    const start = this.edges;
    this.begin(start);
    const x = start.slice();
    const staying = this.objective(x);
    let value = staying;
    for (let iteration = 1; ; iteration++) {
      const minimum = this.findDirection(x);
      const largest = largestOf(this.direction);
      const extent = x[x.length - 1] - x[0];
      const done = largest <= SMALL_STEP * extent + 4 * Number.EPSILON * Math.max(-x[0], x[x.length - 1]);
      if (done && !minimum) throw this.tooLong(x, "a stationary point that is no minimum");
      if (done) {
        this.advance(x, this.furthest(x));
        this.iterations = iteration;
        break;
      }
      if (!(largest < Number.POSITIVE_INFINITY) || iteration === MOST_ITERATIONS) {
        throw this.tooLong(
          x,
          `Newton's last step is still ${(largest / extent).toExponential(1)} of the extent of μ`,
        );
      }
      const lowered = this.search(x, value);
      if (lowered === null) throw this.tooLong(x, "W₂²/2h + E falls no further and is not stationary");
      value = lowered;
    }
    this.requireOrder(x);
    if (this.nodes === ENDS) this.requireConvexity(x);
    value = this.objective(x);
    if (!(value <= staying + ROUNDING * this.size))
      throw this.tooLong(x, "W₂²/2h + E lies above that of staying put");
    this.edges = x;
  }

  density(): Float64Array {
    return this.densityOf(this.edges);
  }

  densityOf(edges: Float64Array): Float64Array {
    return restrict(this.grid.axes[0], edges, this.masses);
  }

  /** X_0 < … < X_n */
  positions(): Float64Array {
    return this.edges.slice();
  }

  /** Mean and variance: exact of the pieces, or of the atoms. */
  moments(): { mean: number; variance: number } {
    this.placePoints(this.edges);
    const mean = dotOf(this.weights, this.points);
    const square = this.points.map((theta) => (theta - mean) * (theta - mean));
    return { mean, variance: dotOf(this.weights, square) };
  }

  /** ∫g dμ */
  average(g: (theta: number) => number): number {
    this.placePoints(this.edges);
    return dotOf(this.weights, this.points.map(g));
  }

  /** E of the present measure (a Gaussian W: with its own W∗μ, by halves). */
  freeEnergy(): number {
    this.begin(this.edges);
    const energy = this.objective(this.edges);
    return energy - 0.5 * this.field.frozenEnergy(this.points, this.weights);
  }

  save(): Float64Array {
    return this.edges.slice();
  }

  restore(state: Float64Array): void {
    if (state.length !== this.edges.length) {
      throw inputError(
        "jko.pieces",
        `found a state of ${state.length} edges; this stepper has ${this.edges.length}`,
      );
    }
    this.edges = state.slice();
  }

  report(): JkoReport {
    return { iterations: this.iterations };
  }

  /** μ_k: where W₂ is measured from, and what a Gaussian W sees. */
  private begin(edges: Float64Array): void {
    const { low, high } = this.grid.axes[0];
    this.placePoints(edges);
    this.startPoints.set(this.points);
    this.field.freeze(this.points, this.weights, low, high);
  }

  private placePoints(x: Float64Array): void {
    for (let j = 0; j < this.masses.length; j++) {
      const width = x[j + 1] - x[j];
      this.points[2 * j] = x[j] + this.nodes[0] * width;
      this.points[2 * j + 1] = x[j + 1] - this.nodes[0] * width;
    }
  }

  /** W₂²/2hD + E at edges x, W₂ from the edges given to `begin`. */
  private objective(x: Float64Array): number {
    const { masses, field, tau, porous } = this;
    this.placePoints(x);
    field.observe(this.points, this.weights, this.z);
    const outer = field.energy(this.z, this.points, this.weights);
    const total = new Sum();
    total.add(outer.value);
    let size = outer.size;
    const scale = 0.5 / (this.h * this.mobility);
    for (let p = 0; p < this.points.length; p++) {
      const moved = this.points[p] - this.startPoints[p];
      const cost = scale * this.weights[p] * moved * moved;
      total.add(cost);
      size += cost;
    }
    for (let j = 0; j < masses.length; j++) {
      const width = x[j + 1] - x[j];
      const entropy = tau === 0 ? 0 : tau * masses[j] * log(masses[j] / width);
      const internal = porous === null ? 0 : porous.factors[j] * power(width, 1 - porous.exponent);
      total.add(entropy + internal);
      size += Math.abs(entropy) + internal;
    }
    this.size = size;
    return total.value();
  }

  /**
   * The Newton direction at x, with walls: an edge at a wall that would cross it stays. True where the Hessian is positive
   * definite; otherwise the direction is that of its convex part, which still descends.
   */
  private findDirection(x: Float64Array): boolean {
    const { field, z, first, second, points, weights, force, curvature } = this;
    this.placePoints(x);
    field.observe(points, weights, z);
    field.multipliers(z, first, second);
    field.slopes(points, this.slopes);
    this.bend(points, curvature);
    field.force(first, points, 0, force);
    this.assemble(x, false);
    const { low, high } = this.grid.axes[0];
    const n = this.masses.length;
    const held = (edge: number) =>
      (edge === 0 && x[0] <= low && this.gradient[0] >= 0) ||
      (edge === n && x[n] >= high && this.gradient[n] <= 0);
    for (const edge of [0, n]) if (held(edge)) this.hold(edge);
    let minimum = this.solve();
    if (!minimum) {
      this.assemble(x, true);
      for (const edge of [0, n]) if (held(edge)) this.hold(edge);
      this.solve();
    }
    // An edge at a wall may be free by its own slope and yet be pushed out by the others.
    for (const edge of [0, n]) {
      const out = edge === 0 ? x[0] <= low && this.direction[0] < 0 : x[n] >= high && this.direction[n] > 0;
      if (!out) continue;
      this.hold(edge);
      minimum = this.solve() && minimum;
    }
    return minimum;
  }

  /** out[p] = Φ″ at those points, for the e_r′ in `first`. Overwrites `force`. */
  private bend(points: Float64Array, out: Float64Array): void {
    this.field.force(this.first, points, OFFSET, out);
    this.field.force(this.first, points, -OFFSET, this.force);
    for (let p = 0; p < points.length; p++) out[p] = (out[p] - this.force[p]) / (2 * OFFSET);
  }

  /** Gradient, T and the rows U at x; `convex`: negative curvatures left out. Uses what `findDirection` evaluated. */
  private assemble(x: Float64Array, convex: boolean): void {
    const { masses, nodes, points, startPoints, gradient, diagonal, off, force, curvature } = this;
    const { tau, porous, rows, slopes, second } = this;
    const n = masses.length;
    gradient.fill(0);
    diagonal.fill(0);
    const spring = 1 / (this.h * this.mobility);
    for (let j = 0; j < n; j++) {
      const mass = masses[j];
      const width = x[j + 1] - x[j];
      let [left, right, bendLeft, bendRight, cross] = [0, 0, 0, 0, 0];
      for (let q = 0; q < 2; q++) {
        const p = 2 * j + q;
        const [near, far] = [nodes[1 - q], nodes[q]];
        const pull = 0.5 * mass * (force[p] + spring * (points[p] - startPoints[p]));
        const bend = 0.5 * mass * (spring + (convex ? Math.max(0, curvature[p]) : curvature[p]));
        left += near * pull;
        right += far * pull;
        bendLeft += near * near * bend;
        bendRight += far * far * bend;
        cross += near * far * bend;
      }
      let pressure = tau === 0 ? 0 : (tau * mass) / width;
      let stiffness = tau === 0 ? 0 : pressure / width;
      if (porous !== null) {
        const internal =
          ((porous.exponent - 1) * porous.factors[j] * power(width, 1 - porous.exponent)) / width;
        pressure += internal;
        stiffness += (porous.exponent * internal) / width;
      }
      gradient[j] += left + pressure;
      gradient[j + 1] += right - pressure;
      diagonal[j] += bendLeft + stiffness;
      diagonal[j + 1] += bendRight + stiffness;
      off[j] = cross - stiffness;
    }
    for (let r = 0; r < this.field.count; r++) {
      if (convex) second[r] = Math.max(0, second[r]);
      const row = r * (n + 1);
      const from = r * 2 * n;
      rows.fill(0, row, row + n + 1);
      for (let j = 0; j < n; j++) {
        const [s0, s1] = [0.5 * masses[j] * slopes[from + 2 * j], 0.5 * masses[j] * slopes[from + 2 * j + 1]];
        rows[row + j] += nodes[1] * s0 + nodes[0] * s1;
        rows[row + j + 1] += nodes[0] * s0 + nodes[1] * s1;
      }
    }
  }

  /** Takes an edge out of the Newton system. */
  private hold(edge: number): void {
    const n = this.masses.length;
    this.gradient[edge] = 0;
    this.diagonal[edge] = 1;
    this.off[edge === 0 ? 0 : n - 1] = 0;
    for (let r = 0; r < this.field.count; r++) this.rows[r * (n + 1) + edge] = 0;
  }

  private solve(): boolean {
    const { hessian, direction, gradient } = this;
    if (!hessian.factor(this.diagonal, this.off, this.rows, this.second)) return false;
    for (let j = 0; j < gradient.length; j++) direction[j] = -gradient[j];
    hessian.solve(direction);
    return true;
  }

  /** The longest part of the direction, at most 1, that keeps the edges in order and between the walls. */
  private furthest(x: Float64Array): number {
    const { direction } = this;
    const { low, high } = this.grid.axes[0];
    const n = this.masses.length;
    let part = 1;
    for (let j = 0; j < n && this.nodes === GAUSS; j++) {
      const closing = direction[j] - direction[j + 1];
      if (closing > 0) part = Math.min(part, (KEEP * (x[j + 1] - x[j])) / closing);
    }
    if (direction[0] < 0) part = Math.min(part, (low - x[0]) / direction[0]);
    if (direction[n] > 0) part = Math.min(part, (high - x[n]) / direction[n]);
    return part;
  }

  private advance(x: Float64Array, part: number): void {
    const { low, high } = this.grid.axes[0];
    for (let j = 0; j < x.length; j++) {
      x[j] = Math.min(high, Math.max(low, x[j] + part * this.direction[j]));
    }
  }

  /** Moves x along the direction as far as the objective falls enough; null where no part of it does. */
  private search(x: Float64Array, value: number): number | null {
    const { direction, gradient } = this;
    let linear = 0;
    for (let j = 0; j < direction.length; j++) linear += gradient[j] * direction[j];
    if (!(linear < 0)) return null;
    const from = x.slice();
    for (let part = this.furthest(x); part >= SHORTEST; part *= 0.5) {
      x.set(from);
      this.advance(x, part);
      const next = this.objective(x);
      if (next <= value + ARMIJO * part * linear + ROUNDING * this.size) return next;
    }
    x.set(from);
    return null;
  }

  /** Pieces keep digits in their widths; atoms may meet, and where round-off has swapped two they are put together. */
  private requireOrder(x: Float64Array): void {
    const slack = DISORDER * (x[x.length - 1] - x[0]) + 8 * Number.EPSILON * Math.max(-x[0], x[x.length - 1]);
    for (let j = 0; j < this.masses.length; j++) {
      const width = x[j + 1] - x[j];
      if (this.nodes === ENDS) {
        if (width < -slack) throw this.tooLong(x, "atoms that cross");
        x[j + 1] = Math.max(x[j], x[j + 1]);
      } else if (!(width > FEWEST_ULPS * Number.EPSILON * Math.max(Math.abs(x[j]), Math.abs(x[j + 1])))) {
        throw new MuflowError(
          "numerics",
          `JKO: μ has collapsed near ${x[j].toPrecision(6)}: a piece of mass ${this.masses[j].toExponential(1)} is ` +
            `${width.toExponential(1)} wide. Take a higher temperature, or fewer pieces`,
        );
      }
    }
  }

  /** Each atom's (θ − θ_k)²/2h + Φ(θ) must be convex where it was and where it is, or another minimum may lie lower. */
  private requireConvexity(x: Float64Array): void {
    const there = this.curvature;
    const here = new Float64Array(there.length);
    this.bend(this.startPoints, here);
    for (let p = 0; p < here.length; p++) there[p] = Math.min(there[p], here[p]);
    if (there.some((value) => 1 + this.h * this.mobility * value <= 0)) {
      throw this.tooLong(x, "an atom may have several minima to go to");
    }
  }

  /** λ with −λ a lower bound of the curvature at x gives the step that is short enough, h < 1/λ. */
  private tooLong(x: Float64Array, what: string): MuflowError {
    const { field, z, first, second, points, weights, curvature, slopes } = this;
    this.placePoints(x);
    field.observe(points, weights, z);
    field.multipliers(z, first, second);
    let least = 0;
    for (const value of curvature) if (value < least) least = value;
    for (let r = 0; r < field.count; r++) {
      if (second[r] >= 0) continue;
      let steepest = 0;
      for (let p = 0; p < points.length; p++) {
        steepest = Math.max(steepest, slopes[r * points.length + p] ** 2);
      }
      least += second[r] * steepest;
    }
    const limit = least < 0 ? 0.9 / (-least * this.mobility) : Number.POSITIVE_INFINITY;
    const wish = rounded(Math.min(limit, 0.5 * this.h), 2);
    const why =
      least < 0
        ? `JKO step too long for a non-convex potential: h = ${this.h}, where Φ bends by ${least.toPrecision(3)} (h < ${(1 / (-least * this.mobility)).toPrecision(3)} is safe)`
        : `JKO step not solved: h = ${this.h}`;
    return new MuflowError("numerics", `${why}; ${what}. Try step ≤ ${wish}`);
  }
}

/** JKO steps on a line. */
export function quantileStepper(options: QuantileOptions): QuantileStepper {
  return new QuantileStepper(options);
}

/** Evaluations of ψ for each cell in a step, roughly. */
const PASSES = 20;

export const QUANTILE: JkoRecord<"quantile"> = {
  name: "quantile",
  description: "exact in one coordinate",
  sources: [],
  regularised: false,
  bytes: 1500,
  cost: (_cells, visits) => PASSES * visits,
  unit: 60,
  breaches({ epsilon = null }, { dimension, domain }) {
    const add = (key: string, found: unknown, allowed: string) => ({ key: [key], found, allowed });
    const line = dimension === 1 && domain === "plane";
    return [
      ...(line ? [] : [add("method", "quantile", "entropic: quantiles need one coordinate in the plane")]),
      ...(epsilon === null ? [] : [add("epsilon", epsilon, "nothing with quantile, which is exact")]),
    ];
  },
  make: ({ field: { problem, grid }, law, step }) => quantileStepper({ problem, grid, law, step }),
};

/** Factors f_j of ∫μ^m strength/(m − 1) = Σ f_j w_j^(1−m). */
function porousTerms({ exponent, strength = 1 }: PorousMedium, masses: Float64Array) {
  if (!(exponent > 1) || !Number.isFinite(exponent)) {
    throw inputError("porousMedium.exponent", `found ${exponent}; allowed: a number > 1`);
  }
  requirePositive("porousMedium.strength", strength);
  return { exponent, factors: masses.map((mass) => (strength * power(mass, exponent)) / (exponent - 1)) };
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!(size <= largest)) largest = size;
  }
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}
