// Heun's method for mean-field Langevin dynamics, whose noise is additive: with w = √(2τDh) ξ_n
//   θ̃ = θ_n − h D∇Φ[μ_N](θ_n) + w, θ_{n+1} = θ_n − (h/2) D(∇Φ[μ_N](θ_n) + ∇Φ[μ̃_N](θ̃)) + w, μ̃_N of all θ̃.
// A τ that depends on time is that of mid-step. Weak order 2 (strong order 1); two gradients per step; stable for h below 2/(λD); on a mode λ
// its variance is that of the equation times (2 − x)/(2 − x + x²/2), x = hλ. Source: Kloeden, Platen, Numerical solution of stochastic
// differential equations, §15.1 (the explicit scheme of weak order 2, for additive noise).

import { isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import { method } from "./method.ts";
import { drawnRows } from "./noise.ts";
import { firstOrderOf, moved } from "./system.ts";

export const heun = method({
  name: "heun",
  sources: ["kloeden1992"],
  needs: ["diffusion"],
  gradients: 2,
  make(system, h) {
    const { particles, drift, noise, problem } = system;
    const { dynamics } = firstOrderOf(system);
    const { dimension: p, pass, rows, state } = particles;
    const { gradient } = drift;
    const mobility = dynamics.mobility(problem);
    const temperature = temperatureOf(problem, dynamics);
    const noisy = isNoisy(problem, dynamics);
    const predicted = new Float64Array(state.length);
    const normals = drawnRows(particles, noise, p);
    const { array: xi } = normals.rows;
    /** θ̃, and θ with the noise and half of the drift. */
    const predict: TileWork = {
      run(first, end, heat) {
        for (let tile = first; tile < end; tile++) {
          for (let k = 0; k < p; k++) {
            const at = (tile * rows + k) * TILE;
            const from = (tile * p + k) * TILE;
            const drawn = ((tile - first) * p + k) * TILE;
            const amplitude = noisy ? Math.sqrt(heat * mobility[k]) : 0;
            for (let lane = 0; lane < TILE; lane++) {
              const half = -0.5 * h * mobility[k] * gradient[from + lane];
              const shaken = state[at + lane] + amplitude * xi[drawn + lane];
              predicted[at + lane] = shaken + 2 * half;
              state[at + lane] = shaken + half;
            }
          }
        }
      },
    };
    const correct: TileWork = {
      run(first, end) {
        for (let tile = first; tile < end; tile++) {
          for (let k = 0; k < p; k++) {
            const at = (tile * rows + k) * TILE;
            const from = (tile * p + k) * TILE;
            for (let lane = 0; lane < TILE; lane++) {
              state[at + lane] -= 0.5 * h * mobility[k] * gradient[from + lane];
            }
          }
        }
      },
    };
    return {
      step(n) {
        drift.differentiate(n);
        if (noisy) pass.add(normals.work, n);
        pass.add(predict, 2 * temperature.at((n + 0.5) * h) * h);
        drift.evaluateAt(predicted, n);
        pass.add(correct);
        moved(system);
      },
    };
  },
  stableStep: (curvature) => 2 / curvature,
});
