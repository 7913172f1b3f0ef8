// Accuracy at the edges of its definition: outputs that are 0, labels that only scaling made ±1, weights that add up to 1 but for rounding.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { fromArrays, standardised } from "../problem/data.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { fitOf } from "./fit.ts";
import { recordedBy } from "./list.ts";

const of = (data: ReturnType<typeof fromArrays>) =>
  problem({ data, neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }) });

const namesOf = (data: ReturnType<typeof fromArrays>) =>
  recordedBy({ holds: "network", problem: of(data), dynamics: langevin() });

describe("accuracy", () => {
  it("is the share of the weight on the right side of 0, and 0 is on neither", () => {
    const made = of(fromArrays([1, 2, 3], [1, -1, 1], [2, 1, 1]));
    const accuracy = (...outputs: number[]) => fitOf(made, Float64Array.from(outputs), null).accuracy;
    expect(accuracy(0, 0, 0)).toBe(0);
    expect(accuracy(0.1, 0.1, -0.1)).toBe(0.5);
    expect(accuracy(0.1, -0.1, 0)).toBe(0.75);
  });

  it("is 1 exactly where all are right, whatever 1/M rounds to", () => {
    for (let count = 1; count <= 120; count++) {
      const x = Array.from({ length: count }, (_, i) => i);
      const made = of(
        fromArrays(
          x,
          x.map((i) => (i % 3 === 0 ? -1 : 1)),
        ),
      );
      expect(fitOf(made, made.data.y, null).accuracy).toBe(1);
    }
  });

  it("is none where standardising made the targets ±1", () => {
    const scaled = standardised(fromArrays([0, 1], [-5, 7]), "all");
    expect(Array.from(scaled.y)).toEqual([-1, 1]);
    expect(namesOf(scaled)).not.toContain("accuracy");
    expect(namesOf(fromArrays([0, 1], [-1, 1])).slice(0, 3)).toEqual(["risk", "accuracy", "energy"]);
  });
});
