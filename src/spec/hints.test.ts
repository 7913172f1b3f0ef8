// What a message suggests is accepted when it is done: whoever follows a hint meets no second error.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOverrides } from "./overrides.ts";
import { experimentComplaints } from "./schema.ts";

const REGRESSION = {
  name: "hints",
  problem: {
    data: { function: "sin", interval: [-1, 1], samples: 8 },
    neuron: { activation: "tanh", inputs: 1 },
  },
  dynamics: { kind: "gradient-flow" },
  initial: { kind: "gaussian", mean: 0, std: 1 },
  time: { until: 1, step: 0.01 },
  solvers: [{ particles: { width: 10 } }],
};

/** What is set wrongly, the key that is then told, what its message suggests, and what is set by whoever follows it. */
const HINTS: readonly (readonly [
  set: string[],
  told: string,
  hint: RegExp,
  follow: (hint: string) => string[],
])[] = [
  [["time={until: 1, step: 0.3}"], "time.step", /such as (\S+)/, (step) => [`time.step=${step}`]],
  [["time={until: 1, step: 0.3, record: 4}"], "time.step", /such as (\S+)/, (step) => [`time.step=${step}`]],
  [["time={until: 1, step: 3, record: 7}"], "time.step", /such as (\S+)/, (step) => [`time.step=${step}`]],
  [
    ["time={until: 10, step: 0.03, record: 50, snapshots: [0, 2.5, 10]}"],
    "time.step",
    /such as (\S+)/,
    (step) => [`time.step=${step}`],
  ],
  [["time={until: 1, step: 0.1, record: 4}"], "time.record", /such as (\d+)/, (n) => [`time.record=${n}`]],
  [["time={until: 1, step: 0.1, record: 4}"], "time.record", /or (\d+)/, (n) => [`time.record=${n}`]],
  [["time={until: 1, step: 0.1, record: 90}"], "time.record", /such as (\d+)/, (n) => [`time.record=${n}`]],
  [
    ["time={until: 1, step: 0.1, snapshots: [0, 0.51]}"],
    "time.snapshots.1",
    /such as (\S+)/,
    (at) => [`time.snapshots=[0, ${at}]`],
  ],
  [
    ["problem.neuron.inputs=2"],
    "problem.neuron.inputs",
    /allowed: (\d+)/,
    (n) => [`problem.neuron.inputs=${n}`],
  ],
  [["problem.temperature=0.1"], "problem.temperature", /use (\w+)/, (kind) => [`dynamics={kind: ${kind}}`]],
  [
    ["problem.temperature=0.1"],
    "problem.temperature",
    /allowed: (0) with/,
    (t) => [`problem.temperature=${t}`],
  ],
  [
    ["dynamics.kind=gradient_flow"],
    "dynamics.kind",
    /did you mean "(.*)"/,
    (kind) => [`dynamics={kind: ${kind}}`],
  ],
  [
    [
      "dynamics={kind: kinetic, friction: 1}",
      "problem.temperature=0.1",
      "solvers.0.particles.integrator=polyak",
    ],
    "solvers.0.particles.integrator",
    /allowed: (\w+)/,
    (name) => [`solvers.0.particles.integrator=${name}`],
  ],
  [
    ["dynamics={kind: kinetic, friction: 1}", "solvers.0.particles.integrator=euler-maruyama"],
    "solvers.0.particles.integrator",
    /allowed: (\w+)/,
    (name) => [`solvers.0.particles.integrator=${name}`],
  ],
  [
    ["problem.neuron.output=fixed", "dynamics={kind: two-timescale, epsilon: 0.1}"],
    "problem.neuron.output",
    /allowed: (\w+),/,
    (output) => [`problem.neuron.output=${output}`],
  ],
  [
    ["problem.loss=logistic", "problem.data={csv: a.csv, inputs: [x], target: y, standardise: all}"],
    "problem.data.standardise",
    /false, (\w+) with/,
    (which) => [`problem.data.standardise=${which}`],
  ],
  [
    [
      "problem.neuron={activation: tanh, inputs: 1, output: fixed}",
      "solvers=[{jko: {method: quantile, cells: 50, extent: [[-3, 3]]}}]",
    ],
    "solvers.0.jko.method",
    /allowed: (\w+)/,
    (method) => [`solvers.0.jko={method: ${method}, cells: 50, extent: [[-3, 3]], epsilon: 0.1}`],
  ],
];

const complaints = (set: readonly string[]) => experimentComplaints(applyOverrides(REGRESSION, set));

describe("a hint that is followed", () => {
  it.each(HINTS)("%j at %s", (set, told, hint, follow) => {
    const found = complaints(set);
    const own = found.find(({ path }) => path.join(".") === told);
    expect(own, JSON.stringify(found)).toBeDefined();
    const [, suggested] = hint.exec(own!.text) ?? [];
    expect(suggested, own!.text).toBeDefined();
    expect(complaints([...set, ...follow(suggested!)])).toEqual([]);
  });

  it("leads from any times to times that are right, without another look at step or record", () => {
    const decimals = (most: number) => fc.integer({ min: 1, max: most * 1000 }).map((n) => n / 1000);
    const times = fc.record({
      until: decimals(20),
      step: decimals(5),
      record: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(times, ({ until, step, record, share }) => {
        const snapshot = Math.round(1000 * share * until) / 1000;
        const own = record === undefined ? "" : `, record: ${record}`;
        const set = [`time={until: ${until}, step: ${step}${own}, snapshots: [${snapshot}]}`];
        const told = new Set<string>();
        for (let [first] = complaints(set); first !== undefined; [first] = complaints(set)) {
          const key = first.path.join(".");
          expect(told, `${set.join(" ")}: ${first.text}`).not.toContain(key);
          // Steps that fit the records are not sent to other records.
          if (told.has("time.step")) expect(key).toBe("time.snapshots.0");
          told.add(key);
          const [, suggested] = /such as (\S+)/.exec(first.text) ?? [];
          set.push(`${key}=${suggested}`);
        }
      }),
    );
  });
});
