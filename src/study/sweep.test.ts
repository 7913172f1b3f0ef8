import { describe, expect, it } from "vitest";
import { combinationsOf, countOf, pointOf, sampleOf, studyOf } from "./sweep.ts";

const BASE = {
  name: "swept",
  problem: { potential: { kind: "quadratic" }, temperature: 0.1 },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [1], std: [0.5] },
  time: { until: 1, step: 0.1 },
  solvers: [{ particles: { width: 10 } }],
};

const stated = (extra: object, set: string[] = []) =>
  studyOf({ raw: { ...BASE, ...extra }, path: "spec.yaml" }, set);

describe("a sweep", () => {
  const study = stated({
    sweep: { "problem.temperature": [0.1, 0.2], "solvers.0.particles.width": [10, 20, 30] },
  });

  it("stands for every combination, the last key varying fastest", () => {
    expect(countOf(study)).toBe(6);
    expect(combinationsOf(study).map((values) => Object.values(values))).toEqual([
      [0.1, 10],
      [0.1, 20],
      [0.1, 30],
      [0.2, 10],
      [0.2, 20],
      [0.2, 30],
    ]);
  });

  it("makes each an experiment that knows nothing of the sweep", async () => {
    const { loaded } = await pointOf(study, { "problem.temperature": 0.2, "solvers.0.particles.width": 30 });
    expect(loaded.experiment.problem.temperature).toBe(0.2);
    expect(loaded.experiment.solvers).toMatchObject([{ particles: { width: [30] } }]);
    expect(loaded.experiment).not.toHaveProperty("sweep");
  });

  it("is one point without keys", () => {
    expect(combinationsOf(stated({}))).toEqual([{}]);
  });

  it("names the key that was meant by a part of it", async () => {
    await expect(pointOf(stated({ sweep: { temperature: [0.2] } }), { temperature: 0.2 })).rejects.toThrow(
      /temperature: found an unknown key; .*; did you mean "problem\.temperature"\?$/,
    );
    await expect(pointOf(stated({ sweep: { width: [2] } }), { width: 2 })).rejects.toThrow(
      /width: found an unknown key; .*; did you mean "solvers\.0\.particles\.width"\?$/,
    );
    await expect(
      pointOf(stated({ sweep: { "solvers.particles.width": [2] } }), { "solvers.particles.width": 2 }),
    ).rejects.toThrow(/found position "particles"; allowed: 0 to 0; write solvers\.0\.particles\.width$/);
  });

  it("names the values with which a point is wrong", async () => {
    await expect(pointOf(stated({ sweep: { "time.stp": [0.2] } }), { "time.stp": 0.2 })).rejects.toThrow(
      /^spec\.yaml: with time\.stp = 0\.2: time\.stp: found an unknown key/,
    );
    await expect(pointOf(stated({ sweep: { "time.step": [0.3] } }), { "time.step": 0.3 })).rejects.toThrow(
      /^spec\.yaml: with time\.step = 0\.3: time\.step: found 0\.3/,
    );
    await expect(pointOf(stated({ sweep: { "solvers.3.x": [1] } }), { "solvers.3.x": 1 })).rejects.toThrow(
      /sweep\.solvers\.3\.x: found position "3"; allowed: 0 to 0/,
    );
  });
});

it("is of a mapping: text and lists are refused as what they are", async () => {
  for (const [raw, found] of [
    ["8 - 6", '"8 - 6" (text)'],
    [[1, 2], "[1,2]"],
    [true, "true"],
  ] as const) {
    const study = studyOf({ path: "spec.yaml", raw });
    await expect(pointOf(study, {})).rejects.toThrow(
      `spec.yaml: found ${found}; allowed: {name, seed?, problem,`,
    );
  }
});

describe("a sweep is refused", () => {
  it.each([
    [{ sweep: {} }, [], "sweep: found no keys"],
    [
      { sweep: Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`k${k}`, [1]])) },
      [],
      "spec.yaml: sweep: found 20000 keys; allowed: 1000 at most",
    ],
    [{ sweep: { "time.step": [] } }, [], "sweep.time.step"],
    [{ sweep: { "time.step": [] } }, [], "found []; allowed: a list of values, at least one"],
    [
      { sweep: { "time.step": 0.1 } },
      [],
      "spec.yaml: sweep.time.step: found 0.1; allowed: a list of values, such as [0.1]",
    ],
    [
      { sweep: { problem: { temperature: [0.1, 0.2] } } },
      [],
      'sweep.problem: found {"temperature":[0.1,0.2]}; allowed: dotted keys with lists of values: write problem.temperature: [0.1,0.2]',
    ],
    [{ sweep: { problem: { domain: "torus" } } }, [], 'write problem.domain: ["torus"]'],
    [
      { sweep: { "problem.domain": "torus" } },
      [],
      'found "torus"; allowed: a list of values, such as ["torus"]',
    ],
    [
      { sweep: { problem: null } },
      [],
      "sweep.problem: found nothing; allowed: a list of values, such as […]",
    ],
    [{ sweep: { name: ["a"] } }, [], "name is the study's own"],
    [
      { sweep: { problem: [{}], "problem.temperature": [0.1] } },
      [],
      "lies inside problem, which is swept too",
    ],
    [{ sweep: { "time.step": [0.1] } }, ["time.step=0.2"], "is swept, and set by --set time.step"],
    [{ sweep: { "time.step": [0.1] } }, ["time={until: 1, step: 0.2}"], "set by --set time"],
    [{ fits: [{ quantity: "risk" }] }, [], "fits.0.along"],
    [{ fits: [{ quantity: "risk", along: "width", slope: 1 }] }, [], "slope"],
  ])("%j with %j", (extra, set, message) => {
    expect(() => stated(extra, set)).toThrow(message);
  });
});

it("is sampled along its keys, one at a time, where it has too many points to list", async () => {
  const many = (length: number) => Array.from({ length }, (_, i) => (i + 1) / 1000);
  const sweep = { "problem.temperature": many(1000), "dynamics.friction": many(1000), seed: many(1000) };
  const study = { sweep } as unknown as Parameters<typeof sampleOf>[0];
  const sample = sampleOf(study, 100);
  expect(countOf(study)).toBe(1e9);
  expect(sample).toHaveLength(100);
  expect(sample[0]).toEqual({ "problem.temperature": 0.001, "dynamics.friction": 0.001, seed: 0.001 });
  const differing = sample.map((point) => Object.values(point).filter((value) => value !== 0.001).length);
  expect(differing).toEqual([0, ...Array(99).fill(1)]);
});
