// Neurons at t = 0, without a step: the default law of momenta.

import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { TILE } from "../kernels/layout.ts";
import { gaussian, type InitialLaw, points, sphere, uniform } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";
import { solo } from "./solo.ts";

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
