// Euler–Maruyama for mean-field Langevin dynamics: θ_{n+1} = θ_n − h D∇Φ[μ_N](θ_n) + √(2τDh) ξ_n. A τ that depends on time
// is that of mid-step, hτ(t_n + h/2) = ∫τ dt + O(h³): the errors of first order are those of the drift alone.
// Weak order 1 (strong order 1 too: the noise is additive); one gradient per step; stable for h below 2/(λD).
// Source: Kloeden, Platen, Numerical solution of stochastic differential equations, §10.2, §14.1.

import { isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { advance, rowsIn } from "../kernels/row-works.ts";
import { method } from "./method.ts";
import { drawnRows } from "./noise.ts";
import { firstOrderOf, moved } from "./system.ts";

export const eulerMaruyama = method({
  name: "euler-maruyama",
  sources: ["kloeden1992"],
  needs: ["diffusion"],
  make(system, h) {
    const { particles, drift, noise, problem } = system;
    const { dimension: p, pass, rows, state } = particles;
    const { dynamics } = firstOrderOf(system);
    const mobility = dynamics.mobility(problem);
    const temperature = temperatureOf(problem, dynamics);
    const noisy = isNoisy(problem, dynamics);
    const normals = drawnRows(particles, noise, p);
    const factors = Array.from(mobility, (one) => -h * one);
    const [theta, gradient] = [rowsIn(pass, state, rows), rowsIn(pass, drift.gradient, p)];
    const { work, setOtherFactors } = advance(pass, theta, gradient, noisy ? normals.rows : null, factors);
    const heat = (tau: number) => setOtherFactors((k) => Math.sqrt(2 * tau * mobility[k]! * h));
    if (temperature.constant) heat(temperature.at(0));
    return {
      step(n) {
        drift.differentiate(n);
        if (!temperature.constant) {
          pass.clear(work);
          heat(temperature.at((n + 0.5) * h));
        }
        if (noisy) pass.add(normals.work, n);
        pass.add(work, 1);
        moved(system);
      },
    };
  },
  stableStep: (curvature) => 2 / curvature,
});
