// E_τ* against the linear neuron's closed form, against duality (docs/theory.md §3.6), against every density tried, against the
// envelope theorem dE_τ*/dτ = ∫μ* log μ*; and the grids it must refuse, with advice that must work.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MuflowError } from "../../base/errors.ts";
import { axis } from "../../grid/axis.ts";
import { entropyOf, massOf } from "../../grid/density.ts";
import { grid } from "../../grid/grid.ts";
import { freeEnergyOf as gaussianFreeEnergy, limitOf, linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import type { LossOption } from "../../problem/loss.ts";
import { neuron, type PerceptronOptions } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { freeEnergyOf, requireNormalisable, stationary } from "./stationary.ts";

const LOSSES: readonly LossOption[] = ["squared", "logistic", { huber: { delta: 0.1 } }];
const SIZE = 24;
const INPUTS = Array.from({ length: SIZE }, (_, i) => -2 + (4 * (i + 0.5)) / SIZE);

function square(p: number, cells: number, half: number) {
  return grid(Array.from({ length: p }, () => axis({ low: -half, high: half, cells })));
}

function network(
  loss: LossOption,
  temperature: number,
  l2: number,
  shape: Partial<PerceptronOptions> = { output: "fixed" },
) {
  const y = INPUTS.map((u) => (loss === "logistic" ? (Math.sin(2 * u) > 0 ? 1 : -1) : Math.sin(2 * u)));
  return problem({
    data: fromArrays(INPUTS, y),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false, ...shape }),
    loss,
    regulariser: { l2 },
    temperature,
  });
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof MuflowError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return "no error";
}

describe("the stationary solver", () => {
  it.each([10, 0.1, 1e-2, 1e-4])("linear neuron, τ = %d: E_τ* in closed form", (tau) => {
    const made = problem({
      data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: tau,
    });
    const exact = linearNeuron(made);
    const law = limitOf(exact);
    const half = 2 + 8 * Math.sqrt(law.variance);
    const { freeEnergy, dual, gap } = stationary(new GridField(made, square(1, 2000, half)));
    const expected = gaussianFreeEnergy(exact, law);
    // Sums of 2000 terms below 1 + |E|, compensated: some ε each; mass beyond 8σ is 1e-15.
    const within = 1e-13 * (1 + Math.abs(expected) + tau);
    expect(Math.abs(freeEnergy - expected)).toBeLessThan(within);
    expect(Math.abs(dual - expected)).toBeLessThan(within);
    expect(gap).toBeLessThan(1e-20);
  });

  it.each(
    LOSSES.flatMap((loss) => [1, 0.1, 1e-2].map((tau) => [loss, tau] as const)),
  )("p = 1, 2000 cells, %j, τ = %d: gap ≤ 1e-12 = E − D", (loss, tau) => {
    const field = new GridField(network(loss, tau, 0.1), square(1, 2000, 5 + 20 * Math.sqrt(tau)));
    const found = stationary(field);
    expect(found.gap).toBeLessThan(1e-12);
    expect(Math.abs(found.freeEnergy - found.dual - found.gap)).toBeLessThan(
      1e-14 * (Math.abs(found.dual) + 10),
    );
    expect(Math.abs(massOf(field.grid, found.density) - 1)).toBeLessThan(1e-14);
  });

  it.each(
    LOSSES.flatMap((loss) =>
      (["trained", "bounded", "fixed"] as const).map((output) => [loss, output] as const),
    ),
  )("p = 2, %j, output %s: gap ≤ 1e-12", (loss, output) => {
    const shape = { output, bias: output === "fixed" };
    for (const tau of [0.5, 0.02]) {
      const field = new GridField(
        network(loss, tau, 0.2, shape),
        square(2, 100, 3 + 8 * Math.sqrt(tau / 0.2)),
      );
      const found = stationary(field);
      expect(found.gap).toBeLessThan(1e-12);
      expect(Math.abs(found.freeEnergy - found.dual)).toBeLessThan(1e-13 * (Math.abs(found.dual) + 10));
    }
  });

  it.each(LOSSES)("τ = 1e-4, %j", (loss) => {
    const found = stationary(new GridField(network(loss, 1e-4, 0.2), square(1, 4000, 4)));
    expect(found.gap).toBeLessThan(1e-12);
    expect(Math.abs(found.freeEnergy - found.dual)).toBeLessThan(1e-13);
  });

  it("nothing lies below it: random densities", () => {
    const field = new GridField(network("logistic", 0.1, 0.3), square(1, 120, 6));
    const { freeEnergy, dual } = stationary(field);
    expect(Math.abs(freeEnergy - dual)).toBeLessThan(1e-14);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 120 }),
        (raw) => {
          fc.pre(raw.some((value) => value > 0));
          const density = Float64Array.from({ length: 120 }, (_, i) => raw[i % raw.length]);
          const mass = massOf(field.grid, density);
          for (let i = 0; i < 120; i++) density[i] /= mass;
          const z = new Float64Array(field.count);
          field.observe(density, z);
          expect(freeEnergyOf(field, density, z)).toBeGreaterThan(freeEnergy);
        },
      ),
    );
  });

  it.each(LOSSES)("dE*/dτ = ∫μ* log μ* (the envelope theorem), %j", (loss) => {
    const on = square(1, 400, 8);
    const at = (tau: number) => stationary(new GridField(network(loss, tau, 0.3), on));
    const step = 1e-4;
    const slope = (at(0.2 + step).freeEnergy - at(0.2 - step).freeEnergy) / (2 * step);
    // Central differences: step²·E‴/6, E‴ of order 1/τ² = 25.
    expect(Math.abs(slope - entropyOf(on, at(0.2).density))).toBeLessThan(25 * step * step + 1e-10);
  });

  it("goes through higher temperatures where Newton fails at τ", () => {
    const y = INPUTS.map((u) => Math.sin(5 * u));
    const made = problem({
      data: fromArrays(INPUTS, y),
      neuron: neuron({ activation: "relu2", inputs: 1, output: "trained", bias: false }),
      loss: { huber: { delta: 0.1 } },
      regulariser: { l2: 1e-4 },
      temperature: 1e-2,
    });
    // The domain cuts this measure: allowed here, where only the path matters.
    const found = stationary(new GridField(made, square(2, 100, 6)), { leak: 1 });
    expect(found.temperatures.length).toBeGreaterThan(1);
    expect(found.temperatures.at(-1)).toBe(1e-2);
    expect(found.gap).toBeLessThan(1e-12);
  });

  it("refuses τ = 0, W, and a plane that V does not confine, naming what to add", () => {
    const on = square(2, 20, 3);
    const open = network("squared", 0.1, 0, { output: "trained" });
    expect(messageOf(() => stationary(new GridField(open, on)))).toMatch(
      /^input: problem\.regulariser\.l2.*a, w/,
    );
    expect(messageOf(() => stationary(new GridField(network("squared", 0, 1), square(1, 20, 3))))).toMatch(
      /^input: problem\.temperature: found 0/,
    );
    const paired = problem({
      potential: { kind: "quadratic" },
      interaction: { kind: "quadratic", strength: 1 },
      temperature: 1,
    });
    expect(messageOf(() => stationary(new GridField(paired, square(1, 20, 3))))).toMatch(
      /^input: problem\.interaction.*branches/,
    );
    const torus = problem({ domain: "torus", temperature: 1 });
    const circle = grid([axis({ low: -Math.PI, high: Math.PI, cells: 32, periodic: true })]);
    const { density } = stationary(new GridField(torus, circle));
    for (const mu of density) expect(Math.abs(mu * 2 * Math.PI - 1)).toBeLessThan(1e-14);
  });

  it("a domain that cuts: names an extent that does", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        (tau, left, right) => {
          const made = network("squared", tau, 0.3);
          let [low, high] = [-left, right];
          for (let round = 0; round < 40; round++) {
            const on = grid([axis({ low, high, cells: 400 })]);
            const message = messageOf(() => stationary(new GridField(made, on)));
            if (message === "no error") return;
            const advice = /^numerics: grid\.extent.*Try extent \[(.*), (.*)\]/.exec(message);
            expect(advice, message).not.toBeNull();
            const [from, to] = [Number(advice![1]), Number(advice![2])];
            expect(to - from).toBeGreaterThan(high - low);
            [low, high] = [from, to];
          }
          expect.unreachable("forty rounds of advice");
        },
      ),
      { numRuns: 30 },
    );
  });

  it("cells that a Gaussian is narrower than: its width in cells, and the cells on which it would be 1.2 of them wide", () => {
    // Its peak at the centre of a cell; below half a cell its neighbours hold nothing, and their rise Δ²/2s² shows the width exactly.
    const cells = 21;
    for (const [width, within] of [
      [0.9, 0.15],
      [0.3, 0.005],
      [0.1, 0.005],
    ]) {
      const made = problem({ potential: { kind: "quadratic" }, temperature: (width * (8 / cells)) ** 2 });
      const message = messageOf(() => stationary(new GridField(made, square(1, cells, 4))));
      const [, found, wish] = /is ([0-9.]+) of a cell wide.*Try cells (\d+)/.exec(message)!.map(Number);
      expect(Math.abs(found - width), message).toBeLessThanOrEqual(within);
      expect(Math.abs(wish - (1.2 * cells) / found)).toBeLessThanOrEqual(2 + 0.05 * wish);
    }
  });

  it("cells of which no grid has enough are not advised", () => {
    const made = problem({ potential: { kind: "quadratic" }, temperature: 1e-20 });
    const message = messageOf(() => stationary(new GridField(made, square(1, 21, 4))));
    expect(message).toMatch(/of a cell wide .* Try a smaller extent, or a higher temperature$/);
  });

  it("cells that cannot show the measure: names a number that does", () => {
    for (const tau of [1e-2, 1e-3, 1e-4, 1e-6]) {
      const made = network("squared", tau, 0.3);
      let cells = 20;
      let rounds = 0;
      for (; rounds < 8; rounds++) {
        const message = messageOf(() => stationary(new GridField(made, square(1, cells, 4)), { leak: 1e-3 }));
        if (message === "no error") break;
        const advice = /^numerics: grid\.cells.*axis 0 \(w\).*Try cells (\d+)/.exec(message);
        expect(advice, message).not.toBeNull();
        cells = Number(advice![1]);
      }
      expect(rounds).toBeLessThan(8);
      // Not wildly more than needed: the narrowest well at this τ is no narrower than √(τ/10).
      expect(cells).toBeLessThan((3 * 8) / Math.sqrt(tau / 10));
    }
  });
});

describe("no Gibbs measure has finite mass", () => {
  const refused = (option: Parameters<typeof problem>[0]) => () =>
    requireNormalisable(problem({ temperature: 0.1, ...option }));

  it("where V falls, whatever grows beside it", () => {
    const well = (strength: number) => ({ potential: { kind: "double-well" as const, strength } });
    expect(refused({ ...well(-0.5), regulariser: { l2: 2 } })).toThrow(
      /regulariser.l2: V does not grow in every coordinate/,
    );
    expect(refused({ dimension: 2 })).toThrow(/V does not grow in θ0, θ1/);
    expect(refused(well(0.5))).not.toThrow();
  });

  it("where W repels more than V confines; a quartic V confines against any", () => {
    const repelled = (strength: number, kind: "quadratic" | "double-well") => ({
      potential: { kind, strength: 1 },
      interaction: { kind: "quadratic" as const, strength },
    });
    expect(refused(repelled(-1.5, "quadratic"))).toThrow(
      /interaction.strength: found -1.5; V and W together do not grow in θ0/,
    );
    expect(refused(repelled(-1, "quadratic"))).toThrow(/do not grow/);
    expect(refused(repelled(-0.9, "quadratic"))).not.toThrow();
    expect(refused(repelled(-5, "double-well"))).not.toThrow();
  });
});
