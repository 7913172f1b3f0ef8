// The largest stable step of an explicit integrator: with Λ the largest |eigenvalue| of θ ↦ ∇Φ[μ_N](θ) linearised
// at the ensemble (the Hessian of N·F_N, mean-field coupling included), 2/(ΛD) for Euler, 2.785/(ΛD) for Runge–Kutta;
// with momenta the largest h that is stable on every mode θ̈ + γθ̇ + λθ = 0, 0 < λ ≤ Λ: 2/√Λ for splittings, and for the
// others what follows from the roots of their recursion. Λ by power iteration on differences of the gradient: O(20) gradients.

import { tanh } from "../base/elementary.ts";
import { fillNormals } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { TILE } from "../kernels/layout.ts";
import { phi1, phi2 } from "./exact.ts";
import type { IntegratorName, IntegratorSettings } from "./integrators.ts";
import { higherMomentum, nesterovMomentum, polyakMomentum } from "./momentum.ts";
import { isFirstOrder, isKinetic, type ParticleSystem } from "./system.ts";

const ROUNDS = 20;

/** Λ of the scaled gradient field D∇Φ at the ensemble's state (team of one). */
export function largestCurvature(system: ParticleSystem): number {
  const { particles, field, problem } = system;
  const { dimension: p, rows, state, part } = particles;
  const mobility = isFirstOrder(system) ? system.dynamics.mobility(problem) : new Float64Array(p).fill(1);
  field.differentiate();
  const base = field.gradient.slice();
  const origin = state.slice();
  const direction = new Float64Array(base.length);
  const [k0, k1] = deriveKey(0, PURPOSE.probe, 0);
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let k = 0; k < p; k++)
      fillNormals(direction, (tile * p + k) * TILE, TILE, k0, k1, tile * TILE, 0, k);
  }
  const theta = Math.max(1, norm(origin) / Math.sqrt(Math.max(1, origin.length)));
  const length = 1e-6 * theta * Math.sqrt(base.length);
  const shifted = new Float64Array(state.length);
  let curvature = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const scale = length / norm(direction);
    if (!Number.isFinite(scale)) return 0;
    shifted.set(origin);
    for (let i = 0; i < direction.length; i++) {
      const tile = Math.floor(i / (p * TILE));
      shifted[tile * rows * TILE + (i % (p * TILE))] += scale * direction[i];
    }
    field.evaluateAt(shifted);
    for (let i = 0; i < direction.length; i++) {
      direction[i] = mobility[Math.floor(i / TILE) % p] * (field.gradient[i] - base[i]);
    }
    curvature = norm(direction) / length;
  }
  field.moved();
  return curvature;
}

/** The step below which that integrator is stable on modes of curvature up to Λ, and within its momentum window. */
export function stableStep(
  system: ParticleSystem,
  integrator: IntegratorName,
  curvature: number,
  settings: IntegratorSettings = {},
): number {
  if (!isKinetic(system)) return (integrator === "rk4" ? RUNGE_KUTTA_REAL : 2) / curvature;
  const { friction } = system.dynamics;
  // Friction that changes counts as it is at the start.
  const gamma = friction.at(0);
  switch (integrator) {
    case "euler":
      // |1 + hz| < 1 at the roots of z² + γz + λ: h < γ/λ where they are a pair, h < 2/γ as λ → 0.
      return Math.min(gamma / curvature, 2 / gamma);
    case "rk4":
      return rungeKuttaLimit(gamma, curvature);
    case "polyak":
      return settings.order === 1
        ? Math.min(4 / (gamma + Math.sqrt(gamma * gamma + 4 * curvature)), 1 / gamma)
        : Math.min(2 / Math.sqrt(curvature), 2 / gamma);
    case "nesterov-iteration":
      // With γ = r/t the momentum tends to 1, where the bound is least.
      return friction.nesterov === null ? nesterovLimit(gamma, curvature) : Math.sqrt(4 / (3 * curvature));
    case "higher-momentum":
      return higherLimit(gamma, settings.beta2 ?? 0, curvature);
    case "exact":
      return exactLimit(gamma, curvature);
    default:
      return 2 / Math.sqrt(curvature);
  }
}

/** sΛ of a momentum iteration, and what it must stay below. */
export interface MomentumBound {
  readonly value: number;
  readonly most: number;
  readonly formula: string;
}

/** The inequality behind a momentum iteration's largest step, at step h; null for other integrators. */
export function momentumBound(
  { dynamics }: ParticleSystem,
  integrator: IntegratorName,
  h: number,
  curvature: number,
  settings: IntegratorSettings = {},
): MomentumBound | null {
  if (dynamics.order !== "second") return null;
  const { friction } = dynamics;
  const motion = { friction: friction.at(0), step: h };
  switch (integrator) {
    case "polyak": {
      const { beta, s } = polyakMomentum({ ...motion, order: settings.order });
      return { value: s * curvature, most: 2 * (1 + beta), formula: "2(1 + β)" };
    }
    case "nesterov-iteration": {
      const beta = friction.nesterov === null ? nesterovMomentum(motion).beta : 1;
      const formula = `2(1 + β)/(1 + 2β)${friction.nesterov === null ? "" : " for β → 1"}`;
      return { value: h * h * curvature, most: (2 * (1 + beta)) / (1 + 2 * beta), formula };
    }
    case "higher-momentum": {
      const { beta1, beta2, s } = higherMomentum({ ...motion, beta2: settings.beta2 ?? 0 });
      // Jury's conditions on z³ − (1 + β₁ − sΛ)z² + (β₁ − β₂)z + β₂.
      const flip = { value: s * curvature, most: 2 * (1 + beta1 - beta2), formula: "2(1 + β₁ − β₂)" };
      if (beta2 >= 0) return flip;
      const turn = ((1 + beta2) * (1 - beta1 - beta2)) / -beta2;
      return turn < flip.most ? { ...flip, most: turn, formula: "(1 + β₂)(1 − β₁ − β₂)/|β₂|" } : flip;
    }
    default:
      return null;
  }
}

/** Where |1 + z + z²/2 + z³/6 + z⁴/24| = 1 on the negative axis. */
const RUNGE_KUTTA_REAL = 2.785293563405282;

/** Stable on all λ ≤ Λ where it is on λ → 0 and on Λ: the region is convex along the verticals that hold pairs of roots. */
function rungeKuttaLimit(gamma: number, curvature: number): number {
  const split = gamma * gamma - 4 * curvature;
  const slow = RUNGE_KUTTA_REAL / gamma;
  if (split >= 0) return slow;
  const stable = (h: number) => growth((-gamma * h) / 2, (Math.sqrt(-split) * h) / 2) < 1;
  // No pair is stable beyond |hz| = 3.
  return Math.min(slow, largest(stable, 3 / Math.sqrt(curvature)));
}

/** |1 + w + w²/2 + w³/6 + w⁴/24| at w = x + iy, by Horner's rule. */
function growth(x: number, y: number): number {
  let [re, im] = [1, 0];
  for (let k = 4; k >= 1; k--) {
    [re, im] = [1 + (re * x - im * y) / k, (re * y + im * x) / k];
  }
  return Math.hypot(re, im);
}

/** h²Λ < 2(1 + β)/(1 + 2β) with β = (2 − γh)/(2 + γh) is h²Λ(6 − γh) < 8. */
function nesterovLimit(gamma: number, curvature: number): number {
  const most = Math.min(2 / gamma, Math.sqrt(2 / curvature));
  return largest((h) => h * h * curvature * (6 - gamma * h) < 8, most);
}

/** sΛ < 2(1 + β₁ − β₂) is h²Λ(1 + β₂) < 4(1 − β₂ − γhβ₂), and the bound for β₂ < 0 is h < γ(1 + β₂)/(Λ|β₂|). */
function higherLimit(gamma: number, beta2: number, curvature: number): number {
  const drag = gamma * beta2;
  const flip = (2 * (1 - beta2)) / (drag + Math.sqrt(drag * drag + curvature * (1 - beta2 * beta2)));
  return beta2 < 0 ? Math.min(flip, (gamma * (1 + beta2)) / (-beta2 * curvature)) : flip;
}

/** The 2×2 matrix of `exact` on a mode has |determinant| < 1 and |trace| < 1 + determinant: both bounds on Λ fall with h. */
function exactLimit(gamma: number, curvature: number): number {
  if (gamma === 0) return 0;
  const relative = curvature / (gamma * gamma);
  const stable = (x: number) => {
    const turn = phi1(x) / (x * (phi1(x) - phi2(x)));
    const flip = 2 / (x - 2 * tanh(x / 2));
    return relative < turn && (flip < 0 || relative < flip);
  };
  return largest(stable, 2 + 2 / relative) / gamma;
}

/** The largest h ≤ most at which `stable` holds, which it does up to there and not beyond, by bisection. */
function largest(stable: (h: number) => boolean, most: number): number {
  if (stable(most)) return most;
  let low = 0;
  let high = most;
  for (let middle = most / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (stable(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function norm(v: Float64Array): number {
  let total = 0;
  for (let i = 0; i < v.length; i++) total += v[i] * v[i];
  return Math.sqrt(total);
}
