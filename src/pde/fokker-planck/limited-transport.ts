// Transport without noise, ∂_tμ = ∇·(μD∇Φ[μ]) [+ κμ(∫Φdμ − Φ)], order 2 in space and time while Φ and μ are smooth: upwind
// fluxes of van Leer's limited linear reconstruction, unsplit, Heun's strong-stability-preserving steps, Φ new at each
// stage. Mass to round-off and μ ≥ 0: substeps are cut so that no cell can lose more than it holds. (van Leer 1979)

import { MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { dotOf } from "../../base/sum.ts";
import { rounded } from "../../base/words.ts";
import { massOf } from "../../grid/density.ts";
import { eachFace, type Grid } from "../../grid/grid.ts";
import type { DensityStepper, FokkerPlanckOptions } from "./stepper.ts";

/** Share of the longest substep that keeps densities positive. */
const SAFETY = 0.9;
/** A step that takes more substeps than this will not end in reasonable time. */
const MOST_SUBSTEPS = 1e6;

/** The same for the second stage, which cannot choose its substep. */
const LONGEST = 0.999;

/** Cost per step: 2⌈h·max Σ_k 2D_k|∂_kΦ|/Δ_k / 0.9⌉ evaluations of Φ and O(n). */
export function limitedTransport({
  field,
  step: h,
  mobility,
  rate,
}: Omit<FokkerPlanckOptions, "temperature">): Required<Pick<DensityStepper, "step" | "dissipation">> {
  const { grid, count } = field;
  const z = new Float64Array(count);
  const phi = new Float64Array(grid.size);
  const start = new Float64Array(grid.size);
  const slope = new Float64Array(grid.size);
  const change = new Float64Array(grid.size);
  /** Share of its mass that a cell can lose per unit time, at most. */
  const loss = new Float64Array(grid.size);

  /** change = ∂_tμ; returns the largest share of its mass that any cell loses per unit time. */
  function evaluate(mu: Float64Array): number {
    checkpoint();
    field.observe(mu, z);
    field.potential(z, phi);
    change.fill(0);
    loss.fill(0);
    for (const [k, { spacing }] of grid.axes.entries()) {
      limitedSlopes(grid, k, mu, slope);
      const scale = mobility[k] / (spacing * spacing);
      eachFace(grid, k, (at, next, faces) => {
        for (let j = 0; j < faces; j++) across(mu, at + j, next + j, scale);
      });
    }
    if (rate > 0) react(mu);
    let fastest = 0;
    for (let i = 0; i < loss.length; i++) if (!(loss[i] <= fastest)) fastest = loss[i];
    return fastest;
  }

  function across(mu: Float64Array, at: number, next: number, scale: number): void {
    const speed = scale * (phi[at] - phi[next]);
    // The reconstruction at a face lies between 0, which rounding may cross, and twice the average.
    const upwind = speed > 0 ? mu[at] + 0.5 * slope[at] : mu[next] - 0.5 * slope[next];
    const flux = speed * Math.max(0, upwind);
    change[at] -= flux;
    change[next] += flux;
    if (speed > 0) loss[at] += 2 * speed;
    else loss[next] -= 2 * speed;
  }

  function react(mu: Float64Array): void {
    const mean = (grid.volume * dotOf(mu, phi)) / massOf(grid, mu);
    for (let i = 0; i < mu.length; i++) {
      change[i] -= rate * mu[i] * (phi[i] - mean);
      if (phi[i] > mean) loss[i] += rate * (phi[i] - mean);
    }
  }

  return {
    step(mu) {
      let done = 0;
      while (done < h) {
        start.set(mu);
        let fastest = evaluate(start);
        if (!Number.isFinite(fastest)) throw diverged();
        const left = h - done;
        const substeps = Math.ceil((left * fastest) / SAFETY);
        if (substeps > MOST_SUBSTEPS) throw tooSteep(substeps, h);
        // Equal shares of what is left, so that the last substep is no sliver.
        let dt = left / Math.max(1, substeps);
        for (;;) {
          for (let i = 0; i < mu.length; i++) mu[i] = start[i] + dt * change[i];
          fastest = evaluate(mu);
          if (dt * fastest <= LONGEST) break;
          if (!Number.isFinite(fastest)) throw diverged();
          dt /= 2;
          evaluate(start);
        }
        for (let i = 0; i < mu.length; i++) mu[i] = 0.5 * (start[i] + (mu[i] + dt * change[i]));
        done = dt === left ? h : done + dt;
      }
    },
    /** −dF/dt of the semi-discrete equation at that density: Σ J_{i+½}(Φ_i − Φ_{i+1}) [+ κ Var Φ]. */
    dissipation(mu) {
      evaluate(mu);
      // dF/dt = ∫Φ ∂_tμ
      return -grid.volume * dotOf(phi, change);
    },
  };
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
