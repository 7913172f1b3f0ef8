// Exponential integrator of the kinetic equation: exact in law over a step in which ∇Φ stands still. With x = γh:
//   ω⁺ = e^(−x)ω − hφ₁∇Φ(θ) + ξ_ω, θ⁺ = θ + hφ₁ω − h²φ₂∇Φ(θ) + ξ_θ, φ₁ = (1 − e^(−x))/x, φ₂ = (x − 1 + e^(−x))/x²,
//   Gaussian ξ: Var ξ_ω = τ(1 − e^(−2x)), Cov = (τ/γ)(1 − e^(−x))², Var ξ_θ = (τ/γ²)(2x − 3 + 4e^(−x) − e^(−2x)).
// Weak order 1, τ = 0 included (order 1); one gradient per step; constant γ. Stable for λ < γ²φ₁/(x(φ₁ − φ₂)) and
// λ < 2γ²/(x − 2 tanh(x/2)): for small x h < 2γ/λ, and no step at all without friction.
// Source: Fu, Wilson, arXiv 2312.16360 (the N-particle underdamped Langevin algorithm).

import { exp, expm1, tanh } from "../base/elementary.ts";
import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import { method } from "./method.ts";
import { drawnRows } from "./noise.ts";
import { largestStable } from "./stability.ts";
import { kineticOf, moved } from "./system.ts";

/** Below it φ₂ and the variances are summed as series: their closed forms cancel. */
const SERIES = 1;
/** Terms after which 2^j/(j + 2)! no longer counts. */
const TERMS = 26;

/** φ₁ = (1 − e^(−x))/x, x ≥ 0. */
function phi1(x: number): number {
  return x === 0 ? 1 : -expm1(-x) / x;
}

/** φ₂ = (x − 1 + e^(−x))/x² = Σ_j (−x)^j/(j + 2)!, x ≥ 0. */
function phi2(x: number): number {
  if (x > SERIES) return (x + expm1(-x)) / (x * x);
  let term = 0.5;
  let total = term;
  for (let j = 1; j < TERMS; j++) {
    term *= -x / (j + 2);
    total += term;
  }
  return total;
}

/** (2x − 3 + 4e^(−x) − e^(−2x))/x² = −4 Σ_j (2^j − 1)(−x)^j/(j + 2)!, x ≥ 0: Var ξ_θ/(τh²). */
function spread(x: number): number {
  if (x > SERIES) {
    const lost = -expm1(-x);
    return (2 * (x - lost) - lost * lost) / (x * x);
  }
  let term = 0.5;
  let power = 1;
  let total = 0;
  for (let j = 1; j < TERMS; j++) {
    term *= -x / (j + 2);
    power *= 2;
    total -= 4 * (power - 1) * term;
  }
  return total;
}

/** The numbers of a step: what multiplies ω and ∇Φ, and the moments of the noise. */
export interface ExactStep {
  /** e^(−γh) */
  readonly keep: number;
  /** hφ₁: of ω in θ⁺, and of −∇Φ in ω⁺. */
  readonly glide: number;
  /** h²φ₂: of −∇Φ in θ⁺. */
  readonly push: number;
  readonly varOmega: number;
  readonly covariance: number;
  readonly varTheta: number;
  /** Var(ξ_θ | ξ_ω) = Var ξ_θ − Cov²/Var ξ_ω. */
  readonly varThetaGivenOmega: number;
}

/** The step of length h at friction γ and temperature τ. */
export function exactStep(gamma: number, tau: number, h: number): ExactStep {
  const x = gamma * h;
  const keep = exp(-x);
  const first = phi1(x);
  return {
    keep,
    glide: h * first,
    push: h * h * phi2(x),
    varOmega: tau * x * first * (1 + keep),
    covariance: tau * h * x * first * first,
    varTheta: tau * h * h * spread(x),
    varThetaGivenOmega: tau * h * h * (spread(x) - (x * first * first * first) / (1 + keep)),
  };
}

export const exact = method({
  name: "exact",
  sources: ["fu2023"],
  needs: ["momenta", "constant friction"],
  make(system, h) {
    const { friction } = kineticOf(system).dynamics;
    const { particles, drift, noise } = system;
    const { dimension: p, pass, rows, state } = particles;
    const { gradient } = drift;
    const { temperature } = system.problem;
    const { keep, glide, push, ...moments } = exactStep(friction.at(0), temperature, h);
    const { varOmega, covariance, varThetaGivenOmega } = moments;
    // Without noise all three are 0.
    const onOmega = Math.sqrt(varOmega);
    const shared = varOmega > 0 ? covariance / onOmega : 0;
    const onTheta = Math.sqrt(varThetaGivenOmega);
    // ξ in rows 0 … p − 1, η in rows p … 2p − 1.
    const normals = drawnRows(particles, noise, 2 * p);
    const { array: xi } = normals.rows;
    const work: TileWork = {
      run(first, end) {
        const block = p * TILE;
        for (let tile = first; tile < end; tile++) {
          const theta = tile * rows * TILE;
          const omega = theta + block;
          const from = tile * block;
          const drawn = (tile - first) * 2 * block;
          for (let i = 0; i < block; i++) {
            const velocity = state[omega + i];
            const force = -gradient[from + i];
            const noise = xi[drawn + i];
            state[theta + i] +=
              glide * velocity + push * force + shared * noise + onTheta * xi[drawn + block + i];
            state[omega + i] = keep * velocity + glide * force + onOmega * noise;
          }
        }
      },
    };
    return {
      step(n) {
        drift.differentiate(n);
        if (temperature > 0) pass.add(normals.work, n);
        pass.add(work);
        moved(system);
      },
    };
  },
  stableStep: (curvature, friction) => exactLimit(friction!.at(0), curvature),
});

/** The 2×2 matrix of `exact` on a mode has |determinant| < 1 and |trace| < 1 + determinant: both bounds on Λ fall with h. */
function exactLimit(gamma: number, curvature: number): number {
  if (gamma === 0) return 0;
  const relative = curvature / (gamma * gamma);
  const stable = (x: number) => {
    const turn = phi1(x) / (x * (phi1(x) - phi2(x)));
    const flip = 2 / (x - 2 * tanh(x / 2));
    return relative < turn && (flip < 0 || relative < flip);
  };
  return largestStable(stable, 2 + 2 / relative) / gamma;
}
