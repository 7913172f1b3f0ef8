// One run of a word over A, B, O (dynamics/words.ts) on a density: A shifts along θ by ωh′, B along ω by −∇Φ[ρ]h′, O is the
// Ornstein–Uhlenbeck semigroup in ω. A and B are each a sum of commuting shifts, one an axis. B and O leave ρ as it is,
// so the force is found anew only after A. Palindromes are of order 2 in h. Moves along different axes of ω commute, so what a
// word does between two As is done axis by axis, on lines that are taken up once.
// Cost of ABOBA: 2p shifts twice and O along p axes, of the scheme, and a force.

import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { type Stage, stages, type WordName } from "../../dynamics/words.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { positionGrid } from "../field/phase.ts";
import type { Force } from "./force.ts";
import { driftAmounts, kickAmounts, type LineMove } from "./line-moves.ts";
import { PhaseSums } from "./phase-sums.ts";
import type { KineticRecord } from "./scheme.ts";

export interface RunOptions {
  problem: Problem;
  dynamics: KineticDynamics;
  /** The axes of θ, then those of ω. */
  phase: Grid;
  scheme: KineticRecord;
  integrator: WordName;
  /** h */
  step: number;
  /** Of that problem on the axes of θ; runs may share it. */
  force: Force;
  /** μ, moved in place. */
  values: Float64Array;
}

export type Run = ReturnType<typeof runOf>;

/** A density and the word that moves it. */
export function runOf(options: RunOptions) {
  const { problem, dynamics, phase, scheme, integrator, step, force, values } = options;
  const p = phase.axes.length / 2;
  const theta = positionGrid(phase);
  const word = stages(integrator);
  // A letter takes the same share wherever it stands, so the phases of A are found once.
  const share = (move: Stage["move"]) => word.find((stage) => stage.move === move)?.share ?? 0;
  const { temperature } = problem;
  const drifts = theta.axes.map((_, k) => scheme.along(phase, k, driftAmounts(phase, k), temperature));
  for (const [k, drift] of drifts.entries()) {
    drift.set(phase.axes[p + k].centres.map((omega) => omega * share("A") * step));
  }
  const momenta = theta.axes.map((_, k) => scheme.along(phase, p + k, kickAmounts(phase), temperature));
  const kickStep = share("B") * step;
  const sums = new PhaseSums(phase);
  const marginal = new Float64Array(theta.size);
  const amounts = new Float64Array(theta.size);
  let forceIsCurrent = false;
  /** The damping that O is built for. */
  let current = 1;
  /** Moves along ω that are not made yet. */
  let ahead: LineMove[] = [];

  function findForce(): void {
    sums.readPosition(values, marginal);
    force.update(marginal);
    for (const [k, moves] of momenta.entries()) {
      for (let i = 0; i < amounts.length; i++) amounts[i] = -kickStep * force.gradient[k][i];
      moves.set(amounts);
    }
    forceIsCurrent = true;
  }

  function moveMomenta(): void {
    if (ahead.length > 0) for (const moves of momenta) moves.apply(values, ahead);
    ahead = [];
  }

  function relax(damping: number): void {
    if (damping === 1) return;
    // Between two As of a word there is one O, so no move ahead is one of another damping.
    if (damping !== current) {
      for (const moves of momenta) moves.damp(damping);
      current = damping;
    }
    ahead.push("relax");
  }

  return {
    values,
    /** One word, from t to t + h. */
    advance(t: number): void {
      // Not carried over from the last word, where O or B may have changed ρ by rounding: a run that is interrupted
      // between two words could not know it.
      forceIsCurrent = false;
      ahead = [];
      for (const { move, share, occurrence } of word) {
        if (move === "A") {
          moveMomenta();
          for (const drift of drifts) drift.apply(values, ["shift"]);
          forceIsCurrent = false;
        } else if (move === "B") {
          if (!forceIsCurrent) findForce();
          ahead.push("shift");
        } else {
          const length = share * step;
          relax(dynamics.friction.damping(t + occurrence * length, length));
        }
      }
      moveMomenta();
    },
  };
}
