// Orders of convergence of first-order dynamics on a grid (docs/theory.md §3.1, §3.2, §3.5, §4.1): in the step against runs with
// smaller steps on the same grid, in the spacing against exact laws with the error in time extrapolated away.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../../base/slope.ts";
import { entropyOf, momentsOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { type Gaussian, langevinAt, linearNeuron, quadraticMcKeanVlasov } from "../../limits/gaussian.ts";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { advance, boxOf, circle, distanceOf, freeEnergy, normalised, solver } from "../testing.ts";
import type { FirstOrderScheme } from "./schemes.ts";

const linear = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
  temperature: 0.3,
});

function teacher(output: "trained" | "fixed", bias = false): Problem {
  const random = uniforms(4);
  const x = Array.from({ length: 24 }, () => 4 * random() - 2);
  return problem({
    data: fromArrays(
      x,
      x.map((u) => Math.sin(2 * u)),
    ),
    neuron: neuron({ activation: "tanh", inputs: 1, output, bias }),
    regulariser: { l2: 0.1 },
    temperature: 0.05,
  });
}

function run(
  made: Problem,
  grid: Grid,
  scheme: FirstOrderScheme,
  start: Float64Array,
  until: number,
  count: number,
  rate = 0,
): Float64Array {
  const mobility = Float64Array.of(1, 0.6, 1).subarray(0, grid.axes.length);
  const { stepper } = solver(made, grid, { scheme, step: until / count, rate, mobility });
  return advance(stepper, start.slice(), count);
}

describe("in the step, L1 at t = ½ against 320 steps of order 2", () => {
  const line = boxOf({ low: -4, high: 4, cells: 120 });
  const square = boxOf({ low: -4, high: 4, cells: 32 }, { low: -4, high: 4, cells: 36 });
  const few = [10, 20, 40];
  const settings: readonly (readonly [string, Problem, Grid, number, readonly number[]])[] = [
    ["linear neuron", linear, line, 0, few],
    ["tanh(θx)", teacher("fixed"), line, 0, few],
    ["tanh(θx) with birth–death", teacher("fixed"), line, 0.8, few],
    ["a tanh(wx), p = 2", teacher("trained"), square, 0, few],
    ["a tanh(wx), p = 2, with birth–death", teacher("trained"), square, 0.8, few],
    [
      "a tanh(wx + b), p = 3, with birth–death",
      teacher("trained", true),
      boxOf(
        { low: -3, high: 3, cells: 12 },
        { low: -3, high: 3, cells: 11 },
        { low: -3, high: 3, cells: 13 },
      ),
      0.8,
      few,
    ],
    [
      "double well with W, p = 2",
      problem({
        potential: { kind: "double-well" },
        interaction: { kind: "quadratic", strength: 0.8 },
        temperature: 0.4,
        dimension: 2,
      }),
      square,
      0,
      // Longer steps would leave negative mass where V sweeps the tails in, and are taken as shorter ones.
      [20, 40, 80],
    ],
  ];
  it.each(settings)("%s: implicit 1, second-order 2", (_name, made, grid, rate, counts) => {
    const law = gaussian({ mean: grid.axes.map(() => 0.6), std: grid.axes.map(() => 0.7) });
    const start = initialDensity(grid, law, 1e-2);
    const reference = run(made, grid, "second-order", start, 0.5, 320, rate);
    for (const [scheme, order] of [
      ["implicit", 1],
      ["second-order", 2],
    ] as const) {
      const errors = counts.map((count) =>
        distanceOf(grid, run(made, grid, scheme, start, 0.5, count, rate), reference),
      );
      const slope = slopeOf(
        counts.map((count) => 1 / count),
        errors,
      );
      expect(Math.abs(slope - order), `${scheme}: ${errors}`).toBeLessThan(0.12);
    }
  });
});

it("where a steep V sweeps the tails in, L1 at t = 1, h = .05 … .00625: order 2, μ ≥ 0, from the first step on", () => {
  const made = problem({
    potential: { kind: "double-well" },
    interaction: { kind: "gaussian", strength: 0.8, scale: 0.7 },
    temperature: 0.12,
    dimension: 1,
  });
  for (const cells of [200, 500]) {
    const grid = boxOf({ low: -3, high: 3, cells });
    const start = initialDensity(grid, gaussian({ mean: [0.5], std: [0.5] }), 1e-6);
    const reference = run(made, grid, "second-order", start, 1, 1280);
    const counts = [20, 40, 80, 160];
    const errors = counts.map((count) => {
      const { stepper } = solver(made, grid, { scheme: "second-order", step: 1 / count });
      const mu = start.slice();
      for (let n = 0; n < count; n++) {
        stepper.step(mu, n);
        expect(Math.min(...mu)).toBeGreaterThanOrEqual(0);
      }
      // Steps that would leave more than a trace of negative mass are the first few.
      expect(stepper.shortened).toBeLessThan(5);
      return distanceOf(grid, mu, reference);
    });
    const slope = slopeOf(
      counts.map((count) => 1 / count),
      errors,
    );
    expect(Math.abs(slope - 2), `${errors}`).toBeLessThan(0.12);
  }
});

/** Second-order runs of `count` and 2 `count` steps, extrapolated: the error in time is of order 4. */
function timeless(
  made: Problem,
  grid: Grid,
  start: Float64Array,
  until: number,
  count: number,
): Float64Array {
  const coarse = run(made, grid, "second-order", start, until, count);
  const fine = run(made, grid, "second-order", start, until, 2 * count);
  return fine.map((value, i) => (4 * value - coarse[i]) / 3);
}

/** Errors in mean, variance and L1 against the cell averages of that Gaussian. */
function gaussianErrors(
  grid: Grid,
  mu: Float64Array,
  { mean, variance }: Gaussian,
): [number, number, number] {
  const [found] = momentsOf(grid, mu);
  const exact = initialDensity(grid, gaussian({ mean: [mean], std: [Math.sqrt(variance)] }), 1e-9);
  return [Math.abs(found.mean - mean), Math.abs(found.variance - variance), distanceOf(grid, mu, exact)];
}

describe("in the spacing, |ΔΦ| below τ from cell to cell where the mass is", () => {
  const CELLS = [80, 160, 320];
  const settings: readonly (readonly [string, Problem, number, (start: Gaussian, t: number) => Gaussian])[] =
    [
      ["linear neuron (§3.1)", linear, 6, (start, t) => langevinAt(linearNeuron(linear), start, t)],
      ...[1, -0.4].map(
        (b) =>
          [
            `quadratic McKean–Vlasov, b = ${b} (§3.2)`,
            problem({
              potential: { kind: "quadratic" },
              interaction: { kind: "quadratic", strength: b },
              temperature: 0.5,
            }),
            8,
            (start: Gaussian, t: number) => quadraticMcKeanVlasov({ a: 1, b, tau: 0.5 }, start, t),
          ] as const,
      ),
    ];
  it.each(settings)("%s: order 2 in mean, variance and L1", (_name, made, half, law) => {
    const errors = CELLS.map((cells) => {
      const grid = boxOf({ low: -half, high: half, cells });
      const start = initialDensity(grid, gaussian({ mean: [-1], std: [0.8] }), 1e-9);
      const mu = timeless(made, grid, start, 0.5, 60);
      return gaussianErrors(grid, mu, law({ mean: -1, variance: 0.64 }, 0.5));
    });
    for (const which of [0, 1, 2]) {
      // The mean can be exact to the order: for linear forces the scheme's mean obeys its own closed equation.
      if (errors[2][which] < 1e-9) continue;
      const slope = slopeOf(
        CELLS.map((cells) => 1 / cells),
        errors.map((error) => error[which]),
      );
      expect(slope, `${errors.map((error) => error[which])}`).toBeGreaterThan(1.9);
      expect(slope, `${errors.map((error) => error[which])}`).toBeLessThan(2.1);
    }
    expect(errors[2][2]).toBeLessThan(2e-3);
  });

  it("beyond it, |ΔΦ| ≫ τ: order 1, upwind's", () => {
    const cold = problem({ regulariser: { l2: 1 }, temperature: 1e-4 });
    const cells = [100, 200, 400];
    const errors = cells.map((count) => {
      const grid = boxOf({ low: -4, high: 4, cells: count });
      const start = initialDensity(grid, gaussian({ mean: [1], std: [0.6] }), 1e-5);
      const mu = timeless(cold, grid, start, 0.3, 100);
      const decay = Math.exp(-0.6);
      return gaussianErrors(grid, mu, {
        mean: Math.exp(-0.3),
        variance: 0.36 * decay + 1e-4 * (1 - decay),
      })[2];
    });
    const slope = slopeOf(
      cells.map((count) => 1 / count),
      errors,
    );
    expect(slope, `${errors}`).toBeGreaterThan(0.8);
    expect(slope, `${errors}`).toBeLessThan(1.1);
  });
});

describe("heat on the torus", () => {
  it("cos kθ decays as e^(−τk²t): exactly as the grid's (2 − 2cos kΔ)/Δ², which is k² to order 2; p = 1 and 2", () => {
    for (const axes of [1, 2]) {
      const errors = [16, 32].map((cells) => {
        const sides = [circle(cells), circle(cells + 4)].slice(0, axes);
        const grid = boxOf(...sides);
        const made = problem({ temperature: 0.7, domain: "torus", dimension: axes });
        const k = [2, 1];
        const mode = (at: number) => {
          let value = 1;
          for (let a = 0; a < axes; a++) {
            const { centres, cells: n } = grid.axes[a];
            value *= Math.cos(k[a] * centres[Math.floor(at / grid.strides[a]) % n]);
          }
          return value;
        };
        const start = normalised(
          grid,
          Float64Array.from({ length: grid.size }, (_, at) => 1 + 0.5 * mode(at)),
        );
        const { stepper } = solver(made, grid, { scheme: "implicit", step: 0.1 });
        const found = advance(stepper, start.slice(), 5);
        let factor = 1;
        let rate = 0;
        for (let a = 0; a < axes; a++) {
          const { spacing } = grid.axes[a];
          const eigenvalue = (2 - 2 * Math.cos(k[a] * spacing)) / spacing ** 2;
          factor /= (1 + 0.1 * 0.7 * eigenvalue) ** 5;
          rate += eigenvalue - k[a] ** 2;
        }
        const even = 1 / (2 * Math.PI) ** axes;
        for (let at = 0; at < grid.size; at++) {
          expect(Math.abs(found[at] - even * (1 + 0.5 * factor * mode(at)))).toBeLessThan(1e-14);
        }
        return Math.abs(rate);
      });
      expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.7);
    }
  });

  it("order 2 in step and spacing together: e^(−τk²t)", () => {
    const made = problem({ temperature: 0.7, domain: "torus" });
    const errors = [20, 40, 80].map((cells) => {
      const grid = boxOf(circle(cells));
      // Averages of cos 2θ over cells: values times sin(Δ)/Δ.
      const { spacing, centres } = grid.axes[0];
      const average = Math.sin(spacing) / spacing;
      const density = (size: number) =>
        centres.map((theta) => (1 + size * average * Math.cos(2 * theta)) / (2 * Math.PI));
      const mu = run(made, grid, "second-order", density(0.5), 0.6, cells);
      return distanceOf(grid, mu, density(0.5 * Math.exp(-0.7 * 4 * 0.6)));
    });
    const slope = slopeOf([1 / 20, 1 / 40, 1 / 80], errors);
    expect(Math.abs(slope - 2), `${errors}`).toBeLessThan(0.1);
  });

  it("on the line a Gaussian spreads, variance 2τt, and its entropy with it", () => {
    const made = problem({ temperature: 0.4 });
    const grid = boxOf({ low: -12, high: 12, cells: 600 });
    const start = initialDensity(grid, gaussian({ mean: [0.3], std: [0.8] }), 1e-9);
    const mu = timeless(made, grid, start, 2, 60);
    const variance = 0.64 + 2 * 0.4 * 2;
    const [found] = momentsOf(grid, mu);
    expect(Math.abs(found.mean - 0.3)).toBeLessThan(1e-10);
    // Without drift the three-point scheme's second moment grows by exactly 2τ a unit of time; Δ²/12 is the averages'.
    expect(Math.abs(found.variance - variance - 0.04 ** 2 / 12)).toBeLessThan(1e-6);
    expect(Math.abs(entropyOf(grid, mu) + 0.5 * Math.log(2 * Math.PI * Math.E * variance))).toBeLessThan(
      0.04 ** 2 / 3,
    );
  });
});

describe("a Langevin transient of ψ = tanh(θx), M = 24, on 400 cells", () => {
  it("second-order, h = 0.02: risk, energy and free energy agree with steps of h/16 to 1e-5 at t = 0.2 … 4", () => {
    const made = teacher("fixed");
    const grid = boxOf({ low: -5, high: 5, cells: 400 });
    const start = initialDensity(grid, gaussian({ mean: [-1], std: [0.5] }), 1e-9);
    const { field, stepper } = solver(made, grid, { scheme: "second-order", step: 0.02 });
    const { stepper: fine } = solver(made, grid, { scheme: "second-order", step: 0.02 / 16 });
    const [mu, nu] = [start.slice(), start.slice()];
    const quantities = (density: Float64Array) => {
      const z = new Float64Array(field.count);
      field.observe(density, z);
      const risk = field.risk(z);
      return [risk, risk + field.externalEnergy(density, z), freeEnergy(field, density).value];
    };
    let moved = 0;
    for (let t = 0.2; t < 4.1; t += 0.2) {
      advance(stepper, mu, 10);
      advance(fine, nu, 160);
      const [one, two] = [quantities(mu), quantities(nu)];
      for (const i of [0, 1, 2]) expect(Math.abs(one[i] - two[i]), `t = ${t}`).toBeLessThan(1e-5);
      if (moved === 0) moved = quantities(start)[2] - one[2];
    }
    expect(moved).toBeGreaterThan(0.01);
  });

  it("in the spacing the free energy has order 2", () => {
    const made = teacher("fixed");
    const values = [200, 400, 800].map((cells) => {
      const grid = boxOf({ low: -5, high: 5, cells });
      const start = initialDensity(grid, gaussian({ mean: [-1], std: [0.5] }), 1e-9);
      const { field, stepper } = solver(made, grid, { scheme: "second-order", step: 0.05 });
      return freeEnergy(field, advance(stepper, start, 20)).value;
    });
    const order = Math.log2(Math.abs((values[0] - values[1]) / (values[1] - values[2])));
    expect(Math.abs(order - 2), `${values}`).toBeLessThan(0.1);
  });
});
