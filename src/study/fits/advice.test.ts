// Advice on a rate: of an Ornstein–Uhlenbeck law the modes are known, and what is said of them is arithmetic.

import { describe, expect, it } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { problem } from "../../problem/problem.ts";
import { builtOf } from "../../run/built-testing.ts";
import type { Run } from "../../run/solvers/list.ts";
import type { StudyFit } from "../summary.ts";
import { advised, modesFor } from "./advice.ts";

/** V = 0.7 θ²/2: the modes of langevin fall at multiples of 0.7. */
const [run] = builtOf({
  name: "well",
  problem: { potential: { kind: "quadratic", strength: 0.7 }, temperature: 0.2 },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: 1 },
  time: { until: 1, step: 0.1 },
  solvers: [{ grid: { cells: 160, extent: [[-4, 4]] } }],
}).runs;

describe("the modes of a run", () => {
  it("fall at multiples of the potential's curvature, twice as fast in what is quadratic", () => {
    for (const [quantity, factor] of [
      ["mean_theta_0", 1],
      ["free_energy", 2],
    ] as const) {
      const rates = modesFor(run, quantity);
      expect(rates.length).toBeGreaterThan(1);
      rates.slice(0, 2).forEach((rate, k) => {
        expect(Math.abs(rate / (0.7 * factor * (k + 1)) - 1)).toBeLessThan(0.01);
      });
      expect(rates).toEqual([...new Set(rates)].sort((a, b) => a - b));
    }
  });

  it("are none of networks, nor without noise", () => {
    expect(modesFor({ ...run, solver: "particles", holds: "network" } as unknown as Run, "energy")).toEqual(
      [],
    );
    const cold = problem({ dimension: 1, potential: { kind: "quadratic" } });
    expect(modesFor({ ...run, problem: cold } as Run, "energy")).toEqual([]);
    const nesterov = kinetic({ friction: { nesterov: 3 } });
    expect(modesFor({ ...run, dynamics: nesterov } as Run, "energy")).toEqual([]);
  });
});

describe("what they advise", () => {
  const given = (rest: Partial<StudyFit>): StudyFit =>
    ({ verdict: "NOT RESOLVED", judged: [-0.9, -0.6], reason: "why", ...rest }) as StudyFit;
  const modes = [0.7, 1.4];

  it("is nothing for fewer than two, and no more than the modes where there is a verdict", () => {
    expect(advised(given({}), [0.7])).toEqual(given({}));
    expect(advised(given({ verdict: "HOLDS" }), modes)).toEqual({ ...given({ verdict: "HOLDS" }), modes });
  });

  it("is another start where the whole interval is above the slowest rate", () => {
    expect(advised(given({ judged: [-1.5, -0.71] }), modes).reason).toMatch(
      /^why; .*slowest rates are 0\.7 and 1\.4: the slowest is not seen yet/,
    );
    expect(advised(given({ judged: [-1.5, -0.69] }), modes).reason).not.toMatch(/not seen/);
    expect(advised(given({ judged: null }), modes).reason).toBe(
      "why; the linearised equation's slowest rates are 0.7 and 1.4",
    );
  });

  it("is the time at which the second has fallen to 1 % of the first", () => {
    // At t = 2 the shares of e^(−0.7t) and e^(−1.4t) are (1 − w, w): r = 0.7 + 0.7w, w/(1 − w) e^(−0.7(t − 2)) = 0.01.
    const until = (w: number) =>
      advised(given({ local: [{ t: 2, rate: 0.7 + 0.7 * w }] }), modes).reason.match(
        /about t = (.*) on$/,
      )?.[1];
    for (const w of [0.1, 0.5, 0.9]) {
      expect(Number(until(w))).toBeCloseTo(2 + Math.log(w / (1 - w) / 0.01) / 0.7, 2);
    }
    expect(until(0.005)).toBeUndefined();
    // The local rate is the second mode's.
    expect(advised(given({ local: [{ t: 2, rate: 1.39 }] }), modes).reason).toMatch(/not seen yet/);
  });
});
