// The Fisher–Rao speed against closed forms: Gaussians a step apart, and how near to rest it can be read.

import { describe, expect, it } from "vitest";
import { axis } from "../grid/axis.ts";
import { grid } from "../grid/grid.ts";
import { fisherRao } from "./speed.ts";

const line = grid([axis({ low: -6, high: 6, cells: 200 })]);
const EPS = Number.EPSILON;

function normal(mean: number, variance: number): Float64Array {
  const scale = 1 / Math.sqrt(2 * Math.PI * variance);
  return line.axes[0]!.centres.map((u) => scale * Math.exp((-0.5 * (u - mean) ** 2) / variance));
}

describe("(4/h²)∫(√μ_{n+1} − √μ_n)²", () => {
  it("of a Gaussian that moves is (8/h²)(1 − e^(−(vh)²/8A)), of one that widens (8/h²)(1 − (2√(AB)/(A + B))^½)", () => {
    const h = 0.1;
    const found = fisherRao(line, normal(-0.3, 0.4), normal(0.2, 0.4), h, false);
    expect(Math.abs(found / ((-8 / h ** 2) * Math.expm1(-(0.5 ** 2) / 3.2)) - 1)).toBeLessThan(1e-13);
    const [A, B] = [0.4, 0.5];
    const widens = fisherRao(line, normal(0.1, A), normal(0.1, B), h, false);
    const overlap = Math.sqrt((2 * Math.sqrt(A * B)) / (A + B));
    expect(Math.abs(widens / ((8 / h ** 2) * (1 - overlap)) - 1)).toBeLessThan(1e-13);
  });

  it.each([
    false,
    true,
  ])("of an ever smaller step keeps its digits; rounding of the largest cell: %s", (mixes) => {
    for (let shift = 0.1; shift > 1e-12; shift /= 3) {
      const h = 0.01;
      const found = fisherRao(line, normal(0, 0.4), normal(shift, 0.4), h, mixes);
      const expected = (-8 / h ** 2) * Math.expm1(-(shift ** 2) / 3.2);
      // Each cell rounds to ε; where 16 ε of the largest do not count, the volume of those cells times their |log(μ/μ′)|, ~ 10.
      const error = (8 * EPS) / shift + (mixes ? (16 * EPS * 10) / shift : 0);
      expect(Math.abs(found / expected - 1)).toBeLessThan(8 * EPS + error);
    }
  });

  it("at rest is 0 but for rounding, of which transforms leave as much in every cell", () => {
    const rest = normal(0, 0.4);
    const rounded = rest.map((mu, i) => mu + 7 * EPS * rest[100]! * Math.sin(12.9898 * i * i));
    expect(fisherRao(line, rest, rest, 0.1, false)).toBe(0);
    expect(fisherRao(line, rest, rounded, 0.1, true)).toBe(0);
    expect(fisherRao(line, rest, rounded, 0.1, false)).toBeGreaterThan(1e-15);
  });

  it("is finite where cells are empty or below 0", () => {
    const before = Float64Array.from({ length: 200 }, (_, i) => [0, 1, -1e-9, 0][i % 4]!);
    const after = Float64Array.from({ length: 200 }, (_, i) => [0, 1, -2e-9, 0.25][i % 4]!);
    // √0.25 − 0 in 50 cells.
    for (const mixes of [false, true]) {
      expect(fisherRao(line, before, after, 0.5, mixes)).toBeCloseTo(16 * line.volume * 50 * 0.25, 12);
    }
  });
});
