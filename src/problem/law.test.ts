// Initial laws as options say them, and which fit N neurons of p coordinates.

import { describe, expect, it } from "vitest";
import { checkLaw, gaussian, type InitialLaw, lawOf, points, sphere, uniform } from "./law.ts";

const INFINITE = Number.POSITIVE_INFINITY;
const momentum = { mean: [0, 0], std: [1, 0] };

it("a number stands for all coordinates, and momenta go where they are given", () => {
  for (const p of [1, 3]) {
    const all = (value: number) => new Array<number>(p).fill(value);
    expect(lawOf(gaussian({ mean: 1, std: 2 }), p)).toEqual(gaussian({ mean: all(1), std: all(2) }));
    expect(lawOf(uniform({ low: all(-1), high: 2, momentum: { mean: 0, std: all(1) } }), p)).toEqual({
      position: { kind: "uniform", low: all(-1), high: all(2) },
      momentum: { mean: all(0), std: all(1) },
    });
  }
  expect(sphere({ radius: 2, momentum })).toEqual({ position: { kind: "sphere", radius: 2 }, momentum });
  expect(points([[1, 2]])).toEqual({ position: { kind: "points", rows: [[1, 2]] } });
});

describe("p = 2, N = 3, with momenta", () => {
  const rows = (count: number, columns: number) =>
    Array.from({ length: count }, () => Array.from({ length: columns }, () => 1));
  it.each<[string, InitialLaw]>([
    ["gaussian, widths 0 among them", gaussian({ mean: [0, 1], std: [0, 0.5], momentum })],
    ["uniform", uniform({ low: [-1, 0], high: [0, 0.5] })],
    ["uniform, equal sides among them", uniform({ low: [-1, 0.5], high: [0, 0.5] })],
    ["sphere", sphere({ radius: 0.1 })],
    ["points of θ", points(rows(3, 2))],
    ["points of θ and ω", points(rows(3, 4))],
  ])("%s", (_what, law) => {
    expect(() => checkLaw(law, 2, 3, true)).not.toThrow();
  });

  it.each<[InitialLaw, string]>([
    [gaussian({ mean: [0], std: [1, 1] }), "initial.mean: found 1 number; θ has 2 coordinates"],
    [gaussian({ mean: [0, 0], std: [1, 1, 1] }), "initial.std: found 3 numbers; θ has 2 coordinates"],
    [gaussian({ mean: [0, Number.NaN], std: [1, 1] }), "initial.mean: found NaN; allowed: finite numbers"],
    [gaussian({ mean: [0, 0], std: [1, -0.1] }), "initial.std: found -0.1; allowed: numbers ≥ 0"],
    [gaussian({ mean: [0, 0], std: [1, INFINITE] }), "initial.std: found Infinity; allowed: "],
    [uniform({ low: [0], high: [1, 1] }), "initial.low: found 1 number"],
    [uniform({ low: [0, 0], high: [1] }), "initial.high: found 1 number"],
    [uniform({ low: [2, 0], high: [1, 1] }), "initial.high: found [1,1]; allowed: numbers >= initial.low"],
    [
      uniform({ low: [0, -1e308], high: [1, 1e308] }),
      "numbers whose distance from initial.low is below 1.8e308",
    ],
    [sphere({ radius: 0 }), "initial.radius: found 0; allowed: a number > 0"],
    [sphere({ radius: INFINITE }), "initial.radius: found Infinity"],
    [points(rows(2, 2)), "initial: found 2 neurons; the width is 3"],
    [
      points([[0, 1], ...rows(3, 2)]),
      "found 4 neurons; the width is 3. The first row counts the columns: if these are names, set header: true",
    ],
    [points(rows(3, 3)), "initial: found 3 numbers a neuron; allowed: 2 (θ) or 4 (θ, ω)"],
    [points([[1, 1], [1, 1], [1]]), "initial: row 3 has 1 numbers; the first row has 2"],
    [
      points([
        [1, 1],
        [1, INFINITE],
        [1, 1],
      ]),
      "initial: found Infinity in row 2; allowed: finite numbers",
    ],
    [
      gaussian({ mean: [0, 0], std: [1, 1], momentum: { mean: [0], std: [1, 1] } }),
      "initial.momentum.mean: found 1",
    ],
    [
      gaussian({ mean: [0, 0], std: [1, 1], momentum: { mean: [0, 0], std: [-1, 1] } }),
      "momentum.std: found -1",
    ],
  ])("%j is refused", (law, message) => {
    expect(() => checkLaw(law, 2, 3, true)).toThrow(message);
  });

  it("without momenta rows have none", () => {
    expect(() => checkLaw(points(rows(3, 4)), 2, 3, false)).toThrow("found 4 numbers a neuron; allowed: 2");
    expect(() => checkLaw(points(rows(3, 2)), 2, 3, false)).not.toThrow();
    expect(() => checkLaw(gaussian({ mean: [0, 1], std: [1] }), 1, 3, false)).toThrow(
      "initial.mean: found 2 numbers; θ has 1 coordinate",
    );
  });
});
