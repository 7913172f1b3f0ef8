// One JKO step by entropic optimal transport (Peyré 2015; Karlsson, Ringh 2017), convention (1/h)[½W₂² + ε KL]:
//   minimise (1/h)(∫½|x − y|² dπ + ε∫π log π) + E(π's second marginal) over couplings π with first marginal μ_k.
// π = u(x) K(x, y) v(y), K = e^(−|x−y|²/2ε): alternately u = μ_k/Kv, and v = μ/a with a = Kᵀu and μ the Gibbs measure
//   μ ∝ exp(−(Φ[μ] − (ε/h) log a)/T), T = τ + ε/h.  The limit ε = αh solves the equation with (α/2)Δμ more.

import { exp, log } from "../../base/elementary.ts";
import { inputError, MuflowError } from "../../base/errors.ts";
import { requirePositive } from "../../base/keys.ts";
import { Sum, sumOf } from "../../base/sum.ts";
import { rounded } from "../../base/words.ts";
import { GaussianKernel } from "../../grid/gaussian-kernel.ts";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { Anderson } from "../../linear/anderson.ts";
import type { Problem } from "../../problem/problem.ts";
import { type GibbsSolver, gibbsSolver } from "../equilibrium/gibbs.ts";
import { GridField } from "../field/field.ts";
import { type InteractionField, interactionField } from "../field/interaction.ts";
import type { JkoRecord, JkoReport, JkoStepper } from "./method.ts";

export interface EntropicOptions {
  problem: Problem;
  grid: Grid;
  /** Cell averages ≥ 0, mass 1. */
  density: Float64Array;
  /** h */
  step: number;
  /** ε; default `defaultEpsilon` */
  epsilon?: number;
  /**
   * True: E gives back the (ε/2h)∫μ log μ that the regularisation takes, so that at ε = αh the limit equation has the problem's
   * own τ, and what is left of the bias is of order ε, as the scheme's own error is of order h. Default false.
   */
  compensated?: boolean;
  /** Scaling iterations a step may take; default 2000 */
  iterations?: number;
  /** Of that problem on that grid, where one is there already: its ψ are not tabulated again. */
  field?: GridField;
}

/**
 * L1 distance between π's second marginal and μ at which a step is done; π's first marginal is μ_k to round-off. The error of μ is
 * of that size: slow modes of log v, which a residual r hides T h/ε times, enter log μ with the factor ε/hT.
 */
const MARGINAL = 1e-9;
/** Round-off of logarithms of size 1. */
const ROUNDING = 2 ** -48;
const MOST_ITERATIONS = 2000;
/** The accelerated iteration starts afresh where its residual exceeds the least so far this many times. */
const SETBACK = 10;
/** What the norm of the acceleration gives to cells without mass, or it would extrapolate log v there without bounds. */
const FLOOR = 1e-3;

/** max_k Δ_k², the least ε that the cells resolve well; compensated: 2τh where that is more, which makes V-only steps direct. */
export function defaultEpsilon(grid: Grid, step: number, temperature: number, compensated: boolean): number {
  const resolved = Math.max(...grid.axes.map(({ spacing }) => spacing * spacing));
  return compensated ? Math.max(resolved, 2 * temperature * step) : resolved;
}

/**
 * Entropically regularised JKO steps on a grid, planes and tori of any number of axes; R(f_μ) at the new measure, W at the old
 * one (a splitting of first order, as is the scheme). Works in logarithms: no ε that the cells resolve under- or overflows.
 *
 * Solves the step's optimality system by scaling, accelerated (Anderson), to a stated marginal error; never returns an
 * unconverged iterate. Order 1 in h; bias: (ε/2h)Δμ in the equation, unless compensated. E need not fall in each step.
 * Cost of an iteration: two kernel applications, O(n Σ n_k) additions, and one Gibbs solve (gibbs.ts; with V alone a single
 * pass); 5 to 20 iterations while (τ + A)h ≲ 10 ε, A the curvature of R times the variance of ψ, then up to 20 √((τ + A)h/ε).
 * Mass 1 to round-off and density ≥ 0; no mass leaves a bounded axis.
 * Errors: an ε below Δ²/2 (input); no convergence (numerics).
 */
class EntropicStepper implements JkoStepper {
  readonly epsilon: number;
  private readonly grid: Grid;
  private readonly field: GridField;
  private readonly gibbs: GibbsSolver;
  private readonly kernel: GaussianKernel;
  private readonly pairs: InteractionField | null;
  private readonly anderson: Anderson;
  /** T = τ + ε/h; compensated τ + ε/2h. */
  private readonly temperature: number;
  /** ε/h */
  private readonly rate: number;
  private readonly most: number;
  private mu: Float64Array;
  /** log v and c, from which the next step starts. */
  private potential: Float64Array;
  private outputs: Float64Array;
  private last: JkoReport = { iterations: 0, marginal_error: 0 };

  private readonly numbers: Float64Array;
  private readonly logMu: Float64Array;
  private readonly logA: Float64Array;
  private readonly frozen: Float64Array;
  private readonly reference: Float64Array;
  private readonly residual: Float64Array;
  private readonly weight: Float64Array;

  constructor(options: EntropicOptions) {
    const { problem, grid, density, step, epsilon, compensated = false, iterations } = options;
    requirePositive("time.step", step);
    const { temperature, interaction } = problem;
    this.epsilon = epsilon ?? defaultEpsilon(grid, step, temperature, compensated);
    this.most = iterations ?? MOST_ITERATIONS;
    this.kernel = new GaussianKernel(grid, this.epsilon);
    this.grid = grid;
    this.rate = this.epsilon / step;
    this.temperature = temperature + (compensated ? 0.5 : 1) * this.rate;
    this.field = new GridField({ ...problem, interaction: null }, grid, options.field?.features);
    this.gibbs = gibbsSolver(this.field);
    this.pairs = interactionField(interaction, grid);
    this.anderson = new Anderson(grid.size);
    this.mu = checked(grid, density);
    this.potential = new Float64Array(grid.size);
    this.outputs = new Float64Array(this.field.count);
    this.field.observe(this.mu, this.outputs);
    this.numbers = new Float64Array(this.pairs?.count ?? 0);
    const cells = () => new Float64Array(grid.size);
    this.logMu = cells();
    this.logA = cells();
    this.frozen = cells();
    this.reference = cells();
    this.residual = cells();
    this.weight = cells();
  }

  step(): void {
    const { grid, pairs, logMu, frozen, residual, anderson, weight } = this;
    frozen.fill(0);
    if (pairs !== null) {
      pairs.observe(this.mu, this.numbers, 0);
      pairs.addPotential(this.numbers, 0, frozen, true);
    }
    for (let i = 0; i < logMu.length; i++)
      logMu[i] = this.mu[i] > 0 ? log(this.mu[i]) : Number.NEGATIVE_INFINITY;
    const v = this.potential.slice();
    let outputs = this.outputs;
    let least = Number.POSITIVE_INFINITY;
    const floor = FLOOR / (grid.volume * grid.size);
    anderson.restart();
    for (let iteration = 1; ; iteration++) {
      const measure = this.evaluate(v, outputs);
      outputs = measure.outputs.slice();
      const error = this.marginalError(measure.density);
      if (error <= this.allowed(v, measure.density)) {
        this.accept(v, measure.density, outputs);
        this.last = { iterations: iteration, marginal_error: error };
        return;
      }
      if (Number.isNaN(error) || iteration === this.most) throw this.unconverged(error, iteration);
      // Far from the solution the map is not linear and differences mislead: a plain iteration, and new ones.
      if (error > SETBACK * least) {
        anderson.restart();
        least = error;
      }
      least = Math.min(least, error);
      for (let i = 0; i < weight.length; i++) weight[i] = measure.density[i] + floor;
      anderson.advance(v, residual, weight);
    }
  }

  density(): Float64Array {
    return this.mu.slice();
  }

  densityOf(state: Float64Array): Float64Array {
    return state.subarray(0, this.grid.size);
  }

  save(): Float64Array {
    const { size } = this.grid;
    const state = new Float64Array(2 * size + this.outputs.length);
    state.set(this.mu);
    state.set(this.potential, size);
    state.set(this.outputs, 2 * size);
    return state;
  }

  restore(state: Float64Array): void {
    const { size } = this.grid;
    if (state.length !== 2 * size + this.outputs.length) {
      throw inputError(
        "jko.cells",
        `found a state of ${state.length} numbers; this stepper has ${2 * size + this.outputs.length}`,
      );
    }
    this.mu = state.slice(0, size);
    this.potential = state.slice(size, 2 * size);
    this.outputs = state.slice(2 * size);
  }

  report(): JkoReport {
    return { ...this.last, epsilon: this.epsilon };
  }

  /** One scaling iteration from log v: `residual` = F(log v) − log v. */
  private evaluate(v: Float64Array, start: Float64Array) {
    const { logA, logMu, reference, frozen, residual, kernel, temperature, rate } = this;
    kernel.apply(v, logA);
    for (let i = 0; i < logA.length; i++) logA[i] = logMu[i] - logA[i];
    kernel.apply(logA, logA);
    for (let i = 0; i < logA.length; i++) reference[i] = frozen[i] - rate * logA[i];
    const measure = this.gibbs.solve({ temperature, reference, start });
    // log(μ/a) from the potential, where μ itself may have underflowed.
    const { potential, logPartition } = measure;
    for (let i = 0; i < v.length; i++) {
      residual[i] = -potential[i] / temperature - logPartition - logA[i] - v[i];
    }
    return measure;
  }

  /** ∫|va − μ|, the second marginal's distance from μ. */
  private marginalError(density: Float64Array): number {
    let total = 0;
    for (let i = 0; i < density.length; i++) {
      if (density[i] > 0) total += density[i] * Math.abs(exp(-this.residual[i]) - 1);
    }
    return this.grid.volume * total;
  }

  /** Never below what the round-off of log v and log a leaves. */
  private allowed(v: Float64Array, density: Float64Array): number {
    const total = new Sum();
    for (let i = 0; i < v.length; i++) {
      if (density[i] > 0) total.add(density[i] * (Math.abs(v[i]) + Math.abs(this.logA[i])));
    }
    return Math.max(MARGINAL, ROUNDING * this.grid.volume * total.value());
  }

  private accept(v: Float64Array, density: Float64Array, outputs: Float64Array): void {
    const mass = this.grid.volume * sumOf(density);
    for (let i = 0; i < v.length; i++) {
      this.mu[i] = density[i] / mass;
      // The next start: one more plain iteration.
      this.potential[i] = v[i] + this.residual[i];
    }
    this.outputs = outputs;
  }

  private unconverged(error: number, iterations: number): MuflowError {
    return new MuflowError(
      "numerics",
      `JKO: after ${iterations} scaling iterations the coupling's marginal is off by ${error.toExponential(1)} in L1; allowed: ` +
        `${MARGINAL}. Try epsilon = ${rounded(4 * this.epsilon, 2)} or more, or a shorter step`,
    );
  }
}

/** Entropically regularised JKO steps. */
export function entropicStepper(options: EntropicOptions): EntropicStepper {
  return new EntropicStepper(options);
}

/** Scaling iterations of a step, roughly. */
const SCALINGS = 100;

export const ENTROPIC: JkoRecord<"entropic"> = {
  name: "entropic",
  description: "one or two, with a bias of order epsilon",
  sources: ["peyre2015", "caluya2020"],
  regularised: true,
  bytes: 1000,
  cost: (cells) => SCALINGS * Math.max(...cells),
  unit: 0.8,
  breaches: (_asked, { dimension }) =>
    dimension <= 2
      ? []
      : [{ key: ["method"], found: "entropic", allowed: "nothing: jko serves one or two coordinates" }],
  make: ({ field, law, leak, step, epsilon }) =>
    entropicStepper({
      problem: field.problem,
      grid: field.grid,
      field,
      density: initialDensity(field.grid, law, leak),
      step,
      ...(epsilon === null ? { compensated: true } : { epsilon }),
    }),
};

function checked(grid: Grid, density: Float64Array): Float64Array {
  const bad = density.find((value) => !(value >= 0) || !Number.isFinite(value));
  const mass = grid.volume * sumOf(density);
  if (density.length !== grid.size || bad !== undefined || !(mass > 0)) {
    throw inputError(
      "jko.density",
      `found ${bad ?? `${density.length} numbers of mass ${mass}`}; allowed: ${grid.size} cell averages ≥ 0 of mass > 0`,
    );
  }
  return density.map((value) => value / mass);
}
