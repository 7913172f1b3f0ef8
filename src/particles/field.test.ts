// Φ[μ_N] of every neuron against its definition, term by term in plain loops with Math's functions.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { lanesIn, stateLength, TILE } from "../kernels/layout.ts";
import { SOLO } from "../kernels/team.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { customNeuron, neuron, neuronValue } from "../problem/neuron.ts";
import { type Problem, type ProblemOptions, problem, riskAt } from "../problem/problem.ts";
import { ensemble, stateRows } from "./ensemble.ts";
import { MeanField } from "./field.ts";
import { allocateRun } from "./memory.ts";
import { solo } from "./solo.ts";
import { initialise } from "./start.ts";
import { uniforms } from "./testing.ts";

const FEATURES = {
  tanh: neuron({ activation: "tanh", inputs: 2 }),
  bounded: neuron({ activation: "relu", inputs: 2, output: "bounded", bias: false }),
  fixed: neuron({ activation: "sin", inputs: 2, output: "fixed" }),
  custom: customNeuron({
    dimension: 2,
    inputs: 2,
    value: ([u, v], [x, y]) => u * Math.cos(v * x - y),
    gradient: ([u, v], [x, y], out) => {
      out[0] = Math.cos(v * x - y);
      out[1] = -u * x * Math.sin(v * x - y);
    },
  }),
} as const;

/** Options of V and W that suit the domain, with v and w written out. */
const EXTERNALS: readonly {
  options: ProblemOptions;
  v: (u: number) => number;
  w: (z: number) => number;
}[] = [
  { options: {}, v: () => 0, w: () => 0 },
  {
    options: {
      regulariser: { l2: 0.3 },
      potential: { kind: "double-well", strength: 0.4 },
      interaction: { kind: "quadratic", strength: -0.6 },
    },
    v: (u) => 0.15 * u * u + 0.4 * (u ** 4 / 4 - (u * u) / 2),
    w: (z) => -0.3 * z * z,
  },
  {
    options: {
      domain: "torus",
      potential: { kind: "cosine", strength: -0.7 },
      interaction: { kind: "cosine", strength: 1.1 },
    },
    v: (u) => 0.7 * Math.cos(u),
    w: (z) => -1.1 * Math.cos(z),
  },
  {
    options: { domain: "torus", interaction: { kind: "attention", beta: 1.2 } },
    v: () => 0,
    w: (z) => -Math.exp(1.2 * Math.cos(z)) / 1.2,
  },
  {
    options: { domain: "torus", interaction: { kind: "gaussian", strength: 0.8, scale: 0.6 } },
    v: () => 0,
    w: (z) => {
      let total = 0;
      for (let n = -4; n <= 4; n++) total -= 0.8 * Math.exp(-((z + 2 * Math.PI * n) ** 2) / 0.72);
      return total;
    },
  },
];

function randomRows(seed: number, width: number, p: number): number[][] {
  const random = uniforms(seed);
  return Array.from({ length: width }, () => Array.from({ length: p }, () => 4 * random() - 2));
}

function randomData(seed: number, size: number) {
  const random = uniforms(seed);
  const draw = () => 4 * random() - 2;
  return fromArrays(
    Array.from({ length: size }, () => [draw(), draw()]),
    Array.from({ length: size }, draw),
    Array.from({ length: size }, random),
  );
}

function potentials(made: Problem, rows: readonly (readonly number[])[]): Float64Array {
  const { field, particles } = solo(made, gradientFlow(), rows.length, points(rows));
  const values = new Float64Array(particles.part.tiles * TILE).fill(Number.NaN);
  field.potential(values);
  return values;
}

describe("Φ of every neuron", () => {
  it("is Σ g_i ψ(θ_j; x_i) + V(θ_j) + (W∗μ_N)(θ_j), and 0 in unused lanes", () => {
    const cases = fc.record({
      feature: fc.constantFrom(...Object.values(FEATURES), null),
      external: fc.constantFrom(...EXTERNALS),
      width: fc.integer({ min: 1, max: 21 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(cases, ({ feature, external: { options, v, w }, width, seed }) => {
        const data = randomData(seed, 9);
        const made = problem(
          feature === null ? { ...options, dimension: 2 } : { ...options, data, neuron: feature },
        );
        const p = made.dimension;
        const rows = randomRows(seed + 1, width, p);
        const psi = (theta: readonly number[], i: number) =>
          feature === null ? 0 : neuronValue(feature, Float64Array.from(theta), inputOf(data.x, i, 9));
        const outputs = Array.from(
          { length: 9 },
          (_, i) => rows.reduce((total, theta) => total + psi(theta, i), 0) / width,
        );
        const found = potentials(made, rows);
        for (const [j, theta] of rows.entries()) {
          let expected = 0;
          let scale = 1;
          const add = (term: number) => {
            expected += term;
            scale += Math.abs(term);
          };
          if (feature !== null) {
            for (let i = 0; i < 9; i++) add(data.weight[i] * (outputs[i] - data.y[i]) * psi(theta, i));
          }
          for (let k = 0; k < p; k++) {
            add(v(theta[k]));
            for (const other of rows) add(w(theta[k] - other[k]) / width);
          }
          expect(Math.abs(found[j] - expected)).toBeLessThan(1e-14 * width * scale);
        }
        for (let j = width; j < found.length; j++) expect(found[j]).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("∫V dμ_N + ½∬W dμ_N dμ_N is the sum over neurons and pairs", () => {
    for (const [at, { options, v, w }] of EXTERNALS.entries()) {
      for (const width of [1, 8, 13]) {
        const rows = randomRows(5 + at, width, 2);
        const { field } = solo(problem({ ...options, dimension: 2 }), gradientFlow(), width, points(rows));
        let expected = 0;
        for (const theta of rows) {
          for (const k of [0, 1]) {
            expected += v(theta[k]) / width;
            for (const other of rows) expected += (0.5 * w(theta[k] - other[k])) / (width * width);
          }
        }
        expect(Math.abs(field.externalEnergy() - expected)).toBeLessThan(1e-13 * (1 + Math.abs(expected)));
      }
    }
  });

  it("averages to Σ g_i f_N(x_i) + ∫V dμ_N + ∬W dμ_N dμ_N, where other code computes each", () => {
    const external = EXTERNALS[1].options;
    const data = randomData(3, 12);
    const made = problem({ ...external, data, neuron: FEATURES.tanh });
    const free = problem({
      ...external,
      potential: { kind: "quadratic", strength: 0 },
      regulariser: { l2: 0 },
      dimension: 4,
    });
    const rows = randomRows(4, 30, 4);
    const { field } = solo(made, gradientFlow(), 30, points(rows));
    const pairs = solo(free, gradientFlow(), 30, points(rows)).field.externalEnergy();
    field.observe();
    const { outputs } = field;
    let expected = field.externalEnergy() + pairs;
    for (let i = 0; i < 12; i++) expected += data.weight[i] * (outputs[i] - data.y[i]) * outputs[i];
    const found = potentials(made, rows);
    const mean = found.reduce((total, value) => total + value, 0) / 30;
    expect(Math.abs(mean - expected)).toBeLessThan(1e-13 * (1 + Math.abs(expected) + riskAt(made, outputs)));
  });

  it("has the same bits whether activations were kept or not, over more data than a block holds", () => {
    const made = problem({ data: randomData(5, 1300), neuron: FEATURES.tanh });
    const law = points(randomRows(6, 21, 4));
    const values = [2 ** 28, 0].map((cacheBytes) => {
      const memory = { ...allocateRun(made, 21, 4, 1), cacheBytes };
      const particles = ensemble(made, 21, stateRows(4, { momentum: false }), SOLO, memory);
      initialise(particles, law, { seed: 0, replica: 0, temperature: 0 });
      const out = new Float64Array(stateLength(particles.part.tiles, 1));
      new MeanField(made, particles, memory).potential(out);
      expect(lanesIn(particles.part, 2)).toBe(5);
      return out;
    });
    expect(values[1]).toEqual(values[0]);
    expect(values[0].some((value) => value !== 0)).toBe(true);
  });
});

function inputOf(x: Float64Array, i: number, size: number): Float64Array {
  return Float64Array.of(x[i], x[size + i]);
}
