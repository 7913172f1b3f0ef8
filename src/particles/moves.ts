// What momentum integrators share, on all neurons of a slice: A, θ += ωh, and B, a kick ω −= ∇Φh.

import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
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
  const { pass, rows, dimension, state } = system.particles;
  const { gradient } = drift;
  const block = dimension * TILE;
  const glide: TileWork = {
    run(first, end, h) {
      for (let tile = first; tile < end; tile++) {
        const theta = tile * rows * TILE;
        for (let i = theta; i < theta + block; i++) state[i] += h * state[i + block];
      }
    },
  };
  const kick: TileWork = {
    run(first, end, h, scale) {
      for (let tile = first; tile < end; tile++) {
        const omega = tile * rows * TILE + block;
        const from = tile * block;
        for (let i = 0; i < block; i++) {
          state[omega + i] = scale * (state[omega + i] - h * gradient[from + i]);
        }
      }
    },
  };
  return {
    glide(h) {
      pass.add(glide, h);
      moved(system);
    },
    kick(n, h, scale = 1) {
      drift.differentiate(n);
      pass.add(kick, h, scale);
    },
  };
}
