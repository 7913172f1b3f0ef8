// One backward-Euler substep along one axis with Scharfetter–Gummel fluxes: (I + hL(Φ))μ⁺ = μ.
// Mass to round-off, μ⁺ ≥ 0, Gibbs measures fixed, and relative entropy to e^(−Φ/τ) non-increasing, for every h.
// Order 1. Cost per substep: one exponential a face and a tridiagonal solve, O(n).

import { Resolvent } from "../../grid/resolvent.ts";
import { addFluxDerivative, conductances, type Faces, rates } from "./scharfetter-gummel.ts";
import type { Stage } from "./stage.ts";

export interface AxisOptions extends Omit<Faces, "temperature"> {
  /** h of this substep. */
  readonly duration: number;
}

/** The resolvent (I + hL(Φ))^{-1} along one axis, with its derivative in Φ; `again`: a second application of it, prepared with the first. */
export function backwardEuler({ grid, k, mobility, duration }: AxisOptions) {
  const resolvent = new Resolvent(grid, k);
  const right = new Float64Array(grid.size);
  const left = new Float64Array(grid.size);
  let potential: Float64Array = new Float64Array(0);
  let faces: Faces = { grid, k, mobility, temperature: Number.NaN };

  function again(): Omit<Stage, "prepare"> {
    const conductance = new Float64Array(grid.size);
    const after = new Float64Array(grid.size);
    let stale = true;
    return {
      forward(mu) {
        resolvent.solve(mu);
        after.set(mu);
        stale = true;
      },
      derivative(dmu, dphi) {
        if (stale) conductances(faces, potential, after, duration, conductance);
        stale = false;
        addFluxDerivative(faces, conductance, dphi, dmu);
        resolvent.solve(dmu);
      },
    };
  }

  return {
    prepare(phi: Float64Array, temperature: number): void {
      potential = phi;
      faces = { ...faces, temperature };
      rates(faces, phi, duration, right, left);
      resolvent.factor(right, left);
    },
    ...again(),
    again,
  };
}
