// Euler–Maruyama for mean-field Langevin dynamics: θ_{n+1} = θ_n − h D∇Φ[μ_N](θ_n) + √(2τDh) ξ_n. A τ that depends on time
// is that of mid-step, hτ(t_n + h/2) = ∫τ dt + O(h³): the errors of first order are those of the drift alone.
// Weak order 1 (strong order 1 too: the noise is additive); one gradient per step; stable for h below 2/(λD).
// Source: Kloeden, Platen, Numerical solution of stochastic differential equations, §10.2, §14.1.

import { isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { TILE } from "../kernels/layout.ts";
import { STRIP, type TileWork } from "../kernels/pass.ts";
import { method } from "./method.ts";
import { NoiseRows } from "./noise.ts";
import { firstOrderOf, moved } from "./system.ts";

export const eulerMaruyama = method({
  name: "euler-maruyama",
  sources: ["kloeden1992"],
  needs: ["diffusion"],
  make(system, h) {
    const { particles, drift, noise, problem } = system;
    const { dimension: p, part, pass, rows, state } = particles;
    const { gradient } = drift;
    const { dynamics } = firstOrderOf(system);
    const mobility = dynamics.mobility(problem);
    const temperature = temperatureOf(problem, dynamics);
    const noisy = isNoisy(problem, dynamics);
    const normals = new NoiseRows(noise, p);
    const none = new Float64Array(STRIP * p * TILE);
    const work: TileWork = {
      run(first, end, n, tau) {
        const xi = noisy ? normals.of(part.firstTile + first, part.firstTile + end, n) : none;
        for (let k = 0; k < p; k++) {
          const amplitude = Math.sqrt(2 * tau * mobility[k] * h);
          for (let tile = first; tile < end; tile++) {
            const at = (tile * rows + k) * TILE;
            const from = (tile * p + k) * TILE;
            const drawn = ((tile - first) * p + k) * TILE;
            addStep(state, at, -h * mobility[k], gradient, from, amplitude, xi, drawn);
          }
        }
      },
    };
    return {
      step(n) {
        drift.differentiate(n);
        pass.add(work, n, temperature.at(temperature.constant ? 0 : (n + 0.5) * h));
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
  drawn: number,
): void {
  for (let lane = 0; lane < TILE; lane++)
    state[at + lane] += factor * gradient[from + lane] + amplitude * xi[drawn + lane];
}
