// The numbers, energies and forces of measures on a line against plain sums over all pairs of points, for every kind of ψ and W; the slopes
// and Φ′ against differences.

import fc from "fast-check";
import { expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import type { InteractionOption } from "../../problem/interaction.ts";
import type { LossOption } from "../../problem/loss.ts";
import { customNeuron, neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { LineField } from "./line.ts";

const NEURONS = {
  tanh: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
  custom: customNeuron({
    dimension: 1,
    inputs: 2,
    value: (theta, x) => x[1] * theta[0] ** 2 + x[0] * theta[0],
    gradient: (theta, x, out) => {
      out[0] = 2 * x[1] * theta[0] + x[0];
    },
  }),
};
const PSI = {
  tanh: (theta: number, x: readonly number[]) => Math.tanh(theta * x[0]),
  custom: (theta: number, x: readonly number[]) => x[1] * theta ** 2 + x[0] * theta,
};
const KERNELS = {
  none: () => 0,
  quadratic: (z: number, K: number) => 0.5 * K * z * z,
  cosine: (z: number, K: number) => -K * Math.cos(z),
  gaussian: (z: number, K: number) => -K * Math.exp(-0.5 * (z / 0.9) ** 2),
  fourier: (z: number, K: number) => -2 * (K * Math.cos(z) - 0.4 * Math.cos(3 * z)),
  attention: (z: number) => -Math.exp(1.3 * Math.cos(z)) / 1.3,
};

const optionOf = {
  quadratic: (strength: number) => ({ kind: "quadratic", strength }),
  cosine: (strength: number) => ({ kind: "cosine", strength }),
  gaussian: (strength: number) => ({ kind: "gaussian", strength, scale: 0.9 }),
  fourier: (K: number) => ({ kind: "fourier", coefficients: [K, 0, -0.4] }),
  attention: () => ({ kind: "attention", beta: 1.3 }),
} satisfies Record<string, (K: number) => InteractionOption>;

const problems = fc.record({
  kind: fc.constantFrom("tanh" as const, "custom" as const),
  loss: fc.constantFrom<LossOption>("squared", "logistic", { huber: { delta: 0.3 } }),
  W: fc.constantFrom<keyof typeof KERNELS>("none", "quadratic", "cosine", "gaussian", "fourier", "attention"),
  well: fc.boolean(),
  seed: fc.nat(1e6),
});

it("are those of the definition", () => {
  fc.assert(
    fc.property(problems, ({ kind, loss, W, well, seed }) => {
      const next = uniforms(seed);
      const x = Array.from({ length: 3 }, () =>
        kind === "tanh" ? [2 * next() - 1] : [next(), 2 * next() - 1],
      );
      const y = x.map(() => (loss === "logistic" ? (next() < 0.5 ? -1 : 1) : 2 * next() - 1));
      const K = 2 * next() - 1;
      const made = problem({
        data: fromArrays(x, y, x.map(next)),
        neuron: NEURONS[kind],
        loss,
        regulariser: { l2: 0.3 },
        ...(well ? { potential: { kind: "double-well", strength: 0.7 } } : {}),
        ...(W === "none" ? {} : { interaction: optionOf[W](K) }),
      });
      const V = (theta: number) =>
        0.15 * theta ** 2 + (well ? 0.7 * (0.25 * theta ** 4 - 0.5 * theta ** 2) : 0);
      const theta = Float64Array.from({ length: 7 }, () => 3 * next() - 1.5);
      const raw = theta.map(next);
      const mass = raw.reduce((a, b) => a + b);
      const weight = raw.map((value) => value / mass);
      const mean = (f: (at: number) => number) => theta.reduce((sum, at, p) => sum + weight[p] * f(at), 0);

      const field = new LineField(made);
      field.freeze(theta, weight, -2, 2);
      const z = new Float64Array(field.count);
      field.observe(theta, weight, z);
      for (const [i, at] of x.entries())
        expect(z[i]).toBeCloseTo(
          mean((u) => PSI[kind](u, at)),
          13,
        );

      const { data } = made;
      const risk = data.weight.reduce((sum, q, i) => sum + q * made.loss.value(z[i], data.y[i]), 0);
      const convolved = (u: number) => mean((v) => KERNELS[W](u - v, K));
      const external = mean(V);
      const pairs = 0.5 * mean(convolved);
      const energy = field.energy(z, theta, weight);
      const frozen = field.frozenEnergy(theta, weight);
      expect(frozen).toBeCloseTo(W === "gaussian" ? 2 * pairs : 0, 9);
      // A frozen W∗μ counts whole.
      expect(energy.value).toBeCloseTo(risk + external + (W === "gaussian" ? 2 : 1) * pairs, 9);
      expect(energy.size).toBeGreaterThanOrEqual(Math.abs(energy.value) * (1 - 1e-15));

      const [first, second] = [new Float64Array(field.count), new Float64Array(field.count)];
      field.multipliers(z, first, second);
      for (let i = 0; i < data.size; i++) {
        expect(first[i]).toBe(data.weight[i] * made.loss.slope(z[i], data.y[i]));
        expect(second[i]).toBe(data.weight[i] * made.loss.curvatureAt(z[i], data.y[i]));
      }
      const phi = (u: number) =>
        x.reduce((sum, at, i) => sum + first[i] * PSI[kind](u, at), V(u)) + convolved(u);
      const [force, beyond] = [new Float64Array(7), new Float64Array(7)];
      field.force(first, theta, 0, force);
      field.force(first, theta, 0.25, beyond);
      const slopes = new Float64Array(field.count * 7);
      field.slopes(theta, slopes);
      const d = 1e-5;
      for (let p = 0; p < 7; p++) {
        const slopeAt = (u: number) => (phi(u + d) - phi(u - d)) / (2 * d);
        expect(force[p]).toBeCloseTo(slopeAt(theta[p]), 7);
        // Beyond its nodes a frozen W is extrapolated.
        if (theta[p] < 1.5) expect(beyond[p]).toBeCloseTo(slopeAt(theta[p] + 0.25), 6);
        for (const [i, at] of x.entries()) {
          const quotient = (PSI[kind](theta[p] + d, at) - PSI[kind](theta[p] - d, at)) / (2 * d);
          expect(slopes[i * 7 + p]).toBeCloseTo(quotient, 7);
        }
      }
    }),
    { numRuns: 90 },
  );
});
