// How a list of eigenvalues is read: what counts as 0 and by which symmetry, which mode is the slowest, whether it turns.

import { describe, expect, it } from "vitest";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { type ProblemOptions, problem } from "../../problem/problem.ts";
import { rotations, spectrumOf } from "./spectrum.ts";

const real = (...values: number[]) => values.map((re) => ({ re, im: 0 }));

describe("a spectrum", () => {
  it("is sorted from the slowest on, growth first; pairs by their turning, the upper half first", () => {
    const found = [...real(-3, 0.5, -1), { re: -2, im: -1 }, { re: -2, im: 1 }, { re: -2, im: 0.3 }];
    const { eigenvalues, gap, oscillating } = spectrumOf(found, 1, [], 10);
    expect(eigenvalues).toEqual([
      ...real(0.5, -1),
      { re: -2, im: 0.3 },
      { re: -2, im: 1 },
      { re: -2, im: -1 },
      ...real(-3),
    ]);
    expect([gap, oscillating]).toEqual([-0.5, false]);
  });

  it("has the speed and the turning of its slowest mode, and as many as are asked for", () => {
    const pair = [
      { re: -0.4, im: 2 },
      { re: -0.4, im: -2 },
    ];
    const found = spectrumOf([...real(-1, -5), ...pair], 3, [], 3);
    expect(found).toMatchObject({ gap: 0.4, oscillating: true, zeroModes: ["mass"] });
    expect(found.eigenvalues).toEqual([...pair, ...real(-1)]);
    // A turning of round-off is none, by the scale.
    expect(spectrumOf([{ re: -1, im: 2e-8 }], 3, [], 3).oscillating).toBe(false);
    expect(spectrumOf([{ re: -1, im: 4e-8 }], 3, [], 3).oscillating).toBe(true);
  });

  it("leaves out zeros, by the scale, and says what they are of", () => {
    for (const scale of [1, 100]) {
      const zero = 0.9e-8 * scale;
      for (const at of [
        { re: zero, im: 0 },
        { re: -zero, im: 0 },
        { re: 0, im: zero },
      ]) {
        expect(spectrumOf([at, ...real(-2)], scale, [], 9)).toMatchObject({
          gap: 2,
          zeroModes: ["mass", "marginal"],
        });
        expect(spectrumOf([at, ...real(-2)], scale, ["rotation of a"], 9).zeroModes).toEqual([
          "mass",
          "rotation of a",
        ]);
      }
      expect(spectrumOf(real(-1.2e-8 * scale, -2), scale, ["rotation of a"], 9)).toMatchObject({
        gap: 1.2e-8 * scale,
        zeroModes: ["mass"],
      });
    }
    expect(spectrumOf([], 1, [], 3)).toMatchObject({ gap: Number.POSITIVE_INFINITY, oscillating: false });
  });
});

describe("rotations", () => {
  const circle: ProblemOptions = {
    domain: "torus",
    interaction: { kind: "cosine", strength: 1 },
    dimension: 3,
  };
  const of = (options: ProblemOptions, uniform = [true, false, true]) => rotations(problem(options), uniform);

  it("turn coordinates whose marginal is not uniform", () => {
    expect(of(circle)).toEqual(["rotation of θ1"]);
    expect(of(circle, [false, false, true])).toEqual(["rotation of θ0", "rotation of θ1"]);
    expect(of(circle, [true, true, true])).toEqual([]);
  });

  it("are none on the plane, under a V, or with data", () => {
    expect(of({ ...circle, domain: "plane" })).toEqual([]);
    expect(of({ ...circle, potential: { kind: "cosine", strength: 0.1 } })).toEqual([]);
    const cell = neuron({ activation: "sin", inputs: 1 });
    expect(of({ domain: "torus", data: fromArrays([1], [1]), neuron: cell })).toEqual([]);
  });
});
