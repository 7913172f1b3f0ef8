// One backward-Euler substep along one axis with Scharfetter–Gummel fluxes: (I + hL(Φ))μ⁺ = μ.
// Mass to round-off, μ⁺ ≥ 0, Gibbs measures fixed, and relative entropy to e^(−Φ/τ) non-increasing, for every h.
// Order 1. Cost per substep: one exponential a face and a tridiagonal solve, O(n).

import type { Grid } from "../../grid/grid.ts";
import { Resolvent } from "../../grid/resolvent.ts";
import { addFluxDerivative, conductances, rates } from "./scharfetter-gummel.ts";
import type { Stage } from "./stage.ts";

export interface AxisOptions {
  readonly grid: Grid;
  /** Axis. */
  readonly k: number;
  /** D of that coordinate. */
  readonly mobility: number;
  /** h of this substep. */
  readonly duration: number;
}

/** The resolvent (I + hL(Φ))^{-1} along one axis, with its derivative in Φ. */
export class BackwardEuler implements Stage {
  private readonly duration: number;
  private readonly faces: Omit<AxisOptions, "duration"> & { temperature: number };
  private readonly shares: boolean;
  private readonly resolvent: Resolvent;
  private readonly right: Float64Array;
  private readonly left: Float64Array;
  private readonly conductance: Float64Array;
  private readonly after: Float64Array;
  private phi: Float64Array;
  private stale = true;

  /** `shared`: another substep whose rates and factors are the same; it is prepared first. */
  constructor(options: AxisOptions, shared?: BackwardEuler) {
    const { grid, k, mobility, duration } = options;
    this.duration = duration;
    this.faces = { grid, k, mobility, temperature: Number.NaN };
    this.shares = shared !== undefined;
    this.resolvent = shared?.resolvent ?? new Resolvent(grid, k);
    this.right = shared?.right ?? new Float64Array(grid.size);
    this.left = shared?.left ?? new Float64Array(grid.size);
    this.conductance = new Float64Array(grid.size);
    this.after = new Float64Array(grid.size);
    this.phi = new Float64Array(0);
  }

  prepare(phi: Float64Array, temperature: number): void {
    this.phi = phi;
    this.faces.temperature = temperature;
    if (this.shares) return;
    rates(this.faces, phi, this.duration, this.right, this.left);
    this.resolvent.factor(this.right, this.left);
  }

  forward(mu: Float64Array): void {
    this.resolvent.solve(mu);
    this.after.set(mu);
    this.stale = true;
  }

  derivative(dmu: Float64Array, dphi: Float64Array): void {
    if (this.stale) {
      conductances(this.faces, this.phi, this.after, this.duration, this.conductance);
      this.stale = false;
    }
    addFluxDerivative(this.faces, this.conductance, dphi, dmu);
    this.resolvent.solve(dmu);
  }
}
