// Euler–Maruyama for mean-field Langevin dynamics: θ_{n+1} = θ_n − h D∇Φ[μ_N](θ_n) + √(2τDh) ξ_n. A τ that depends on time
// is that of mid-step, hτ(t_n + h/2) = ∫τ dt + O(h³): the errors of first order are those of the drift alone.
// Weak order 1 (strong order 1 too: the noise is additive); one gradient per step; stable for h below 2/(λD).
// Source: Kloeden, Platen, Numerical solution of stochastic differential equations, §10.2, §14.1.

import { isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { TILE } from "../kernels/layout.ts";
import { method } from "./method.ts";
import { firstOrderOf, moved } from "./system.ts";

export const eulerMaruyama = method({
  name: "euler-maruyama",
  sources: ["kloeden1992"],
  needs: ["diffusion"],
  make(system, h) {
    const { particles, drift, noise, problem } = system;
    const { dimension: p, part, rows, state } = particles;
    const { dynamics } = firstOrderOf(system);
    const mobility = dynamics.mobility(problem);
    const temperature = temperatureOf(problem, dynamics);
    const noisy = isNoisy(problem, dynamics);
    const amplitude = new Float64Array(p);
    const heat = (tau: number) => {
      for (let k = 0; k < p; k++) amplitude[k] = Math.sqrt(2 * tau * mobility[k] * h);
    };
    heat(temperature.at(0));
    const xi = new Float64Array(TILE);
    return {
      step(n) {
        drift.differentiate(n);
        if (!temperature.constant) heat(temperature.at((n + 0.5) * h));
        for (let tile = 0; tile < part.tiles; tile++) {
          for (let k = 0; k < p; k++) {
            const at = (tile * rows + k) * TILE;
            const from = (tile * p + k) * TILE;
            if (noisy) noise.fill(xi, 0, part.firstTile + tile, n, k);
            addStep(state, at, -h * mobility[k], drift.gradient, from, amplitude[k], xi);
          }
        }
        moved(system);
      },
    };
  },
  stableStep: (curvature) => 2 / curvature,
});

function addStep(
  state: Float64Array,
  at: number,
  factor: number,
  gradient: Float64Array,
  from: number,
  amplitude: number,
  xi: Float64Array,
): void {
  for (let lane = 0; lane < TILE; lane++)
    state[at + lane] += factor * gradient[from + lane] + amplitude * xi[lane];
}
