// Which distances a fit takes, from solvers in any order in the file.

import { describe, expect, it } from "vitest";
import { fitStudy, type ReadPoint } from "./fit.ts";
import type { PreparedPoint } from "./prepare.ts";

/** A point whose grid, at that step, is step² away from what its JKO steps find; which comes first is up to the file. */
function pointAt(step: number, first: "grid" | "jko"): ReadPoint {
  const grid = { solver: "grid", cells: [80] };
  const jko = { solver: "jko", cells: [40] };
  const [a, b] = first === "grid" ? [grid, jko] : [jko, grid];
  return {
    point: { values: { "time.step": step } } as unknown as PreparedPoint,
    results: { runs: [], distances: [{ a, b, t: 1, quantity: "w2", values: [step * step] }] },
  };
}

describe("a fit of distances between densities", () => {
  it.each([
    ["grid", "jko"],
    ["jko", "grid"],
  ] as const)("of the %s's against the %s's finds them in either order", (solver, against) => {
    const spec = { quantity: "w2", along: "time.step", law: "power", solver, against, within: 0.05 } as const;
    for (const first of ["grid", "jko"] as const) {
      const [fit, ...others] = fitStudy(
        [spec],
        [0.1, 0.2, 0.4, 0.8].map((h) => pointAt(h, first)),
      );
      expect(others).toEqual([]);
      expect(fit!.slope).toBeCloseTo(2, 10);
      expect(fit!.group).toEqual({
        cells: solver === "grid" ? "80" : "40",
        against: against === "grid" ? "grid 80" : "jko 40",
      });
    }
  });
});
