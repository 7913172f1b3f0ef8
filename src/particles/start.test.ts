// Neurons at t = 0: the laws of θ by their moments, given rows to the bit, and the default law of momenta.

import { describe, expect, it } from "vitest";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { TILE } from "../kernels/layout.ts";
import { gaussian, type InitialLaw, points, sphere, uniform } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";
import { solo } from "./solo.ts";
import { requireStart } from "./start.ts";

const WIDTH = 20000;
const TAU = 0.3;
const plane = problem({
  potential: { kind: "quadratic", strength: 1 },
  dimension: 2,
  temperature: TAU,
});

/** Coordinate `row` of every neuron. */
function column({ state, rows, part }: Ensemble, row: number): Float64Array {
  return Float64Array.from(
    { length: part.width },
    (_, j) => state[(Math.floor(j / TILE) * rows + row) * TILE + (j % TILE)],
  );
}

function momentsOf(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0) };
}

describe("momenta are N(0, τI) unless given", () => {
  const rows = Array.from({ length: WIDTH }, () => [1, -1]);
  const laws: readonly (readonly [string, InitialLaw])[] = [
    ["gaussian", gaussian({ mean: [1, 2], std: [0.5, 3] })],
    ["uniform", uniform({ low: [-1, 0], high: [1, 5] })],
    ["sphere", sphere({ radius: 2 })],
    ["points", points(rows)],
  ];
  it.each(laws)("%s", (_kind, law) => {
    const { particles } = solo(plane, kinetic({ friction: 1 }), WIDTH, law, { seed: 3 });
    for (const row of [2, 3]) {
      const { mean, variance } = momentsOf(column(particles, row));
      // 5 standard errors: a false alarm in 2e6.
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(TAU / WIDTH));
      expect(Math.abs(variance / TAU - 1)).toBeLessThan(5 * Math.sqrt(2 / WIDTH));
    }
  });

  it("so that the kinetic energy of equilibrium, ½τp, is there from the start", () => {
    const made = (temperature: number, law: InitialLaw) =>
      solo(
        problem({ potential: { kind: "quadratic", strength: 1 }, temperature }),
        kinetic({ friction: 1 }),
        40,
        law,
      );
    const unit = made(0, gaussian({ mean: 0, std: 1, momentum: { mean: 0, std: 1 } })).particles;
    for (const temperature of [0, 0.01, 0.25, 4]) {
      const found = column(made(temperature, gaussian({ mean: 0, std: 1 })).particles, 1);
      // The same draws, at the width √τ: squares are τ times theirs, and 0 stays 0.
      for (const [j, draw] of column(unit, 1).entries()) {
        expect(Math.abs(found[j] - Math.sqrt(temperature) * draw)).toBeLessThan(
          1e-15 * Math.abs(draw) + 1e-300,
        );
      }
    }
  });
});

/** Whether the mean of f over the list is `mean`, to 5 standard errors of that variance. */
function expectMean(values: Float64Array, mean: number, variance: number, f = (u: number) => u): void {
  const found = values.reduce((sum, value) => sum + f(value) / values.length, 0);
  expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(variance / values.length));
}

describe("positions", () => {
  const start = (law: InitialLaw, domain: "plane" | "torus" = "plane", dimension = 2) =>
    solo(problem({ dimension, domain }), gradientFlow(), WIDTH, law, { seed: 2 }).particles;

  it("gaussian: mean, variance and kurtosis of each coordinate, which are independent", () => {
    const particles = start(gaussian({ mean: [1, -2], std: [0.5, 3] }));
    const unit = [0, 1].map((k) => column(particles, k).map((u) => (u - [1, -2][k]) / [0.5, 3][k]));
    for (const values of unit) {
      expectMean(values, 0, 1);
      expectMean(values, 1, 2, (u) => u * u);
      expectMean(values, 3, 96, (u) => u ** 4);
    }
    expectMean(
      unit[0].map((u, j) => u * unit[1][j]),
      0,
      1,
    );
  });

  it("uniform: inside its box, mean and variance those of a uniform law", () => {
    const particles = start(uniform({ low: [-1, 2], high: [1, 5] }));
    for (const [k, [low, high]] of [
      [-1, 1],
      [2, 5],
    ].entries()) {
      const values = column(particles, k);
      expect(values.every((u) => u > low && u < high)).toBe(true);
      const unit = values.map((u) => (2 * (u - low)) / (high - low) - 1);
      expectMean(unit, 0, 1 / 3);
      expectMean(unit, 1 / 3, 4 / 45, (u) => u * u);
    }
  });

  it("sphere: at its radius, in every direction alike", () => {
    const particles = start(sphere({ radius: 2.5 }), "plane", 3);
    const columns = [0, 1, 2].map((k) => column(particles, k));
    for (let j = 0; j < WIDTH; j++) {
      expect(Math.abs(Math.hypot(...columns.map((values) => values[j])) - 2.5)).toBeLessThan(1e-14);
    }
    for (const values of columns) {
      // A coordinate on the sphere of R³ is uniform.
      const unit = values.map((u) => u / 2.5);
      expectMean(unit, 0, 1 / 3);
      expectMean(unit, 1 / 3, 4 / 45, (u) => u * u);
    }
  });

  it("points: as given, momenta too, for widths that fill no tile", () => {
    for (const width of [1, 7, 8, 9, 20]) {
      const rows = Array.from({ length: width }, (_, j) => [j, 100 + j, 200 + j, 300 + j]);
      const { particles } = solo(plane, kinetic({ friction: 1 }), width, points(rows));
      for (const k of [0, 1, 2, 3])
        expect(Array.from(column(particles, k))).toEqual(rows.map((row) => row[k]));
    }
  });

  it("on the torus are brought back by whole turns", () => {
    const law = gaussian({ mean: [4], std: [2] });
    const [plain, wrapped] = (["plane", "torus"] as const).map((domain) => column(start(law, domain, 1), 0));
    for (const [j, theta] of wrapped.entries()) {
      expect(theta >= -Math.PI && theta < Math.PI).toBe(true);
      const turns = (plain[j] - theta) / (2 * Math.PI);
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-14);
    }
  });

  it("wider networks begin with the neurons of narrower ones", () => {
    const law = gaussian({ mean: [0, 0], std: [1, 1] });
    const of = (width: number) =>
      solo(plane, kinetic({ friction: 1 }), width, law, { seed: 4, replica: 1 }).particles;
    for (const k of [0, 1, 2, 3]) {
      expect(column(of(13), k)).toEqual(column(of(50), k).subarray(0, 13));
    }
  });
});

describe("momenta at the start", () => {
  const line = problem({ potential: { kind: "quadratic" } });
  const started = (initial: InitialLaw, dynamics: Dynamics) => () =>
    requireStart({ problem: line, dynamics, initial }, 1);

  it.each<[string, InitialLaw, string | null]>([
    ["none given", gaussian({ mean: 0, std: 1 }), null],
    ["0 given", gaussian({ mean: 0, std: 1, momentum: { mean: 0, std: 0 } }), null],
    [
      "a mean",
      gaussian({ mean: 0, std: 1, momentum: { mean: 0.5, std: 0 } }),
      'initial.momentum: found {"mean":[0.5],"std":[0]}; allowed: mean 0 and std 0',
    ],
    [
      "a width",
      gaussian({ mean: 0, std: 1, momentum: { mean: 0, std: 2 } }),
      'initial.momentum: found {"mean":[0],"std":[2]}; allowed: mean 0 and std 0',
    ],
    ["rows at rest", points([[1, 0]]), null],
    ["rows of θ alone", points([[1]]), null],
    ["a row that moves", points([[1, 0.3]]), "initial: found 0.3; allowed: momenta 0"],
  ])("under a friction that is infinite at t = 0: %s", (_what, law, message) => {
    const check = started(law, kinetic({ friction: { nesterov: 3 } }));
    const why = "with nesterov friction from 0, infinite at t = 0; or dynamics.friction.from > 0";
    if (message === null) expect(check).not.toThrow();
    else expect(check).toThrow(`${message} ${why}`);
    // Finite friction takes any.
    expect(started(law, kinetic({ friction: 1 }))).not.toThrow();
    expect(started(law, kinetic({ friction: { nesterov: 3, from: 1 } }))).not.toThrow();
  });

  it("are none where the dynamics has none", () => {
    const law = gaussian({ mean: 0, std: 1, momentum: { mean: 0, std: 0 } });
    expect(started(law, gradientFlow())).toThrow(
      'initial.momentum: found {"mean":[0],"std":[0]}; allowed: nothing with gradient-flow; only kinetic dynamics has momentum',
    );
    expect(started(points([[1, 0]]), gradientFlow())).toThrow("found 2 numbers a neuron; allowed: 1");
  });
});
