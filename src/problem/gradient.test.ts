// ∇Φ[μ_N](θ_j) = N ∂F_N/∂θ_j (docs/theory.md §1.3), by central differences of the energy, and the ψ-sums by their definition.

import { describe, expect, it } from "vitest";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { slice, stateLength, TILE, unpack } from "../kernels/layout.ts";
import { Pass } from "../kernels/pass.ts";
import { Reduction, reductionLength } from "../kernels/reduction.ts";
import { RidgeSums } from "../kernels/ridge-sums.ts";
import { SOLO } from "../kernels/team.ts";
import { solo } from "../particles/solo.ts";
import type { ParticleSystem } from "../particles/system.ts";
import { uniforms } from "../particles/testing.ts";
import { ACTIVATION_NAMES, type ActivationName } from "./activation.ts";
import { type DataSet, fromArrays } from "./data.ts";
import type { InteractionOption } from "./interaction.ts";
import { points } from "./law.ts";
import type { LossOption } from "./loss.ts";
import {
  customNeuron,
  type Neuron,
  neuron,
  neuronGradient,
  neuronValue,
  type PerceptronOptions,
} from "./neuron.ts";
import type { PotentialOption } from "./potential.ts";
import { type Problem, type ProblemOptions, problem, type RegulariserOption, riskAt } from "./problem.ts";

const N = 11;
const M = 7;
const DELTA = 0.4;

const OUTPUTS = ["trained", "fixed", "bounded"] as const;
const LOSSES: readonly LossOption[] = ["squared", "logistic", { huber: { delta: DELTA } }];
const REGULARISERS: readonly RegulariserOption["l2"][] = [0, 0.3, { a: 0.2, w: 0.7 }, { w: 0.1, b: 0.5 }];
const POTENTIALS: readonly (PotentialOption | null)[] = [
  null,
  { kind: "quadratic", strength: 0.6 },
  { kind: "double-well" },
  { kind: "cosine", strength: 1.3 },
];
const INTERACTIONS: readonly (InteractionOption | null)[] = [
  null,
  { kind: "quadratic", strength: 0.8 },
  { kind: "cosine", strength: -0.9 },
  { kind: "gaussian", strength: 1.1, scale: 0.7 },
];

interface Terms {
  loss: LossOption;
  l2: RegulariserOption["l2"];
  potential: PotentialOption | null;
  interaction: InteractionOption | null;
  domain: "plane" | "torus";
}

function termsOf(options: Terms): Omit<ProblemOptions, "data" | "neuron"> {
  const { loss, l2, potential, interaction, domain } = options;
  return {
    loss,
    domain,
    regulariser: { l2 },
    ...(potential === null ? {} : { potential }),
    ...(interaction === null ? {} : { interaction }),
  };
}

/** Every combination of terms that is allowed. */
function allTerms(): Terms[] {
  const out: Terms[] = [];
  for (const domain of ["plane", "torus"] as const) {
    for (const loss of LOSSES) {
      for (const l2 of domain === "torus" ? ([0] as const) : REGULARISERS) {
        for (const potential of POTENTIALS) {
          for (const interaction of INTERACTIONS) {
            const periodic =
              (potential === null || potential.kind === "cosine") && interaction?.kind !== "quadratic";
            if (domain === "plane" || periodic) out.push({ loss, l2, potential, interaction, domain });
          }
        }
      }
    }
  }
  return out;
}

const TERMS = allTerms();

function randomData(random: () => number, size: number, d: number, labels: boolean): DataSet {
  const x = Array.from({ length: size }, () => Array.from({ length: d }, () => 2.4 * random() - 1.2));
  const y = x.map(() => (labels ? (random() < 0.5 ? -1 : 1) : 3 * random() - 1.5));
  return fromArrays(
    x,
    y,
    x.map(() => 0.2 + random()),
  );
}

function rowsOf(system: ParticleSystem): Float64Array[] {
  const { particles } = system;
  const p = particles.dimension;
  const all = unpack(particles.state, particles.part.width, particles.rows, 0, p);
  return Array.from({ length: particles.part.width }, (_, j) => all.subarray(j * p, (j + 1) * p));
}

function columnOf(data: DataSet, i: number): Float64Array {
  return Float64Array.from({ length: data.inputs }, (_, k) => data.x[k * data.size + i]);
}

const KINKS: Partial<Record<ActivationName, readonly number[]>> = {
  relu: [0],
  "leaky-relu": [0],
  relu2: [0],
  "cubic-step": [-0.5, 0, 0.5],
};

/** True where no argument is within 1e-3 of a kink of σ or of the Huber loss. */
function smoothAround(system: ParticleSystem): boolean {
  const { data, neuron: cell, loss } = system.problem;
  if (cell?.kind !== "perceptron") return true;
  const kinks = KINKS[cell.activation.name] ?? [];
  const first = cell.output === "fixed" ? 0 : 1;
  for (const theta of rowsOf(system)) {
    for (let i = 0; i < data.size; i++) {
      const x = columnOf(data, i);
      let z = cell.bias ? theta[first + cell.inputs] : 0;
      for (let k = 0; k < x.length; k++) z += theta[first + k] * x[k];
      if (kinks.some((kink) => Math.abs(z - kink) < 1e-3)) return false;
    }
  }
  if (loss.name !== "huber") return true;
  system.field.observe();
  return data.y.every((y, i) => Math.abs(Math.abs(system.field.outputs[i] - y) - DELTA) > 1e-3);
}

function randomSystem(made: Problem, random: () => number, momentum = false): ParticleSystem {
  for (let attempt = 0; attempt < 200; attempt++) {
    const length = momentum ? 2 * made.dimension : made.dimension;
    const rows = Array.from({ length: N }, () => Array.from({ length }, () => 3 * random() - 1.5));
    const dynamics = momentum ? kinetic({ friction: 1 }) : gradientFlow();
    const system = solo(made, dynamics, N, points(rows));
    if (smoothAround(system)) return system;
  }
  throw new Error("no state away from kinks");
}

function energyAt(system: ParticleSystem): number {
  system.field.moved();
  system.field.observe();
  return riskAt(system.problem, system.field.outputs) + system.field.externalEnergy();
}

/** The largest |∇Φ − N ∂F_N/∂θ| / (1 + |∇Φ|) over all neurons and coordinates. */
function gradientError(system: ParticleSystem): number {
  const { particles, field, problem: made } = system;
  const { state, rows } = particles;
  field.moved();
  field.differentiate();
  const gradient = field.gradient.slice();
  const step = 1e-5;
  let worst = 0;
  for (let j = 0; j < N; j++) {
    for (let k = 0; k < made.dimension; k++) {
      const at = ((j >> 3) * rows + k) * TILE + (j & 7);
      const kept = state[at];
      state[at] = kept + step;
      const up = energyAt(system);
      state[at] = kept - step;
      const down = energyAt(system);
      state[at] = kept;
      const expected = (N * (up - down)) / (2 * step);
      const found = gradient[((j >> 3) * made.dimension + k) * TILE + (j & 7)];
      worst = Math.max(worst, Math.abs(found - expected) / (1 + Math.abs(found)));
    }
  }
  return worst;
}

/** outputs and Σ g ∇ψ against sums of neuronValue and neuronGradient; the largest relative errors. */
function naiveErrors(cell: Neuron, data: DataSet, random: () => number): { outputs: number; drift: number } {
  const system = randomSystem(problem({ data, neuron: cell }), random);
  system.field.differentiate();
  const thetas = rowsOf(system);
  const g = new Float64Array(data.size);
  let outputs = 0;
  const inputs = Array.from({ length: data.size }, (_, i) => columnOf(data, i));
  for (const [i, x] of inputs.entries()) {
    let f = 0;
    let scale = 1;
    for (const theta of thetas) {
      const value = neuronValue(cell, theta, x);
      f += value;
      scale += Math.abs(value);
    }
    f /= N;
    outputs = Math.max(outputs, (N * Math.abs(system.field.outputs[i] - f)) / scale);
    g[i] = data.weight[i] * (f - data.y[i]);
  }
  let drift = 0;
  const slope = new Float64Array(cell.dimension);
  for (const [j, theta] of thetas.entries()) {
    const total = new Float64Array(cell.dimension);
    const scale = new Float64Array(cell.dimension).fill(1);
    for (const [i, x] of inputs.entries()) {
      neuronGradient(cell, theta, x, slope);
      for (let k = 0; k < cell.dimension; k++) {
        total[k] += g[i] * slope[k];
        scale[k] += Math.abs(g[i] * slope[k]);
      }
    }
    for (let k = 0; k < cell.dimension; k++) {
      const found = system.field.gradient[((j >> 3) * cell.dimension + k) * TILE + (j & 7)];
      drift = Math.max(drift, Math.abs(found - total[k]) / scale[k]);
    }
  }
  return { outputs, drift };
}

function shapes(activation: ActivationName, sizes: readonly number[]): PerceptronOptions[] {
  return OUTPUTS.flatMap((output) =>
    [true, false].flatMap((bias) => sizes.map((inputs) => ({ activation, output, bias, inputs }))),
  );
}

describe("∇Φ[μ_N] is N ∂F_N/∂θ_j", () => {
  it.each(
    ACTIVATION_NAMES,
  )("%s: every output, bias and d, with terms drawn from every kind", (activation) => {
    const random = uniforms(7 + ACTIVATION_NAMES.indexOf(activation));
    for (const options of shapes(activation, [1, 2, 3, 5])) {
      for (let draw = 0; draw < 3; draw++) {
        const terms = TERMS[Math.floor(random() * TERMS.length)];
        const data = randomData(random, M, options.inputs, terms.loss === "logistic");
        const made = problem({ ...termsOf(terms), data, neuron: neuron(options) });
        const error = gradientError(randomSystem(made, random, draw === 2));
        expect(error, JSON.stringify({ options, terms })).toBeLessThan(2e-7);
      }
    }
  });

  it(`tanh: all ${TERMS.length} combinations of loss, l2, potential, interaction and domain`, () => {
    const random = uniforms(99);
    for (const [index, terms] of TERMS.entries()) {
      const output = OUTPUTS[index % 3];
      const data = randomData(random, M, 2, terms.loss === "logistic");
      const cell = neuron({ activation: "tanh", inputs: 2, output });
      const system = randomSystem(
        problem({ ...termsOf(terms), data, neuron: cell }),
        random,
        index % 2 === 1,
      );
      expect(gradientError(system), JSON.stringify({ output, terms })).toBeLessThan(2e-7);
    }
  });

  it("holds without data, on V and W alone, p = 1 and 3", () => {
    const random = uniforms(5);
    for (const terms of TERMS.filter(({ loss, l2 }) => loss === "squared" && typeof l2 === "number")) {
      for (const dimension of [1, 3]) {
        const made = problem({ ...termsOf(terms), dimension });
        expect(gradientError(randomSystem(made, random)), JSON.stringify(terms)).toBeLessThan(2e-7);
      }
    }
  });

  it("a wide periodised Gaussian W on the torus", () => {
    const interaction: InteractionOption = { kind: "gaussian", strength: 0.7, scale: 2.5 };
    const made = problem({ interaction, domain: "torus", dimension: 2 });
    expect(gradientError(randomSystem(made, uniforms(3)))).toBeLessThan(2e-7);
  });
});

describe("the field", () => {
  it("evaluated at another state is its gradient there, and comes back to the ensemble's own", () => {
    const random = uniforms(41);
    const cell = neuron({ activation: "tanh", inputs: 2 });
    for (const interaction of INTERACTIONS) {
      const made = problem({
        data: randomData(random, M, 2, false),
        neuron: cell,
        ...(interaction === null ? {} : { interaction }),
      });
      const here = randomSystem(made, random);
      const there = randomSystem(made, random);
      here.field.differentiate();
      there.field.differentiate();
      const own = here.field.gradient.slice();
      const outputs = here.field.outputs.slice();
      here.field.evaluateAt(there.particles.state);
      expect(here.field.gradient).toEqual(there.field.gradient);
      expect(here.field.outputs).toEqual(there.field.outputs);
      here.field.differentiate();
      expect(here.field.gradient).toEqual(own);
      expect(here.field.outputs).toEqual(outputs);
    }
  });
});

describe("ψ-sums are the sums of ψ and ∇ψ", () => {
  it.each(ACTIVATION_NAMES)("%s, every output, bias and d = 1 … 9", (activation) => {
    const random = uniforms(31);
    for (const options of shapes(activation, [1, 2, 3, 4, 5, 6, 7, 8, 9])) {
      const cell = neuron(options);
      const { outputs, drift } = naiveErrors(cell, randomData(random, 9, options.inputs, false), random);
      expect(outputs, JSON.stringify(options)).toBeLessThan(1e-13);
      expect(drift, JSON.stringify(options)).toBeLessThan(1e-12);
    }
  });

  it.each([511, 512, 513, 1100])("with M = %i, around and beyond a block of data", (size) => {
    const random = uniforms(size);
    for (const inputs of [1, 5]) {
      for (const activation of ["tanh", "softplus"] as const) {
        const cell = neuron({ activation, inputs });
        const { outputs, drift } = naiveErrors(cell, randomData(random, size, inputs, false), random);
        expect(outputs).toBeLessThan(1e-13);
        expect(drift).toBeLessThan(1e-12);
      }
    }
  });

  it("a user's neuron: its own sums, and the gradient of F", () => {
    const cell = customNeuron({
      dimension: 2,
      inputs: 2,
      value: (theta, x) => Math.sin(theta[0] * x[0] + theta[1] ** 2 * x[1]),
      gradient(theta, x, out) {
        const slope = Math.cos(theta[0] * x[0] + theta[1] ** 2 * x[1]);
        out[0] = slope * x[0];
        out[1] = 2 * theta[1] * slope * x[1];
      },
    });
    const random = uniforms(17);
    const { outputs, drift } = naiveErrors(cell, randomData(random, M, 2, false), random);
    expect(outputs).toBeLessThan(1e-14);
    expect(drift).toBeLessThan(1e-13);
    const data = randomData(random, M, 2, false);
    const made = problem({ data, neuron: cell, regulariser: { l2: 0.2 } });
    expect(gradientError(randomSystem(made, random))).toBeLessThan(2e-7);
    expect(gradientError(randomSystem(made, random, true))).toBeLessThan(2e-7);
  });

  it.each(ACTIVATION_NAMES)("%s: the same bits with and without kept activations", (activation) => {
    const random = uniforms(23);
    for (const options of shapes(activation, [1, 4, 6])) {
      for (const size of [9, 700]) {
        const cell = neuron(options);
        const data = randomData(random, size, options.inputs, false);
        const part = slice(N);
        const state = Float64Array.from(
          { length: stateLength(part.tiles, cell.dimension) },
          () => 3 * random() - 1.5,
        );
        const g = Float64Array.from({ length: size }, () => random() - 0.5);
        const run = (cacheBytes: number) => {
          const pass = new Pass(part);
          const sums = new RidgeSums(cell, data, pass, cacheBytes);
          const memory = new Float64Array(reductionLength(part.chunkCount, size));
          const reduction = new Reduction(part, SOLO, size, memory);
          reduction.open(size);
          sums.observe(state, cell.dimension, reduction);
          pass.settle();
          const outputs = new Float64Array(size);
          reduction.close(outputs, 1 / N);
          const gradient = new Float64Array(state.length).fill(Number.NaN);
          sums.drift(state, cell.dimension, g, gradient);
          pass.settle();
          return { outputs, gradient };
        };
        expect(run(0)).toEqual(run(Number.POSITIVE_INFINITY));
      }
    }
  });
});
