// One problem for the claims about finite width: ψ = tanh(θx) learning tanh x on 12 Gauss–Legendre points of [−2, 2], ℓ squared,
// V = λθ²/2, τ = 0.1; networks with momenta, and their density of phase space by the same word with the same step.

import { data, gaussian, grid, kinetic, type NetworkSnapshot, neuron, problem } from "../../../src/index.ts";

/** That problem. */
export function chaosTask(lambda: number) {
  return problem({
    data: data.fromFunction({
      function: "tanh",
      interval: [-2, 2],
      samples: 12,
      quadrature: "gauss-legendre",
    }),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: lambda },
    temperature: 0.1,
  });
}

/** What claims say of it. */
export const CHAOS = "ψ = tanh(θx), target tanh x at 12 Gauss–Legendre points of [−2, 2], ℓ squared, τ = 0.1";

export const momentumTask = chaosTask(0.05);
export const momentumMotion = kinetic({ friction: 0.5 });
export const momentumStart = gaussian({ mean: [-1], std: [1], momentum: { mean: [0.5], std: [0.3] } });
/** h */
export const MOMENTUM_STEP = 0.1;

/** θ, then ω; BAOAB as for the networks: no error of the step is between them. */
export const momentumGrid = grid({
  cells: [256, 128],
  extent: [
    [-8, 8],
    [-3.2, 3.2],
  ],
  integrator: "baoab",
});

export const MOMENTUM = `${CHAOS}, V = 0.025 θ²; γ = 0.5, θ₀ ~ N(−1, 1), ω₀ ~ N(0.5, 0.3²), BAOAB with h = 0.1 for networks and density alike (spectral, 256 × 128 cells)`;

/** Σ_i q_i (f_i − g_i)² */
export function squaredDistance(
  { outputs: f }: Pick<NetworkSnapshot, "outputs">,
  { outputs: g }: Pick<NetworkSnapshot, "outputs">,
  weight: Float64Array,
): number {
  return f.reduce((sum, value, i) => sum + weight[i] * (value - g[i]) ** 2, 0);
}
