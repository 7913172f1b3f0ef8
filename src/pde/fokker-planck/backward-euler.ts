// One backward-Euler substep along one axis with Scharfetter–Gummel fluxes: (I + hL(Φ))μ⁺ = μ.
// Mass to round-off, μ⁺ ≥ 0, Gibbs measures fixed, and relative entropy to e^(−Φ/τ) non-increasing, for every h.
// Order 1. Cost per substep: one exponential a face and a tridiagonal solve, O(n).

import { Resolvent } from "../../grid/resolvent.ts";
import { backend } from "../../kernels/backend/backend.ts";
import type { Engine } from "../../kernels/backend/kernels.ts";
import { LineKernels } from "./line-kernels.ts";
import { addFluxDerivative, conductances, type Faces, rates, scaleOf } from "./scharfetter-gummel.ts";
import type { Stage } from "./stage.ts";

export interface AxisOptions extends Omit<Faces, "temperature"> {
  /** h of this substep. */
  readonly duration: number;
}

export interface BackwardEuler extends Stage {
  /** A second application of the resolvent, prepared with the first. */
  again(): Omit<Stage, "prepare">;
}

/** The resolvent (I + hL(Φ))^{-1} along one axis, with its derivative in Φ. */
export function backwardEuler(options: AxisOptions): BackwardEuler {
  const { engine } = backend();
  return engine === null ? inJs(options) : onEngine(engine, options);
}

export function inJs({ grid, k, mobility, duration }: AxisOptions): BackwardEuler {
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

export function onEngine(engine: Engine, { grid, k, mobility, duration }: AxisOptions): BackwardEuler {
  const lines = new LineKernels(engine, grid, k);
  lines.set("scale", scaleOf({ grid, k, mobility }, duration));
  const factors = ["forward", "inverse", "backward"] as const;
  const { periodic } = grid.axes[k]!;
  for (const field of [...factors, ...(periodic ? (["from_zero", "to_zero"] as const) : [])]) {
    lines.place(field, lines.panels());
  }
  let potential: Float64Array = new Float64Array(0);
  /** Whether the factors are those of another potential: the next solve makes them as it goes. */
  let unfactored = true;

  function again(): Omit<Stage, "prepare"> {
    const after = lines.panels();
    const conductance = lines.panels();
    let stale = true;
    return {
      forward(mu) {
        lines.place("after", after);
        lines.set("fresh", unfactored ? 1 : 0);
        if (unfactored) lines.read("phi", potential);
        lines.read("from", mu);
        lines.run("lines_solve", mu);
        unfactored = false;
        stale = true;
      },
      derivative(dmu, dphi) {
        lines.place("after", after);
        lines.place("conductance", conductance);
        lines.set("fresh", stale ? 1 : 0);
        if (stale) lines.read("phi", potential);
        lines.read("from", dmu);
        lines.read("dphi", dphi);
        lines.run("lines_derivative", dmu);
        stale = false;
      },
    };
  }

  return {
    prepare(phi: Float64Array, temperature: number): void {
      potential = phi;
      lines.set("temperature", temperature);
      unfactored = true;
    },
    ...again(),
    again,
  };
}
