// Words over A, B, O (dynamics/words.ts) acting on neurons:
//   A: θ += ωh′ · B: ω −= ∇Φ[μ_N](θ)h′ · O: ω ← e^(−γh′)ω + √(τ(1 − e^(−2γh′))) ξ (Nesterov: (t/(t+h′))^r ω, τ = 0).
// Palindromes (ABOBA, BAOAB, OBABO) are of weak order 2, but for Nesterov's friction from t = 0, where γ is singular
// and the error is of order h² log(1/h); one gradient per step; stable for h below 2/√λ.
// Source: Leimkuhler, Matthews, AMRX 2013 (ABOBA, BAOAB); Bussi, Parrinello, PRE 75, 2007 (OBABO).

import { type Stage, stages, WORDS, type WordName } from "../dynamics/words.ts";
import { blend } from "../kernels/row-works.ts";
import { method } from "./method.ts";
import { movesOf, phaseRows } from "./moves.ts";
import { drawnRows } from "./noise.ts";
import { type KineticSystem, kineticOf } from "./system.ts";

/** The integrator that a word spells. O takes the friction of its own part of [t, t + h]. */
export function splitting<const Name extends WordName>(name: Name) {
  return method({
    name,
    sources: WORDS[name].sources,
    needs: ["momenta"],
    // Drifts first: its gradients are at neurons that have moved.
    looksAhead: WORDS[name].word.startsWith("A"),
    make(system, h) {
      const kinetic = kineticOf(system);
      const word = stages(name);
      const { glide, kick } = movesOf(kinetic);
      const rotate = ornsteinUhlenbeck(kinetic, h);
      const lastDrift = word.findLastIndex(({ move }) => move === "A");
      return {
        step(n) {
          for (const [i, stage] of word.entries()) {
            // A kick after the last drift takes place where the next step starts.
            if (stage.move === "A") glide(stage.share * h);
            else if (stage.move === "B") kick(i > lastDrift ? n + 1 : n, stage.share * h);
            else rotate(n, stage);
          }
        },
      };
    },
    stableStep: (curvature) => 2 / Math.sqrt(curvature),
  });
}

/** ω ← e^(−γh′)ω + √(τ(1 − e^(−2γh′))) ξ. */
function ornsteinUhlenbeck(system: KineticSystem, h: number): (n: number, stage: Stage) => void {
  const { particles, dynamics, problem, noise } = system;
  const { pass, dimension } = particles;
  const { temperature } = problem;
  const normals = drawnRows(particles, noise, dimension);
  const rotate = blend(pass, phaseRows(system).omega, normals.rows, dimension);
  return (n, { share, occurrence }) => {
    const length = share * h;
    const keep = dynamics.friction.damping(n * h + occurrence * length, length);
    if (temperature > 0) pass.add(normals.work, n, occurrence * dimension);
    pass.add(rotate, 1, keep, Math.sqrt(temperature * (1 - keep * keep)));
  };
}
