// What momentum integrators share, on all neurons of a slice: A, θ += ωh, and B, a kick ω −= ∇Φh.

import { blend, type Rows, rowsIn } from "../kernels/row-works.ts";
import { type KineticSystem, moved } from "./system.ts";

export interface Moves {
  /** θ += hω. */
  glide(h: number): void;
  /** ω ← scale·(ω − h∇Φ), ∇Φ by the batch of time n. */
  kick(n: number, h: number, scale?: number): void;
}

/** Those of a system. */
export function movesOf(system: KineticSystem): Moves {
  const { drift } = system;
  const { pass, dimension } = system.particles;
  const { theta, omega, gradient } = phaseRows(system);
  const gliding = blend(pass, theta, omega, dimension);
  const kicking = blend(pass, omega, gradient, dimension);
  return {
    glide(h) {
      pass.add(gliding, 1, 1, h);
      moved(system);
    },
    kick(n, h, scale = 1) {
      drift.differentiate(n);
      pass.add(kicking, scale, 1, -h);
    },
  };
}

/** θ, ω and ∇Φ, p rows each. */
export function phaseRows({ particles, drift }: KineticSystem): Record<"theta" | "omega" | "gradient", Rows> {
  const { pass, rows, dimension, state } = particles;
  return {
    theta: rowsIn(pass, state, rows),
    omega: rowsIn(pass, state, rows, dimension),
    gradient: rowsIn(pass, drift.gradient, dimension),
  };
}
