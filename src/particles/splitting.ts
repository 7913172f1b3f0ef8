// Words over A, B, O (dynamics/words.ts) acting on neurons:
//   A: θ += ωh′ · B: ω −= ∇Φ[μ_N](θ)h′ · O: ω ← e^(−γh′)ω + √(τ(1 − e^(−2γh′))) ξ (Nesterov: (t/(t+h′))^r ω, τ = 0).
// Palindromes (ABOBA, BAOAB, OBABO) are of weak order 2, but for Nesterov's friction from t = 0, where γ is singular
// and the error is of order h² log(1/h); one gradient per step; stable for h below 2/√λ.
// Source: Leimkuhler, Matthews, AMRX 2013 (ABOBA, BAOAB); Bussi, Parrinello, PRE 75, 2007 (OBABO).

import { type Stage, stages, WORDS, type WordName } from "../dynamics/words.ts";
import { TILE } from "../kernels/layout.ts";
import { method } from "./method.ts";
import { glide, kick } from "./moves.ts";
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
      const lastDrift = word.findLastIndex(({ move }) => move === "A");
      return {
        step(n) {
          for (const [i, stage] of word.entries()) {
            // A kick after the last drift takes place where the next step starts.
            if (stage.move === "A") glide(kinetic, stage.share * h);
            else if (stage.move === "B") kick(kinetic, i > lastDrift ? n + 1 : n, stage.share * h);
            else ornsteinUhlenbeck(kinetic, n, h, stage);
          }
        },
      };
    },
    stableStep: (curvature) => 2 / Math.sqrt(curvature),
  });
}

const XI = new Float64Array(TILE);

function ornsteinUhlenbeck(system: KineticSystem, n: number, h: number, stage: Stage): void {
  const { part, rows, dimension, state } = system.particles;
  const { temperature } = system.problem;
  const length = stage.share * h;
  const keep = system.dynamics.friction.damping(n * h + stage.occurrence * length, length);
  const amplitude = Math.sqrt(temperature * (1 - keep * keep));
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let k = 0; k < dimension; k++) {
      const at = (tile * rows + dimension + k) * TILE;
      if (temperature > 0) {
        const lane = stage.occurrence * dimension + k;
        system.noise.fill(XI, 0, part.firstTile + tile, n, lane);
      }
      rotate(state, at, keep, amplitude, XI);
    }
  }
}

function rotate(state: Float64Array, at: number, keep: number, amplitude: number, xi: Float64Array): void {
  for (let lane = 0; lane < TILE; lane++) state[at + lane] = keep * state[at + lane] + amplitude * xi[lane];
}
