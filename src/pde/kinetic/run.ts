// One run of a word over A, B, O (dynamics/words.ts) on a density: A shifts along θ by ωh′, B along ω by −∇Φ[ρ]h′, O is the
// Ornstein–Uhlenbeck semigroup in ω. A and B are each a sum of commuting shifts, one an axis. B and O leave ρ as it is,
// so the force is found anew only after A. Palindromes are of order 2 in h.
// Cost of ABOBA with n cells an axis: 2p shifts twice, p products of n numbers a cell, one or two forces.

import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { type Stage, stages, type WordName } from "../../dynamics/words.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { positionGrid, positionMarginal } from "../field/phase.ts";
import type { Force } from "./force.ts";
import { ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";
import type { KineticRecord } from "./scheme.ts";
import { type Amounts, driftAmounts, kickAmounts } from "./shift.ts";

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
  const shift = (axis: number, amounts: Amounts) => scheme.shift(phase, axis, amounts);
  const word = stages(integrator);
  // A letter takes the same share wherever it stands, so the phases of A are found once.
  const share = (move: Stage["move"]) => word.find((stage) => stage.move === move)?.share ?? 0;
  const drifts = theta.axes.map((_, k) => shift(k, driftAmounts(phase, k)));
  for (const [k, drift] of drifts.entries()) {
    drift.set(phase.axes[p + k].centres.map((omega) => omega * share("A") * step));
  }
  const kicks = theta.axes.map((_, k) => shift(p + k, kickAmounts(phase)));
  const kickStep = share("B") * step;
  const thermostat = ornsteinUhlenbeck(phase, scheme, problem.temperature);
  const marginal = new Float64Array(theta.size);
  const amounts = new Float64Array(theta.size);
  let forceIsCurrent = false;

  function findForce(): void {
    positionMarginal(phase, values, marginal);
    force.update(marginal);
    for (const [k, kick] of kicks.entries()) {
      for (let i = 0; i < amounts.length; i++) amounts[i] = -kickStep * force.gradient[k][i];
      kick.set(amounts);
    }
    forceIsCurrent = true;
  }

  return {
    values,
    /** One word, from t to t + h. */
    advance(t: number): void {
      // Not carried over from the last word, where O or B may have changed ρ by rounding: a run that is interrupted
      // between two words could not know it.
      forceIsCurrent = false;
      for (const { move, share, occurrence } of word) {
        if (move === "A") {
          for (const drift of drifts) drift.apply(values);
          forceIsCurrent = false;
        } else if (move === "B") {
          if (!forceIsCurrent) findForce();
          for (const kick of kicks) kick.apply(values);
        } else {
          const length = share * step;
          thermostat.apply(values, dynamics.friction.damping(t + occurrence * length, length));
        }
      }
    },
  };
}
