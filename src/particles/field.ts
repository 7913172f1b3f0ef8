// The mean field of an ensemble: c_i = f_N(x_i), the residuals g_i, and ∇Φ[μ_N](θ_j) = N ∂F_N/∂θ_j
//   = Σ_i g_i ∇_θψ(θ_j; x_i) + ∇V(θ_j) + ∇(W∗μ_N)(θ_j); and Φ itself.   Cost of each: O(N·M·d), and O(N²) for a Gaussian W.

import { stopRequested } from "../base/interrupt.ts";
import { psiSums } from "../kernels/kernel.ts";
import { lanesIn, stateLength, TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import type { PsiSums } from "../kernels/psi-sums.ts";
import { rowsIn } from "../kernels/row-works.ts";
import type { MomentInteraction } from "../problem/interaction.ts";
import type { JointPotential } from "../problem/potential.ts";
import { type Problem, residualAt } from "../problem/problem.ts";
import type { Drift } from "./drift.ts";
import { average, type Ensemble } from "./ensemble.ts";
import type { RunMemory } from "./memory.ts";
import { pullKernel } from "./pull-kernel.ts";

/** All that Φ[μ] and ∇Φ[μ] need of a measure, where W does not need every pair. */
export interface FieldNumbers {
  /** c_i = f_μ(x_i) */
  readonly outputs: Float64Array;
  /** ⟨φ_0⟩, ⟨φ_1⟩ … of each coordinate, where W works through moments. */
  readonly moments: Float64Array;
}

/** Evaluates the mean field at the ensemble's state, or at any state of the same shape (a Runge–Kutta stage). */
export class MeanField implements Drift, FieldNumbers {
  /** c_i = f_N(x_i) of the state last observed. */
  readonly outputs: Float64Array;
  /** Of the state last observed. */
  readonly moments: Float64Array;
  private readonly sums: PsiSums | null;
  private readonly slopes: Float64Array;
  /** Adds ∇V and ∇(W∗μ) for the measure whose moments are `source`, at the state `at`. */
  private external: TileWork;
  private readonly externals = new Map<Float64Array, TileWork>();
  private at: Float64Array;
  private source: Float64Array;
  private readonly residual: Float64Array;
  private readonly positions: Float64Array;
  /** One neuron, and the gradient of a joint V there. */
  private readonly theta: Float64Array;
  private readonly force: Float64Array;
  private observed = false;
  private differentiated = false;

  constructor(
    readonly problem: Problem,
    private readonly particles: Ensemble,
    memory: RunMemory,
  ) {
    this.outputs = new Float64Array(problem.data.size);
    this.residual = new Float64Array(problem.data.size);
    this.slopes = particles.pass.array(stateLength(particles.part.tiles, problem.dimension));
    const { interaction } = problem;
    this.moments = new Float64Array(
      interaction?.type === "moments" ? interaction.count * problem.dimension : 0,
    );
    this.theta = new Float64Array(problem.dimension);
    this.force = new Float64Array(problem.dimension);
    this.positions = memory.positions;
    this.sums = psiSums(problem, particles.pass, memory.cacheBytes);
    this.at = particles.state;
    this.source = this.moments;
    this.external = this.externalAt(this.at);
  }

  /** ∇Φ of the state last differentiated at, p rows per tile. To ask for it is to have done all work that waits. */
  get gradient(): Float64Array {
    this.particles.pass.settle();
    return this.slopes;
  }

  /** To be called whenever θ of the ensemble changed: what was computed no longer holds. */
  moved(): void {
    this.observed = false;
    this.differentiated = false;
  }

  /** Brings `outputs` up to date with the ensemble; free when they are. */
  observe(): void {
    if (this.observed) return;
    this.observeState(this.particles.state);
    this.observed = true;
  }

  /** Brings `gradient` (and `outputs`) up to date with the ensemble; free when they are. */
  differentiate(): void {
    if (this.differentiated) return;
    this.observe();
    this.differentiateState(this.particles.state);
    this.differentiated = true;
  }

  /** `gradient` = ∇Φ[μ](θ_j) for the measure with those numbers, in the place of the ensemble's own; not with a Gaussian W. */
  differentiateIn(measure: FieldNumbers): void {
    // Activations kept of the last observation are used again.
    this.observe();
    this.differentiateState(this.particles.state, measure);
    this.differentiated = false;
  }

  /** Outputs and gradient at another state of the ensemble's shape; the ensemble's own are then out of date. */
  evaluateAt(state: Float64Array): void {
    this.moved();
    this.observeState(state);
    this.differentiateState(state);
  }

  /**
   * values (one row per tile) = Φ[μ_N](θ_j) at the ensemble's state, zero in unused lanes; Φ[μ](θ_j) where the numbers of
   * another measure are given, which a Gaussian W does not allow.
   */
  potential(values: Float64Array, { outputs, moments }: FieldNumbers = this): void {
    const { problem, particles, sums, residual } = this;
    const { part, rows, state } = particles;
    const { potential, interaction, dimension } = problem;
    this.observe();
    if (sums === null) values.fill(0);
    else {
      residualAt(problem, outputs, residual);
      sums.potential(state, rows, residual, values);
      particles.pass.settle();
    }
    if (potential.joint !== null) this.addJoint(potential.joint, values);
    for (let k = 0; k < dimension; k++) {
      const coordinate = interaction?.type === "pairs" ? this.coordinate(k) : null;
      for (let tile = 0; tile < part.tiles; tile++) {
        if (coordinate !== null && stopRequested()) return;
        const from = (tile * rows + k) * TILE;
        const to = tile * TILE;
        for (let lane = 0; lane < lanesIn(part, tile); lane++) {
          const theta = state[from + lane];
          if (!potential.vanishes) values[to + lane] += potential.value(k, theta);
          if (interaction?.type === "moments") {
            values[to + lane] += interaction.value(theta, moments, k * interaction.count);
          } else if (interaction?.type === "pairs" && coordinate !== null) {
            values[to + lane] += interaction.sum(theta, coordinate) / part.width;
          }
        }
      }
    }
  }

  /** F(μ_N) − R: ∫V dμ_N + ½∬W dμ_N dμ_N at the ensemble's state. */
  externalEnergy(): number {
    this.observe();
    return this.potentialEnergy() + this.pairEnergy() + this.momentEnergy();
  }

  /** ∫V dμ_N at the ensemble's state, whatever was observed. */
  potentialEnergy(): number {
    const { problem, particles } = this;
    const { potential, dimension } = problem;
    if (potential.vanishes) return 0;
    const { state } = particles;
    const out = new Float64Array(1);
    average(particles, 1, out, (base, lanes, sums) => {
      for (let k = 0; k < dimension; k++) {
        potential.addValues(k, state, base + k * TILE, lanes, sums, 0);
      }
      if (potential.joint === null) return;
      for (let lane = 0; lane < lanes; lane++) {
        sums[lane] += potential.joint.value(this.neuronAt(state, base + lane));
      }
    });
    return out[0];
  }

  /** ½∬W dμ_N dμ_N of the state last observed where W works through moments, else 0. */
  momentEnergy(): number {
    const { interaction, dimension } = this.problem;
    if (interaction?.type !== "moments") return 0;
    let energy = 0;
    for (let k = 0; k < dimension; k++) {
      energy += interaction.energy(this.moments, k * interaction.count);
    }
    return energy;
  }

  /** ½∬W dμ_N dμ_N of the state last observed where W needs every pair, else 0. */
  private pairEnergy(): number {
    const { problem, particles } = this;
    const { interaction, dimension } = problem;
    if (interaction?.type !== "pairs") return 0;
    const { state } = particles;
    const out = new Float64Array(1);
    average(particles, 1, out, (base, lanes, sums) => {
      for (let k = 0; k < dimension && !stopRequested(); k++) {
        const coordinate = this.coordinate(k);
        for (let lane = 0; lane < lanes; lane++) {
          sums[lane] += interaction.sum(state[base + k * TILE + lane], coordinate);
        }
      }
    });
    return (0.5 * out[0]) / particles.part.width;
  }

  /** θ of one neuron, whose first coordinate lies there, in memory that the next call writes again. */
  private neuronAt(state: Float64Array, at: number): Float64Array {
    for (let k = 0; k < this.theta.length; k++) this.theta[k] = state[at + k * TILE];
    return this.theta;
  }

  private addJoint(joint: JointPotential, values: Float64Array): void {
    const { part, rows, state } = this.particles;
    for (let tile = 0; tile < part.tiles; tile++) {
      if (stopRequested()) return;
      for (let lane = 0; lane < lanesIn(part, tile); lane++) {
        values[tile * TILE + lane] += joint.value(this.neuronAt(state, tile * rows * TILE + lane));
      }
    }
  }

  private addJointGradient(joint: JointPotential, state: Float64Array, tile: number): void {
    const { theta, force, slopes, particles } = this;
    const { part, rows } = particles;
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      joint.gradient(this.neuronAt(state, tile * rows * TILE + lane), force);
      for (let k = 0; k < theta.length; k++) slopes[(tile * theta.length + k) * TILE + lane] += force[k];
    }
  }

  private observeState(state: Float64Array): void {
    const { problem, particles, sums, outputs } = this;
    const { sums: reduction, pass, part, rows } = particles;
    if (sums === null) pass.settle();
    else {
      reduction.open(outputs.length);
      sums.observe(state, rows, reduction);
      pass.settle();
      reduction.close(outputs, 1 / part.width);
    }
    if (problem.interaction?.type === "moments") this.observeMoments(problem.interaction, state);
    if (problem.interaction?.type === "pairs") this.publish(state);
  }

  private observeMoments(interaction: MomentInteraction, state: Float64Array): void {
    const { dimension } = this.problem;
    const { count } = interaction;
    average(this.particles, count * dimension, this.moments, (base, lanes, sums) => {
      for (let k = 0; k < dimension; k++) {
        interaction.accumulate(state, base + k * TILE, lanes, sums, count * k * TILE, TILE);
      }
    });
  }

  /** Shares θ by coordinate with the whole team, once everybody has stopped reading the last one. */
  private publish(state: Float64Array): void {
    const { part, team, rows } = this.particles;
    team.barrier();
    for (let tile = 0; tile < part.tiles; tile++) {
      const lanes = lanesIn(part, tile);
      for (let k = 0; k < this.problem.dimension; k++) {
        const from = (tile * rows + k) * TILE;
        const to = k * part.width + (part.firstTile + tile) * TILE;
        for (let lane = 0; lane < lanes; lane++) this.positions[to + lane] = state[from + lane];
      }
    }
    team.barrier();
  }

  private coordinate(k: number): Float64Array {
    const { width } = this.particles.part;
    return this.positions.subarray(k * width, (k + 1) * width);
  }

  private differentiateState(state: Float64Array, { outputs, moments }: FieldNumbers = this): void {
    const { problem, particles, sums, slopes, residual } = this;
    particles.pass.clear(this.external);
    this.at = state;
    this.source = moments;
    this.external = this.externalAt(state);
    if (sums !== null) {
      residualAt(problem, outputs, residual);
      sums.drift(state, particles.rows, residual, slopes);
    }
    if (this.isPulled) particles.pass.add(this.external);
  }

  /** Whether anything but the data moves neurons; where there are none, gradients have to become 0. */
  private get isPulled(): boolean {
    const { potential, interaction } = this.problem;
    return this.sums === null || interaction !== null || !potential.vanishes;
  }

  private externalAt(state: Float64Array): TileWork {
    const known = this.externals.get(state);
    if (known !== undefined) return known;
    const { problem, particles, sums, slopes } = this;
    const { pass, rows } = particles;
    const { dimension, interaction, potential } = problem;
    const kernel =
      interaction === null && potential.joint === null && !potential.vanishes
        ? pullKernel(
            pass,
            potential,
            rowsIn(pass, state, rows),
            rowsIn(pass, slopes, dimension),
            sums === null,
          )
        : null;
    const made: TileWork = { run: (first, end) => this.addExternal(first, end), kernel };
    this.externals.set(state, made);
    return made;
  }

  private addExternal(first: number, end: number): void {
    const { problem, particles, sums, slopes, at: state, source } = this;
    const { part, rows } = particles;
    const { potential, interaction, dimension } = problem;
    if (sums === null) slopes.fill(0, first * dimension * TILE, end * dimension * TILE);
    for (let tile = first; tile < end; tile++) {
      // Only pairs make a tile long.
      if (interaction?.type === "pairs" && stopRequested()) return;
      const lanes = lanesIn(part, tile);
      if (potential.joint !== null) this.addJointGradient(potential.joint, state, tile);
      for (let k = 0; k < dimension; k++) {
        const at = (tile * rows + k) * TILE;
        const to = (tile * dimension + k) * TILE;
        if (!potential.vanishes) potential.addGradient(k, state, at, lanes, slopes, to);
        if (interaction?.type === "moments") {
          interaction.addGradient(state, at, lanes, source, k * interaction.count, slopes, to);
        } else if (interaction?.type === "pairs") {
          const coordinate = this.coordinate(k);
          for (let lane = 0; lane < lanes; lane++) {
            slopes[to + lane] += interaction.sumSlope(state[at + lane], coordinate) / part.width;
          }
        }
      }
    }
  }
}
