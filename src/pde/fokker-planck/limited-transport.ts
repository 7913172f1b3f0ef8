// Transport without noise, ∂_tμ = ∇·(μD∇Φ[μ]) [+ κμ(∫Φdμ − Φ)], order 2 in space and time while Φ and μ are smooth: upwind
// fluxes of van Leer's limited linear reconstruction, unsplit, Heun's strong-stability-preserving steps, Φ new at each
// stage. Mass to round-off and μ ≥ 0: substeps are cut so that no cell can lose more than it holds. (van Leer 1979)

import { MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { dotOf } from "../../base/sum.ts";
import { rounded } from "../../base/words.ts";
import { massOf } from "../../grid/density.ts";
import { eachFace, type Grid } from "../../grid/grid.ts";
import type { GridField } from "../field/field.ts";
import type { DensityStepper, FokkerPlanckOptions } from "./stepper.ts";

/** Share of the longest substep that keeps densities positive. */
const SAFETY = 0.9;
/** A step that takes more substeps than this will not end in reasonable time. */
const MOST_SUBSTEPS = 1e6;

/** The same for the second stage, which cannot choose its substep. */
const LONGEST = 0.999;

/** Cost per step: 2⌈h·max Σ_k 2D_k|∂_kΦ|/Δ_k / 0.9⌉ evaluations of Φ and O(n). */
export class LimitedTransport implements DensityStepper {
  private readonly field: GridField;
  private readonly grid: Grid;
  private readonly h: number;
  private readonly mobility: Float64Array;
  private readonly rate: number;
  private readonly z: Float64Array;
  private readonly phi: Float64Array;
  private readonly start: Float64Array;
  private readonly slope: Float64Array;
  private readonly change: Float64Array;
  /** Share of its mass that a cell can lose per unit time, at most. */
  private readonly loss: Float64Array;

  constructor({ field, step, mobility, rate }: Omit<FokkerPlanckOptions, "temperature">) {
    const { grid, count } = field;
    this.field = field;
    this.grid = grid;
    this.h = step;
    this.mobility = mobility;
    this.rate = rate;
    this.z = new Float64Array(count);
    const cells = () => new Float64Array(grid.size);
    [this.phi, this.start, this.slope, this.change, this.loss] = Array.from({ length: 5 }, cells);
  }

  step(mu: Float64Array): void {
    const { h, start, change } = this;
    let done = 0;
    while (done < h) {
      start.set(mu);
      let fastest = this.evaluate(start);
      if (!Number.isFinite(fastest)) throw diverged();
      const left = h - done;
      const substeps = Math.ceil((left * fastest) / SAFETY);
      if (substeps > MOST_SUBSTEPS) throw tooSteep(substeps, h);
      // Equal shares of what is left, so that the last substep is no sliver.
      let dt = left / Math.max(1, substeps);
      for (;;) {
        for (let i = 0; i < mu.length; i++) mu[i] = start[i] + dt * change[i];
        fastest = this.evaluate(mu);
        if (dt * fastest <= LONGEST) break;
        if (!Number.isFinite(fastest)) throw diverged();
        dt /= 2;
        this.evaluate(start);
      }
      for (let i = 0; i < mu.length; i++) mu[i] = 0.5 * (start[i] + (mu[i] + dt * change[i]));
      done = dt === left ? h : done + dt;
    }
  }

  /** −dF/dt of the semi-discrete equation at that density: Σ J_{i+½}(Φ_i − Φ_{i+1}) [+ κ Var Φ]. */
  dissipation(mu: Float64Array): number {
    this.evaluate(mu);
    // dF/dt = ∫Φ ∂_tμ
    return -this.grid.volume * dotOf(this.phi, this.change);
  }

  /** change = ∂_tμ; returns the largest share of its mass that any cell loses per unit time. */
  private evaluate(mu: Float64Array): number {
    const { field, grid, z, phi, change, loss, rate, mobility } = this;
    checkpoint();
    field.observe(mu, z);
    field.potential(z, phi);
    change.fill(0);
    loss.fill(0);
    for (const [k, { spacing }] of grid.axes.entries()) {
      limitedSlopes(grid, k, mu, this.slope);
      const scale = mobility[k] / (spacing * spacing);
      eachFace(grid, k, (at, next, count) => {
        for (let j = 0; j < count; j++) this.across(mu, at + j, next + j, scale);
      });
    }
    if (rate > 0) this.react(mu);
    let fastest = 0;
    for (let i = 0; i < loss.length; i++) if (!(loss[i] <= fastest)) fastest = loss[i];
    return fastest;
  }

  private across(mu: Float64Array, at: number, next: number, scale: number): void {
    const { phi, slope, change, loss } = this;
    const speed = scale * (phi[at] - phi[next]);
    // The reconstruction at a face lies between 0, which rounding may cross, and twice the average.
    if (speed > 0) {
      const flux = speed * Math.max(0, mu[at] + 0.5 * slope[at]);
      change[at] -= flux;
      change[next] += flux;
      loss[at] += 2 * speed;
    } else {
      const flux = speed * Math.max(0, mu[next] - 0.5 * slope[next]);
      change[at] -= flux;
      change[next] += flux;
      loss[next] -= 2 * speed;
    }
  }

  private react(mu: Float64Array): void {
    const { grid, phi, change, loss, rate } = this;
    const mean = (grid.volume * dotOf(mu, phi)) / massOf(grid, mu);
    for (let i = 0; i < mu.length; i++) {
      change[i] -= rate * mu[i] * (phi[i] - mean);
      if (phi[i] > mean) loss[i] += rate * (phi[i] - mean);
    }
  }
}

function tooSteep(substeps: number, h: number): MuflowError {
  const step = rounded((1e3 * h) / substeps, 2);
  return new MuflowError(
    "numerics",
    `explicit transport would take ${substeps.toExponential(0)} substeps, allowed ${MOST_SUBSTEPS.toExponential(0)}: Φ is steep for these cells. Try a time.step of ${step} or less, or scheme implicit, which has no such limit`,
  );
}

function diverged(): MuflowError {
  return new MuflowError("numerics", "the potential is no longer finite; try a smaller time.step");
}

/** van Leer's harmonic mean of the one-sided differences, 0 at extrema and beside faces. */
function limitedSlopes(grid: Grid, k: number, mu: Float64Array, slope: Float64Array): void {
  const { cells, periodic } = grid.axes[k];
  const stride = grid.strides[k];
  for (let from = 0; from < grid.size; from += cells * stride) {
    const last = from + (cells - 1) * stride;
    for (let row = from; row <= last; row += stride) {
      const before = row > from ? row - stride : last;
      const after = row < last ? row + stride : from;
      const edge = !periodic && (row === from || row === last);
      for (let j = 0; j < stride; j++) {
        const a = mu[row + j] - mu[before + j];
        const b = mu[after + j] - mu[row + j];
        slope[row + j] = !edge && a * b > 0 ? (2 * a * b) / (a + b) : 0;
      }
    }
  }
}
