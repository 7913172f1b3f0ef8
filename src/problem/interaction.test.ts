// W against its formula, through every pair: energies, forces, images on the torus, and where ½∬W is convex.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Interaction, type InteractionOption, interaction } from "./interaction.ts";

const S = 0.8;

function formula(option: InteractionOption, torus: boolean): (z: number) => number {
  if (option.kind === "quadratic") return (z) => (option.strength * z * z) / 2;
  if (option.kind === "cosine") return (z) => -option.strength * Math.cos(z);
  if (option.kind === "attention") return (z) => -Math.exp(option.beta * Math.cos(z)) / option.beta;
  if (option.kind === "fourier") {
    return (z) => option.coefficients.reduce((sum, a, k) => sum - 2 * a * Math.cos((k + 1) * z), 0);
  }
  const { strength, scale = 1 } = option;
  const images = torus ? Array.from({ length: 41 }, (_, n) => 2 * Math.PI * (n - 20)) : [0];
  return (z) =>
    images.reduce((sum, turn) => sum - strength * Math.exp(-((z + turn) ** 2) / (2 * scale * scale)), 0);
}

/** (W∗μ)(z), its slope, and ½∬W dμ dμ of the empirical measure of those points. */
function seen(W: Interaction, theta: Float64Array, z: number) {
  const count = theta.length;
  if (W.type === "pairs") {
    const half = theta.reduce((sum, u) => sum + W.sum(u, theta), 0);
    return {
      value: W.sum(z, theta) / count,
      slope: W.sumSlope(z, theta) / count,
      energy: half / (2 * count * count),
    };
  }
  const sums = new Float64Array(2 + W.count * count).fill(5, 0, 1);
  const list = Float64Array.of(99, ...theta, 99);
  W.accumulate(list, 1, count, sums, 1, count);
  expect([sums[0], sums.at(-1)]).toEqual([5, 0]);
  const mean = (from: number) => sums.subarray(from, from + count).reduce((sum, u) => sum + u, 0) / count;
  const numbers = Float64Array.from({ length: 2 + W.count }, (_, r) =>
    r < 2 ? 99 : mean(1 + (r - 2) * count),
  );
  const out = Float64Array.of(3, 3, 3);
  W.addGradient(Float64Array.of(99, z, 99), 1, 1, numbers, 2, out, 1);
  expect([out[0], out[2]]).toEqual([3, 3]);
  return { value: W.value(z, numbers, 2), slope: out[1] - 3, energy: W.energy(numbers, 2) };
}

const OPTIONS: readonly (readonly [InteractionOption, boolean])[] = [
  [{ kind: "quadratic", strength: 0.7 }, false],
  [{ kind: "quadratic", strength: -0.7 }, false],
  [{ kind: "cosine", strength: 1.3 }, false],
  [{ kind: "cosine", strength: -1.3 }, true],
  [{ kind: "gaussian", strength: 0.9, scale: S }, false],
  [{ kind: "gaussian", strength: 0.9 }, true],
  [{ kind: "gaussian", strength: -0.9, scale: 3.5 }, true],
  [{ kind: "fourier", coefficients: [0.3, -0.2, 0, 0.05] }, true],
  [{ kind: "fourier", coefficients: [-0.3, 0, -0.05] }, false],
  [{ kind: "attention", beta: 1.7 }, true],
  [{ kind: "attention", beta: 4 }, false],
];

describe.each(OPTIONS)("%j, torus: %s", (option, torus) => {
  const W = interaction(option, torus);
  const w = formula(option, torus);
  const point = fc.double({ min: -3, max: 3, noNaN: true });

  it("is its formula, summed over every pair", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), point, (points, z) => {
        const { value, slope, energy } = seen(W, Float64Array.from(points), z);
        const mean = (f: (u: number) => number) => points.reduce((sum, u) => sum + f(u) / points.length, 0);
        expect(Math.abs(value - mean((u) => w(z - u)))).toBeLessThan(1e-13);
        expect(Math.abs(energy - mean((v) => mean((u) => w(v - u) / 2)))).toBeLessThan(1e-13);
        const h = 1e-5;
        const difference = mean((u) => (w(z + h - u) - w(z - h - u)) / (2 * h));
        expect(Math.abs(slope - difference)).toBeLessThan(1e-9);
      }),
    );
  });

  it("has no part of its own at z = 0, and is convex where ∬W dν dν ≥ 0 for every ν of mass 0", () => {
    expect(Math.abs(seen(W, Float64Array.of(0.4), 0.4).slope)).toBeLessThan(1e-15);
    const lowest = { value: Number.POSITIVE_INFINITY };
    fc.assert(
      fc.property(fc.array(fc.tuple(point, point), { minLength: 2, maxLength: 5 }), (masses) => {
        const mean = masses.reduce((sum, [m]) => sum + m / masses.length, 0);
        let form = 0;
        for (const [m, u] of masses) for (const [n, v] of masses) form += (m - mean) * (n - mean) * w(u - v);
        lowest.value = Math.min(lowest.value, form);
      }),
    );
    expect(lowest.value > -1e-10).toBe(W.convex);
  });
});

it("strength 0 is convex; what is no interaction is refused", () => {
  for (const kind of ["quadratic", "cosine", "gaussian"] as const) {
    expect(interaction({ kind, strength: 0 }, false).convex).toBe(true);
  }
  const refuse = (option: object) => () =>
    interaction({ kind: "gaussian", strength: 1, ...option } as InteractionOption, false);
  expect(refuse({ strength: Number.NaN })).toThrow(
    "problem.interaction.strength: found NaN; allowed: a finite number",
  );
  expect(refuse({ scale: 0 })).toThrow("problem.interaction.scale: found 0; allowed: a number > 0");
  expect(refuse({ scale: Number.POSITIVE_INFINITY })).toThrow("found Infinity");
  expect(refuse({ kind: "morse" as "cosine" })).toThrow(
    'found "morse"; allowed: quadratic, cosine, gaussian, fourier, attention',
  );
  expect(interaction({ kind: "gaussian", strength: 1 }, false)).toMatchObject({ type: "pairs", scale: 1 });
  const of = (option: unknown) => () => interaction(option as InteractionOption, true);
  expect(of(3)).toThrow("problem.interaction: found 3; allowed: a mapping");
  expect(of({ strength: 1 })).toThrow("problem.interaction.kind: found nothing; allowed: quadratic");
  expect(of({ kind: "cosine" })).toThrow("problem.interaction.strength: found nothing");
  expect(of({ kind: "attention", beta: -1 })).toThrow(
    "problem.interaction.beta: found -1; allowed: β > 0, up to 600",
  );
  expect(of({ kind: "attention", strength: 1 })).toThrow(
    "problem.interaction.strength: found an unknown key; allowed: kind, beta",
  );
  expect(of({ kind: "fourier", coefficients: [] })).toThrow(
    "problem.interaction.coefficients: found []; allowed: a list of numbers a_1, a_2, …",
  );
  expect(of({ kind: "fourier", coefficients: [1, Number.NaN] })).toThrow(
    "problem.interaction.coefficients.1: found NaN; allowed: a finite number",
  );
});

it("attention is its Fourier series: 2I_k(β)/β by the integral (1/π)∫e^{β cos θ} cos kθ dθ, and the mean I₀(β)/β, for every β", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 600, noNaN: true }), (beta) => {
      const W = interaction({ kind: "attention", beta }, true);
      if (W.type !== "moments" || W.kind === "quadratic") throw new Error("no series");
      // The trapezoidal rule is exact to rounding for periodic analytic functions. Scaled by e^{−β}.
      const nodes = 512;
      const integral = (k: number) => {
        let sum = 0;
        for (let j = 0; j < nodes; j++) {
          const angle = (2 * Math.PI * j) / nodes;
          sum += Math.exp(beta * (Math.cos(angle) - 1)) * Math.cos(k * angle);
        }
        return sum / nodes / beta;
      };
      const scale = Math.exp(-beta);
      const size = integral(0);
      expect(Math.abs(-W.mean * scale - size)).toBeLessThan(1e-12 * size);
      for (const [k, s] of W.harmonics.entries()) {
        expect(Math.abs(s * scale - 2 * integral(k + 1))).toBeLessThan(1e-12 * size);
      }
      expect(2 * integral(W.harmonics.length + 1)).toBeLessThan(1e-13 * size);
    }),
  );
});

it("a cosine is the Fourier series of one harmonic, to the last bit", () => {
  const [a, b] = [
    interaction({ kind: "cosine", strength: 1.3 }, true),
    interaction({ kind: "fourier", coefficients: [0.65] }, true),
  ];
  const theta = Float64Array.of(0.3, -1.2, 2.9);
  expect(seen(a, theta, 0.7)).toEqual(seen(b, theta, 0.7));
});
