// The Gibbs solver against a naive damped fixed point where that converges, against the linear neuron's Gaussian, and
// against its own definition c = ∫ψ dμ̂(c) recomputed here, over random problems, all losses, high and low temperatures;
// its two linear solvers against each other, and data of equal inputs against the one datum that they are.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { massOf, momentsOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { limitOf, linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import type { LossOption } from "../../problem/loss.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { certifierOf } from "./certificate.ts";
import { gibbsSolver } from "./gibbs.ts";
import { cheaperSolver } from "./gibbs-newton.ts";

const SHAPES = [
  { p: 1, output: "fixed", bias: false },
  { p: 2, output: "fixed", bias: true },
  { p: 2, output: "trained", bias: false },
  { p: 2, output: "bounded", bias: false },
  { p: 3, output: "trained", bias: true },
  { p: 3, output: "bounded", bias: true },
] as const;

const LOSSES: readonly LossOption[] = ["squared", "logistic", { huber: { delta: 0.2 } }];

function square(p: number, cells: number, half: number): Grid {
  return grid(Array.from({ length: p }, () => axis({ low: -half, high: half, cells })));
}

function network(p: number, loss: LossOption, y: readonly number[], temperature: number, l2: number) {
  const x = y.map((_, i) => -2 + (4 * (i + 0.5)) / y.length);
  return problem({
    data: fromArrays(x, loss === "logistic" ? y.map((u) => (u < 0 ? -1 : 1)) : y),
    neuron: neuron({ activation: "tanh", inputs: 1, output: p === 1 ? "fixed" : "trained", bias: false }),
    loss,
    regulariser: { l2 },
    temperature,
  });
}

/** μ̂ and ∫ψ dμ̂ at given numbers c, by plain sums. */
function gibbsAt(field: GridField, c: Float64Array, temperature: number, reference?: Float64Array) {
  const phi = new Float64Array(field.grid.size);
  field.potential(c, phi);
  if (reference !== undefined) for (let i = 0; i < phi.length; i++) phi[i] += reference[i];
  const least = phi.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const weights = phi.map((value) => Math.exp((least - value) / temperature));
  const mass = massOf(field.grid, weights);
  const density = weights.map((value) => value / mass);
  const next = new Float64Array(field.count);
  field.observe(density, next);
  return { density, next };
}

describe("the Gibbs solver", () => {
  it("holds c = ∫ψ dμ̂(c), with mass 1 and a gap of round-off, over random problems", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2),
        fc.constantFrom(...LOSSES),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.double({ min: -4, max: 1, noNaN: true }),
        fc.double({ min: 0.02, max: 2, noNaN: true }),
        (p, loss, y, power, l2) => {
          const temperature = 10 ** power;
          const field = new GridField(network(p, loss, y, temperature, l2), square(p, p === 1 ? 300 : 40, 6));
          const state = gibbsSolver(field).solve({ temperature });
          const { next, density } = gibbsAt(field, state.outputs, temperature);
          const scale = 1 + Math.max(...state.outputs.map(Math.abs), ...y.map(Math.abs));
          for (const [i, value] of next.entries())
            expect(Math.abs(value - state.outputs[i])).toBeLessThan(1e-10 * scale);
          expect(Math.abs(massOf(field.grid, state.density) - 1)).toBeLessThan(1e-14);
          expect(massOf(field.grid, density)).toBeCloseTo(1, 12);
          expect(certifierOf(field).certify(state.density, state.outputs).gap).toBeLessThan(1e-14);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(LOSSES)("is the limit of the damped fixed point, %j", (loss) => {
    const field = new GridField(network(1, loss, [1, -0.5, 0.3, 0.9, -1], 0.2, 0.3), square(1, 400, 8));
    const { outputs } = gibbsSolver(field).solve({ temperature: 0.2 });
    const c = new Float64Array(5);
    for (let n = 0; n < 400; n++) {
      const { next } = gibbsAt(field, c, 0.2);
      for (let i = 0; i < 5; i++) c[i] += 0.3 * (next[i] - c[i]);
    }
    for (let i = 0; i < 5; i++) expect(Math.abs(outputs[i] - c[i])).toBeLessThan(1e-13);
  });

  it("is the linear neuron's Gaussian N(c/(s+λ), τ/λ)", () => {
    const made = problem({
      data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: 0.1,
    });
    const on = square(1, 500, 8);
    const { density } = gibbsSolver(new GridField(made, on)).solve({ temperature: 0.1 });
    const exact = limitOf(linearNeuron(made));
    const [{ mean, variance }] = momentsOf(on, density);
    expect(Math.abs(mean - exact.mean)).toBeLessThan(1e-13);
    expect(Math.abs(variance - exact.variance)).toBeLessThan(1e-13);
  });

  it("a reference adds to V; cells at +∞ are empty; a warm start at the solution stops at once", () => {
    const field = new GridField(network(1, "squared", [1, -0.5, 0.3], 0.1, 0.3), square(1, 200, 5));
    const reference = field.grid.axes[0].centres.map((u) => (u > 3 ? Number.POSITIVE_INFINITY : 0.4 * u));
    const solver = gibbsSolver(field);
    const first = solver.solve({ temperature: 0.1, reference });
    const outputs = first.outputs.slice();
    const { density, next } = gibbsAt(field, outputs, 0.1, reference);
    for (let i = 0; i < 3; i++) expect(Math.abs(next[i] - outputs[i])).toBeLessThan(1e-13);
    for (let i = 0; i < 200; i++) expect(Math.abs(density[i] - first.density[i])).toBeLessThan(1e-12);
    expect(first.density[199]).toBe(0);
    const again = solver.solve({ temperature: 0.1, reference, start: outputs });
    expect(again.iterations).toBeLessThanOrEqual(1);
    for (let i = 0; i < 3; i++) expect(Math.abs(again.outputs[i] - outputs[i])).toBeLessThan(1e-13);
  });

  it("without data: the Gibbs measure of V", () => {
    const made: Problem = problem({ potential: { kind: "double-well" }, temperature: 0.2, dimension: 1 });
    const field = new GridField(made, square(1, 200, 4));
    const state = gibbsSolver(field).solve({ temperature: 0.2 });
    expect(state.iterations).toBe(0);
    const { density } = gibbsAt(field, new Float64Array(0), 0.2);
    for (let i = 0; i < 200; i++) expect(Math.abs(state.density[i] - density[i])).toBeLessThan(1e-14);
  });

  it("Huber: outputs beyond the corner are what they must be, and weights of 0 follow too", () => {
    const data = fromArrays([-2, -1, 0.5, 1, 2], [4, 0.1, -3, 0.2, 9], [1, 2, 1, 1, 0]);
    const made = problem({
      data,
      neuron: neuron({ activation: "tanh", inputs: 1, output: "trained", bias: false }),
      loss: { huber: { delta: 0.3 } },
      regulariser: { l2: 0.1 },
      temperature: 0.05,
    });
    const field = new GridField(made, square(2, 60, 6));
    const { outputs } = gibbsSolver(field).solve({ temperature: 0.05 });
    const { next } = gibbsAt(field, outputs, 0.05);
    for (let i = 0; i < 5; i++) expect(Math.abs(outputs[i] - next[i])).toBeLessThan(1e-13);
    const saturated = [...outputs].filter((value, i) => Math.abs(value - data.y[i]) > 0.3);
    expect(saturated.length).toBeGreaterThan(0);
    expect(saturated.length).toBeLessThan(5);
  });

  it("Cholesky and conjugate gradients lead to the same measure: p = 1 to 3, every loss and output, equal inputs", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SHAPES),
        fc.constantFrom(...LOSSES),
        fc.constantFrom("tanh", "relu", "sin"),
        fc.array(
          fc.record({
            // Of a few places, so that some inputs are equal.
            place: fc.integer({ min: -4, max: 4 }),
            y: fc.double({ min: -2, max: 2, noNaN: true }),
            weight: fc.integer({ min: 0, max: 3 }),
          }),
          { minLength: 1, maxLength: 30 },
        ),
        fc.double({ min: -2, max: 0.5, noNaN: true }),
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        ({ p, ...shape }, loss, activation, rows, power, l2) => {
          fc.pre(rows.some(({ weight }) => weight > 0));
          const temperature = 10 ** power;
          const made = problem({
            data: fromArrays(
              rows.map(({ place }) => 0.6 * place),
              rows.map(({ y }) => (loss === "logistic" ? (y < 0 ? -1 : 1) : y)),
              rows.map(({ weight }) => weight),
            ),
            neuron: neuron({ activation, inputs: 1, ...shape }),
            loss,
            regulariser: { l2 },
            temperature,
          });
          const field = new GridField(made, square(p, p === 1 ? 200 : p === 2 ? 30 : 12, 5));
          const [dense, iterative] = (["cholesky", "conjugate-gradients"] as const).map((solver) =>
            gibbsSolver(field, solver).solve({ temperature }),
          );
          // (I + CD/T)⁻¹ shrinks residuals in the norm of D: the two differ by no more than their residuals, but for the weights' ratio.
          const scale = 3 + Math.max(...dense.outputs.map(Math.abs));
          const slack = 100 * scale * (dense.residual + iterative.residual + 1e-15);
          for (const [i, value] of iterative.outputs.entries())
            expect(Math.abs(value - dense.outputs[i])).toBeLessThan(slack);
          const { next } = gibbsAt(field, iterative.outputs, temperature);
          for (const [i, value] of next.entries())
            expect(Math.abs(value - iterative.outputs[i])).toBeLessThan(1e-12 * scale);
          for (const state of [dense, iterative])
            expect(certifierOf(field).certify(state.density, state.outputs).gap).toBeLessThan(1e-18);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("squared loss: data of one input are one datum with the weighted mean label", () => {
    const merged = network(2, "squared", [1, -0.5, 0.3, 0.9, -1], 0.1, 0.2);
    const parts = [0, 1, 1, 2, 3, 3, 3, 4];
    const share = [1, 1 / 3, 2 / 3, 1, 0.5, 0.25, 0.25, 1];
    const off = [0, 0.4, -0.2, 0, 0.3, -0.8, 0.2, 0];
    const split = problem({
      data: fromArrays(
        parts.map((i) => merged.data.x[i]),
        parts.map((i, at) => merged.data.y[i] + off[at]),
        share,
      ),
      neuron: merged.neuron!,
      regulariser: { l2: 0.2 },
      temperature: 0.1,
    });
    const on = square(2, 60, 7);
    const one = gibbsSolver(new GridField(merged, on)).solve({ temperature: 0.1 });
    for (const solver of ["cholesky", "conjugate-gradients"] as const) {
      const many = gibbsSolver(new GridField(split, on), solver).solve({ temperature: 0.1 });
      for (const [at, i] of parts.entries())
        expect(Math.abs(many.outputs[at] - one.outputs[i])).toBeLessThan(1e-13);
      expect(Math.abs(many.logPartition - one.logPartition)).toBeLessThan(1e-12);
    }
  });

  it("chooses the cheaper linear solver, and takes no M² numbers for the other", () => {
    expect(cheaperSolver({ distinct: 100, inner: 2304 })).toBe("cholesky");
    expect(cheaperSolver({ distinct: 400, inner: 2304 })).toBe("conjugate-gradients");
    // Few cells make products cheap beside U³/3.
    expect(cheaperSolver({ distinct: 100, inner: 40 })).toBe("conjugate-gradients");
    const y = Array.from({ length: 20_000 }, (_, i) => Math.sin(i));
    const field = new GridField(network(1, "squared", y, 0.1, 0.3), square(1, 40, 5));
    // Cholesky would take 3 · 8 · 20000² bytes.
    const { outputs } = gibbsSolver(field).solve({ temperature: 0.1 });
    const { next } = gibbsAt(field, outputs, 0.1);
    for (const [i, value] of next.entries()) expect(Math.abs(value - outputs[i])).toBeLessThan(1e-12);
  });

  it("refuses T = 0, names a limit that is too short, and a potential that is not finite", () => {
    const field = new GridField(network(1, "squared", [1, -0.5, 2], 0.1, 0.3), square(1, 200, 5));
    const solver = gibbsSolver(field);
    expect(() => solver.solve({ temperature: 0 })).toThrow(/temperature > 0/);
    expect(() => solver.solve({ temperature: 1e-3, limit: 1 })).toThrow(/1 Newton|Newton iterations/);
    const reference = new Float64Array(200).fill(Number.POSITIVE_INFINITY);
    expect(() => solver.solve({ temperature: 1, reference })).toThrow(/finite on no cell/);
  });
});
