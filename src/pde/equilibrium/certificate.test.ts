// The certificate against docs/theory.md §3.6: free energy − dual = gap, with the free energy and log Z computed here in the
// plainest way; the dual below every free energy; and the forms that must survive extremes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { entropyOf, massOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { fromArrays } from "../../problem/data.ts";
import type { LossOption } from "../../problem/loss.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { certifierOf } from "./certificate.ts";

const LOSSES: readonly LossOption[] = ["squared", "logistic", { huber: { delta: 0.4 } }];

function square(p: number, cells: number, half: number): Grid {
  return grid(Array.from({ length: p }, () => axis({ low: -half, high: half, cells })));
}

function network(
  p: number,
  loss: LossOption,
  labels: readonly number[],
  temperature: number,
  l2: number,
): Problem {
  const x = labels.map((_, i) => -1.5 + (3 * i) / (labels.length - 1));
  return problem({
    data: fromArrays(x, loss === "logistic" ? labels.map((u) => (u < 0 ? -1 : 1)) : labels),
    neuron: neuron({ activation: "tanh", inputs: 1, output: p === 1 ? "fixed" : "trained", bias: false }),
    loss,
    regulariser: { l2 },
    temperature,
  });
}

function normalised(on: Grid, raw: readonly number[]): Float64Array {
  const density = Float64Array.from({ length: on.size }, (_, i) => raw[i % raw.length]);
  const mass = massOf(on, density);
  return density.map((value) => value / mass);
}

function numbersOf(field: GridField, density: Float64Array): Float64Array {
  const z = new Float64Array(field.count);
  field.observe(density, z);
  return z;
}

/** E_τ by plain sums. */
function freeEnergy(field: GridField, density: Float64Array, z: Float64Array): number {
  const { problem, grid } = field;
  let risk = 0;
  for (let i = 0; i < z.length; i++)
    risk += problem.data.weight[i] * problem.loss.value(z[i], problem.data.y[i]);
  let rest = 0;
  for (let i = 0; i < density.length; i++) {
    if (density[i] <= 0) continue;
    rest += density[i] * (field.external[i] + problem.temperature * Math.log(density[i])) * grid.volume;
  }
  return risk + rest;
}

const problems = fc.record({
  p: fc.constantFrom(1, 2),
  loss: fc.constantFrom(...LOSSES),
  labels: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 8 }),
  temperature: fc.double({ min: 0.01, max: 3, noNaN: true }),
  l2: fc.double({ min: 0, max: 2, noNaN: true }),
  raw: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 10, noNaN: true })), {
    minLength: 7,
    maxLength: 60,
  }),
});

describe("the certificate", () => {
  it("free energy − dual = gap ≥ 0, all losses, p = 1, 2, densities with empty cells", () => {
    fc.assert(
      fc.property(problems, ({ p, loss, labels, temperature, l2, raw }) => {
        fc.pre(raw.some((value) => value > 0));
        const on = square(p, 14, 3);
        const field = new GridField(network(p, loss, labels, temperature, l2), on);
        const density = normalised(on, raw);
        const z = numbersOf(field, density);
        const { dual, gap } = certifierOf(field).certify(density, z);
        const energy = freeEnergy(field, density, z);
        // Terms of size |E|, |D| and V ≤ 18, each summed with relative error below 1e-15.
        const scale = Math.abs(energy) + Math.abs(dual) + 20;
        expect(Math.abs(energy - dual - gap)).toBeLessThan(1e-14 * scale);
        expect(gap).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  it("the dual at any numbers z lies below the free energy of any density (weak duality)", () => {
    fc.assert(
      fc.property(
        problems,
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 8, maxLength: 8 }),
        ({ p, loss, labels, temperature, l2, raw }, other) => {
          fc.pre(raw.some((value) => value > 0));
          const on = square(p, 12, 3);
          const field = new GridField(network(p, loss, labels, temperature, l2), on);
          const density = normalised(on, raw);
          const energy = freeEnergy(field, density, numbersOf(field, density));
          const dual = certifierOf(field).dual(Float64Array.from(other.slice(0, field.count)));
          expect(dual).toBeLessThanOrEqual(energy + 1e-13 * (1 + Math.abs(energy) + Math.abs(dual)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("near μ = μ̂ the gap is the quadratic τ Σ (μ − μ̂)²/2μ̂ with relative error of that order, far below ε|E|", () => {
    const on = square(1, 100, 4);
    const field = new GridField(
      problem({ potential: { kind: "quadratic" }, temperature: 0.5, dimension: 1 }),
      on,
    );
    const z = new Float64Array(0);
    const gibbs = normalised(
      on,
      Array.from(on.axes[0].centres, (u) => Math.exp(-u * u)),
    );
    for (const size of [1e-4, 1e-8, 1e-10]) {
      const wave = on.axes[0].centres.map((u, i) => gibbs[i] * (1 + size * Math.sin(3 * u)));
      const { gap } = certifierOf(field).certify(wave, z);
      let expected = 0;
      for (const [i, value] of wave.entries()) {
        expected += (0.5 * 0.5 * (value - gibbs[i]) ** 2 * on.volume) / gibbs[i];
      }
      // log μ − log μ̂ carries 1e-14 at most: relative 2e-14/size, beside the cubic term's size.
      expect(Math.abs(gap / expected - 1)).toBeLessThan(size + 4e-14 / size);
    }
  });

  it("μ̂ that underflows: τ = 1e-6, the density beside the minimum", () => {
    const on = square(1, 64, 1);
    const field = new GridField(
      problem({ potential: { kind: "quadratic" }, temperature: 1e-6, dimension: 1 }),
      on,
    );
    const density = new Float64Array(64);
    density[0] = 1 / on.volume;
    const { gap, dual } = certifierOf(field).certify(density, new Float64Array(0));
    const energy = field.external[0] + 1e-6 * Math.log(density[0]);
    expect(Math.abs(energy - dual - gap)).toBeLessThan(4 * Number.EPSILON);
    expect(gap).toBeGreaterThan(0.4);
  });

  it("cells below 0 keep the identity", () => {
    const on = square(1, 50, 3);
    const field = new GridField(network(1, "squared", [1, -1, 0.5], 0.3, 0.5), on);
    const density = normalised(
      on,
      Array.from({ length: 50 }, (_, i) => (i % 7 === 0 ? -1e-9 : 1 + (i % 5))),
    );
    const z = numbersOf(field, density);
    const { dual, gap } = certifierOf(field).certify(density, z);
    const energy =
      field.risk(z) + field.externalEnergy(density, z) + field.problem.temperature * entropyOf(on, density);
    expect(Math.abs(energy - dual - gap)).toBeLessThan(1e-13);
  });

  it("τ = 0: F − dual = gap = ∫(Φ − min Φ)dμ, the limit of small τ", () => {
    fc.assert(
      fc.property(problems, ({ p, loss, labels, l2, raw }) => {
        fc.pre(raw.some((value) => value > 0));
        const on = square(p, 14, 3);
        const field = new GridField(network(p, loss, labels, 0, l2), on);
        const density = normalised(on, raw);
        const z = numbersOf(field, density);
        const { dual, gap, logPartition } = certifierOf(field).certify(density, z);
        const energy = freeEnergy(field, density, z);
        expect(Math.abs(energy - dual - gap)).toBeLessThan(1e-14 * (Math.abs(energy) + Math.abs(dual) + 20));
        expect(gap).toBeGreaterThanOrEqual(0);
        expect(logPartition).toBeNaN();
        // τ log Z − max(−Φ) lies in τ[log |cell|, log |domain|], and |τ∫μ log μ| below τ log(1/|cell|).
        const small = 1e-6;
        const warm = certifierOf(field).certify(density, z, small);
        const bound = small * 3 * (p * Math.log(6) + Math.abs(Math.log(on.volume)) + 1);
        expect(Math.abs(warm.dual - dual)).toBeLessThan(bound);
        expect(Math.abs(warm.gap - gap)).toBeLessThan(bound);
      }),
      { numRuns: 100 },
    );
  });

  it("weights of 0 do not count, and W has no certificate", () => {
    const data = fromArrays([1, -1, 2], [0.5, 0.3, 100], [1, 1, 0]);
    const made = problem({
      data,
      neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
      temperature: 0.1,
      regulariser: { l2: 1 },
    });
    const on = square(1, 40, 3);
    const field = new GridField(made, on);
    const density = normalised(on, [1, 2, 3, 4]);
    const z = numbersOf(field, density);
    const { dual, gap } = certifierOf(field).certify(density, z);
    expect(Math.abs(freeEnergy(field, density, z) - dual - gap)).toBeLessThan(1e-13);
    const paired = problem({
      potential: { kind: "quadratic" },
      interaction: { kind: "quadratic", strength: 1 },
      dimension: 1,
    });
    expect(() => certifierOf(new GridField(paired, on))).toThrow(/problem\.interaction/);
  });
});
