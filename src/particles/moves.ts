// What momentum integrators share, on all neurons of a slice: A, θ += ωh, and B, a kick ω −= ∇Φh.

import { TILE } from "../kernels/layout.ts";
import { type KineticSystem, moved } from "./system.ts";

/** θ += hω. */
export function glide(system: KineticSystem, h: number): void {
  const { part, rows, dimension, state } = system.particles;
  const block = dimension * TILE;
  for (let tile = 0; tile < part.tiles; tile++) {
    const theta = tile * rows * TILE;
    for (let i = theta; i < theta + block; i++) state[i] += h * state[i + block];
  }
  moved(system);
}

/** ω ← scale·(ω − h∇Φ), ∇Φ by the batch of time n. */
export function kick(system: KineticSystem, n: number, h: number, scale = 1): void {
  const { part, rows, dimension, state } = system.particles;
  const { drift } = system;
  const block = dimension * TILE;
  drift.differentiate(n);
  for (let tile = 0; tile < part.tiles; tile++) {
    const omega = tile * rows * TILE + block;
    const from = tile * block;
    for (let i = 0; i < block; i++) {
      state[omega + i] = scale * (state[omega + i] - h * drift.gradient[from + i]);
    }
  }
}
