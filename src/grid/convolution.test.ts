import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { axis } from "./axis.ts";
import { convolutionWith } from "./convolution.ts";

describe("convolution", () => {
  it.each([
    4, 5, 7, 16, 17, 33, 100, 129, 257,
  ])("is the double sum over %i cells, to log₂(length) roundings of Σ|w|μΔ", (cells) => {
    const random = uniforms(cells);
    const line = axis({ low: -1, high: 3, cells });
    const mu = Float64Array.from({ length: cells }, () => random() ** 4);
    const w = (z: number) => Math.cos(3 * z) - 0.3 * z * z;
    const out = new Float64Array(cells + 3).fill(-1);
    convolutionWith(line, w).apply(mu, out, 2);
    let [most, mass] = [0, 0];
    for (let i = 0; i < cells; i++) most = Math.max(most, line.spacing * Math.abs(w(i * line.spacing)));
    for (const value of mu) mass += value;
    const bound = 10 * Math.log2(4 * cells) * Number.EPSILON * most * mass;
    for (let i = 0; i < cells; i++) {
      let total = 0;
      for (let j = 0; j < cells; j++) total += w(line.centres[i] - line.centres[j]) * mu[j] * line.spacing;
      expect(Math.abs(out[2 + i] - total)).toBeLessThan(bound);
    }
    expect([out[0], out[1], out[cells + 2]]).toEqual([-1, -1, -1]);
  });

  it.each([
    8, 12, 31,
  ])("on a circle of %i cells, cos is an eigenfunction of convolution with cos: π cos", (cells) => {
    const line = axis({ low: -Math.PI, high: Math.PI, cells, periodic: true });
    const out = new Float64Array(cells);
    convolutionWith(line, Math.cos).apply(line.centres.map(Math.cos), out, 0);
    for (let i = 0; i < cells; i++) expect(out[i]).toBeCloseTo(Math.PI * Math.cos(line.centres[i]), 13);
  });
});
