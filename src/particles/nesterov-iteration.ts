// Nesterov's iteration: v = θ_k + β_k(θ_k − θ_{k−1}), θ_{k+1} = v − s∇Φ(v), s = h², for the kinetic equation, τ = 0.
//   γ = r/(t + from): β_k = (T − h)/(T + (r − 1)h), T = kh + from; for from = 0 that is (k − 1)/(k + r − 1), and 0 at k = 0.
//   γ constant: β = (2 − γh)/(2 + γh); with γ = 2√m, for m-strongly convex F, Nesterov's (1 − √(ms))/(1 + √(ms)).
// ω_k = (θ_k − θ_{k−1})/h. As a discretisation of the equation of order 1; one gradient per step, at the lookahead v;
// stable for sλ < 2(1 + β)/(1 + 2β), 4/3 as β → 1. Needs 0 ≤ β: γh ≤ 2, or h ≤ from (from = 0 apart).
// Source: Nesterov 1983; Su, Boyd, Candès, JMLR 17, 2016.

import { rounded } from "../base/words.ts";
import { advance, blend } from "../kernels/row-works.ts";
import { method } from "./method.ts";
import { DIGITS, nesterovBeta, nesterovBreach, nesterovMomentum } from "./momentum.ts";
import { movesOf, phaseRows } from "./moves.ts";
import { largestStable } from "./stability.ts";
import { kineticOf, moved } from "./system.ts";

export const nesterovIteration = method({
  name: "nesterov-iteration",
  sources: ["nesterov1983", "su2016"],
  needs: ["momenta", "no noise"],
  looksAhead: true,
  breach: nesterovBreach,
  make(system, h) {
    const kinetic = kineticOf(system);
    const { friction } = kinetic.dynamics;
    const { pass, dimension } = kinetic.particles;
    const { theta, omega, gradient } = phaseRows(kinetic);
    const { glide, kick } = movesOf(kinetic);
    const slow = blend(pass, omega, omega, dimension);
    const { work: descend } = advance(pass, theta, gradient, null, new Array(dimension).fill(h));
    return {
      step(n) {
        // θ is at v once it has moved with βω.
        pass.add(slow, 1, nesterovBeta(friction, h, n), 0);
        glide(h);
        kick(n, h);
        // θ −= h²∇Φ(v)
        pass.add(descend, -h);
        moved(kinetic);
      },
    };
  },
  // With γ = r/t the momentum tends to 1, where the bound is least.
  stableStep: (curvature, friction) =>
    friction!.nesterov === null ? nesterovLimit(friction!.at(0), curvature) : Math.sqrt(4 / (3 * curvature)),
  bound(curvature, friction, h) {
    const constant = friction.nesterov === null;
    const beta = constant ? nesterovMomentum({ friction: friction.at(0), step: h }).beta : 1;
    const formula = `2(1 + β)/(1 + 2β)${constant ? "" : " for β → 1"}`;
    return { value: h * h * curvature, most: (2 * (1 + beta)) / (1 + 2 * beta), formula };
  },
  iteration({ nesterov, at }, step) {
    const text = "v = θ_k + β(θ_k − θ_{k−1}), θ_{k+1} = v − s∇Φ(v)";
    if (nesterov === null) {
      const { beta, s } = nesterovMomentum({ friction: at(0), step });
      return `β = ${rounded(beta, DIGITS)}, s = ${rounded(s, DIGITS)} in ${text}`;
    }
    const { r, from } = nesterov;
    const k = from === 0 ? "k" : `k + ${rounded(from / step, DIGITS)}`;
    return `β = (${k} − 1)/(${k} + r − 1), r = ${r}, s = ${rounded(step * step, DIGITS)} in ${text}`;
  },
});

/** h²Λ < 2(1 + β)/(1 + 2β) with β = (2 − γh)/(2 + γh) is h²Λ(6 − γh) < 8. */
function nesterovLimit(gamma: number, curvature: number): number {
  const most = Math.min(2 / gamma, Math.sqrt(2 / curvature));
  return largestStable((h) => h * h * curvature * (6 - gamma * h) < 8, most);
}
