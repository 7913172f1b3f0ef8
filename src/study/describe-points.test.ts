// What a study computes, in words: said once where it is the same, else by what was swept.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { describe as describeRun } from "../run/describe.ts";
import { describePoints, differingDefaults } from "./describe-points.ts";
import { prepareStudy } from "./prepare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-words-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function pointsOf(sweep: string) {
  const path = join(directory, "study.yaml");
  writeFileSync(
    path,
    `name: words
problem: { regulariser: { l2: 1 } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [1], std: 0.5 }
time: { until: 1, step: 0.1 }
solvers: [{ particles: { width: 4 } }]
sweep: ${sweep}
`,
  );
  return (await prepareStudy(path)).points;
}

it("is one point's own where there is one, or where nothing that is said differs", async () => {
  const one = await pointsOf("{ seed: [1] }");
  expect(describePoints(one)).toEqual(describeRun(one[0]!.prepared.built));
  expect(differingDefaults(one)).toEqual([]);
  const seeds = await pointsOf("{ seed: [1, 2, 3] }");
  expect(describePoints(seeds)).toEqual(describeRun(seeds[0]!.prepared.built));
});

it("says of dynamics which have what, integrators that were filled in among it", async () => {
  const points = await pointsOf(
    "{ dynamics: [{ kind: gradient-flow }, { kind: kinetic, friction: 1 }], time.step: [0.1, 0.05] }",
  );
  const lines = describePoints(points);
  expect(lines).toContainEqual(expect.stringMatching(/^gradient flow: neurons follow /));
  expect(lines).toContainEqual(expect.stringMatching(/^kinetic: neurons follow .*ω/));
  expect(lines).toContainEqual(expect.stringMatching(/^gradient flow: particles: .* by euler$/));
  expect(lines).toContainEqual(expect.stringMatching(/^kinetic: particles: .* by baoab$/));
  expect(lines).toContainEqual(expect.stringMatching(/^kinetic: friction: γ = 1$/));
  expect(lines).toContainEqual(
    "time: step 0.1, 10 steps to t = 1, at the first point; time goes with time.step",
  );
  expect(lines.filter((line) => line.startsWith("V(θ) = "))).toHaveLength(1);
  const defaults = differingDefaults(points);
  expect(defaults).toContain('gradient flow: solvers.0.particles.integrator: "euler"');
  expect(defaults).toContain('kinetic: solvers.0.particles.integrator: "baoab"');
  expect(defaults.join()).not.toContain("dynamics.");
  expect(defaults.join()).not.toContain("time.step:");
});

it("names the point that a line is of, where the first has no such line", async () => {
  const kinetic = [1, 2, 3, 4, 5].map((friction) => `{ kind: kinetic, friction: ${friction} }`);
  const points = await pointsOf(`{ dynamics: [{ kind: gradient-flow }, ${kinetic.join(", ")}] }`);
  const lines = describePoints(points).filter((line) => line.includes("friction: γ"));
  expect(lines).toEqual(["friction: γ = 1, at kinetic, friction = 1; friction goes with dynamics"]);
});

it("counts the values where many would be told one by one", async () => {
  const points = await pointsOf("{ problem.regulariser.l2: [1, 2, 3, 4, 5, 6] }");
  expect(describePoints(points)).toContainEqual(
    expect.stringMatching(/^V\(θ\) = .*, at the first point; V\(θ\) goes with problem\.regulariser\.l2$/),
  );
});
