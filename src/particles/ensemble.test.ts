// How a neuron's numbers lie row by row: θ, ω, what integrators and drifts remember, none over another.

import { expect, it } from "vitest";
import { isFiniteState, stateRows } from "./ensemble.ts";

it("rows of θ, momenta, history and anchor follow one another", () => {
  for (const p of [1, 3]) {
    for (const momentum of [false, true]) {
      for (const history of [false, true]) {
        for (const anchor of [false, true]) {
          const rows = stateRows(p, { momentum, history, anchor });
          const blocks = [
            "theta",
            ...(momentum ? ["omega"] : []),
            ...(history ? ["history"] : []),
            ...(anchor ? ["anchor"] : []),
          ];
          const first = (name: string) => (blocks.includes(name) ? p * blocks.indexOf(name) : null);
          expect(rows).toEqual({
            coordinates: p * (momentum ? 2 : 1),
            history: first("history"),
            anchor: first("anchor"),
            total: p * blocks.length,
          });
        }
      }
    }
  }
  expect(stateRows(2, { momentum: true })).toEqual({ coordinates: 4, history: null, anchor: null, total: 4 });
});

it("a state is finite where every number is, the first and the last too", () => {
  const state = Float64Array.of(1e308, -1, 0, 5e-324);
  expect(isFiniteState(state)).toBe(true);
  for (const at of [0, 1, 3]) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(isFiniteState(state.with(at, value))).toBe(false);
    }
  }
});
