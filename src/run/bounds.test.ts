// Lower bounds along runs: none ends because of one, none takes longer than the run's own steps, what is blank or scaled is said once,
// and a run that was stopped anywhere has the same ones.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { SOLO } from "../kernels/team.ts";
import { recordedBy } from "../observables/list.ts";
import { LowerBound } from "../observables/lower-bound/lower-bound.ts";
import { memoryFor } from "../particles/network.ts";
import { ACTIVATION_NAMES } from "../problem/activation.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { boundLines, boundNotices, boundPlan, RunBounds } from "./bounds.ts";
import { builtOf } from "./built-testing.ts";
import { evolve, particles } from "./evolve.ts";
import { CONTROL, type NetworkSnapshot, type Progress } from "./progress.ts";
import { type ParticleRun, pointsPerStep } from "./runs.ts";
import { simulateParticles } from "./simulate-particles.ts";

const LANGEVIN = { kind: "langevin" };
const KINETIC = { kind: "kinetic", friction: 1 };

interface Changes {
  neuron?: object;
  data?: object;
  regulariser?: object;
  temperature?: number;
  dynamics?: object;
  time?: object;
  particles?: object;
}

function runsOf({
  neuron: own,
  data,
  regulariser,
  temperature = 0.05,
  dynamics,
  time,
  particles: solver,
}: Changes) {
  const spec = {
    name: "bounds",
    problem: {
      data: data ?? { function: "sin", interval: [-2, 2], samples: 8 },
      neuron: { activation: "tanh", inputs: 1, bias: false, ...own },
      regulariser: regulariser ?? { l2: 0.02 },
      temperature,
    },
    dynamics: dynamics ?? LANGEVIN,
    initial: { kind: "gaussian", mean: 0, std: 1 },
    time: { until: 8, step: 0.1, record: 8, ...time },
    solvers: [{ particles: { width: 40, ...solver } }],
  };
  return builtOf(spec).runs as ParticleRun[];
}

function ran(run: ParticleRun, resume?: Progress<NetworkSnapshot>, stopAt = -1) {
  let saved: Progress<NetworkSnapshot> | undefined;
  const end = simulateParticles(
    run,
    SOLO,
    memoryFor(run, 1),
    {
      control: (step) => (step === stopAt ? CONTROL.stop : CONTROL.none),
      save: (progress) => {
        saved = { ...progress, rows: [...progress.rows], state: progress.state.slice() };
      },
    },
    resume,
  );
  const { rows, bounds = null } = end.progress;
  return { end, saved, duals: rows.map(({ observables }) => observables.dual), bounds };
}

describe("no run ends because of its lower bound", () => {
  it.each(
    ACTIVATION_NAMES.flatMap((activation) =>
      ["trained", "fixed", "bounded"].flatMap((output) =>
        [LANGEVIN, KINETIC].map((dynamics) => ({ activation, output, dynamics, kind: dynamics.kind })),
      ),
    ),
  )("$activation, $output output, $kind: a column, and one notice where it needs one", (options) => {
    const { activation, output, dynamics } = options;
    for (const bias of [false, true]) {
      const time = { until: 0.8, step: 0.01 };
      const [run] = runsOf({ neuron: { activation, output, bias }, dynamics, time });
      const { end, duals, bounds } = ran(run!);
      expect(end.status).toBe("done");
      expect(recordedBy(run!)).toContain("dual");
      const notices = boundNotices([{ run: run!, bounds }]);
      const blank = duals.filter(Number.isNaN).length;
      const scaled = (bounds?.infinite ?? 0) + (bounds?.coarse ?? 0);
      expect(notices).toHaveLength(blank + scaled > 0 ? 1 : 0);
    }
  });

  it.each([
    LANGEVIN,
    KINETIC,
  ])("$kind that blows up: the step is what is wrong, and no key of a bound", (dynamics) => {
    const [run] = runsOf({
      neuron: { activation: "relu" },
      data: { arrays: { x: [[10], [20], [40]], y: [1, -1, 2] } },
      dynamics,
      time: { until: 50, step: 1, record: 50 },
    });
    const { end, duals, bounds } = ran(run!);
    expect(end.status).toBe("broken");
    const blank = duals.filter(Number.isNaN).length;
    expect(boundNotices([{ run: run!, bounds }])).toHaveLength(
      blank + bounds!.infinite + bounds!.coarse > 0 ? 1 : 0,
    );
  });

  it("outputs that overflow: blank, and it is said", () => {
    const [run] = runsOf({ particles: { width: 2000 } });
    const bounds = new RunBounds(run!, 0);
    const seen = [0, 1e10, 1e200, Number.POSITIVE_INFINITY, Number.NaN].map((size, k) =>
      bounds.at(k, new Float64Array(8).fill(size), 0.05),
    );
    expect(seen.map(Number.isNaN)).toEqual([false, false, true, true, true]);
    const [notice, ...more] = boundNotices([{ run: run!, bounds: bounds.save() }]);
    expect(more).toEqual([]);
    expect(notice).toContain("it is blank at 3 of 9 records, where the outputs overflow");
  });
});

describe("what a bound costs", () => {
  it("is no more than the run's own steps, and the last record comes first", () => {
    for (const width of [1, 10, 40, 100, 1000]) {
      for (const samples of [4, 64, 2000]) {
        for (const inputs of [1, 2]) {
          for (const record of [1, 8, 80]) {
            const data = { teacher: { neurons: 2, dim: inputs, samples } };
            const [run] = runsOf({ neuron: { inputs }, data, particles: { width }, time: { record } });
            const { every, count, evaluations, needed } = boundPlan(run!);
            const own = width * pointsPerStep(run!) * run!.schedule.steps;
            expect(count * evaluations * samples).toBeLessThanOrEqual(Math.max(own, 1e6));
            expect(count).toBeLessThanOrEqual(record + 1);
            if (count > 0) expect(evaluations).toBeGreaterThanOrEqual(needed);
            expect(every === 0).toBe(count === 0);
            if (every > 0) expect(Math.floor(record / every) + 1).toBe(count);
          }
        }
      }
    }
  });

  it("thins the records out where there are too many, and says so", () => {
    const [run] = runsOf({
      neuron: { inputs: 2 },
      data: { teacher: { neurons: 2, dim: 2, samples: 64 } },
      time: { until: 100, record: 50 },
    });
    const { every, count } = boundPlan(run!);
    expect(every).toBeGreaterThan(1);
    const { duals, bounds } = ran(run!);
    duals.forEach((dual, k) => {
      expect(Number.isFinite(dual), `${k}`).toBe((50 - k) % every === 0);
    });
    expect(duals.filter(Number.isFinite)).toHaveLength(count);
    const [notice] = boundNotices([{ run: run!, bounds }]);
    const where = count === 1 ? "the last record" : `one record in ${every}, counted from the last`;
    expect(notice).toContain(
      `N = 40: dual is blank but for ${where}, to take no longer than the steps of the run`,
    );
    expect(boundLines([run!])).toEqual([
      expect.stringContaining(`at ${count} of 51 records, an integral over w1, w2, a integrated out`),
    ]);
  });

  it("leaves all of it out where there is no time for one", () => {
    const data = { teacher: { neurons: 2, dim: 2, samples: 2000 } };
    const [run] = runsOf({ neuron: { inputs: 2 }, data, particles: { width: 2 } });
    expect(ran(run!).duals.every(Number.isNaN)).toBe(true);
    expect(boundNotices([{ run: run!, bounds: null }])).toEqual([
      "N = 2: dual is blank: one would take longer than all steps of the run",
    ]);
    expect(boundLines([run!])).toEqual([
      expect.stringContaining("dual of N = 2: left out; an integral over w1, w2"),
    ]);
  });
});

describe("what is said of it", () => {
  it("nothing, where it is D(g) at every record; and it is that", () => {
    const [run] = runsOf({ neuron: { output: "fixed" }, particles: { width: 200 } });
    const { duals, bounds, end } = ran(run!);
    expect(boundNotices([{ run: run!, bounds }])).toEqual([]);
    expect(boundLines([run!])).toEqual([
      expect.stringMatching(
        /^dual of N = 200: at every record, an integral over w, about \d\.\de\+\d ψ-evaluations each$/,
      ),
    ]);
    const { outputs } = end.progress.snapshots.at(-1)!;
    expect(Math.abs(duals.at(-1)! - new LowerBound(run!.problem).at(outputs))).toBeLessThan(1e-9);
  });

  it("one line for all networks of a width", () => {
    const runs = runsOf({ neuron: { activation: "relu" }, particles: { width: [20, 40], replicas: 3 } });
    const ended = runs.map((run) => ({ run, bounds: ran(run).bounds }));
    const notices = boundNotices(ended);
    expect(notices.map((text) => text.slice(0, 6))).toEqual(["N = 20", "N = 40"]);
    const infinite = ended.slice(0, 3).reduce((sum, { bounds }) => sum + bounds!.infinite, 0);
    expect(notices[0]).toContain(`at ${infinite} of 27 records`);
  });

  it.each([
    [{ a: 0, w: 0.1, b: 0.1 }, "a"],
    [{ a: 0.1 }, "w, b"],
    [0, "a, w, b"],
  ])("that there is none where V leaves a direction free: l2 %j", (l2, names) => {
    const [run] = runsOf({ neuron: { bias: true }, regulariser: { l2 } });
    expect(recordedBy(run!)).not.toContain("dual");
    expect(ran(run!).duals.every((dual) => dual === undefined)).toBe(true);
    const why = `V does not hold ${names} back (problem.regulariser.l2), so that ∫e^(−Φ/τ)dθ is infinite`;
    expect(boundNotices([run!, run!].map((one) => ({ run: one, bounds: null })))).toEqual([
      `networks have no dual: ${why}; a penalty there gives one, and dual: off says that none is wanted`,
    ]);
    expect(boundLines([run!])).toEqual([`dual of networks: none; ${why}`]);
  });

  it.each<[string, Changes]>([
    ["off", { particles: { dual: "off" } }],
    ["none, without noise", { temperature: 0 }],
    [
      "none; its integral has 4 axes, 3 at most can be done",
      { neuron: { inputs: 4 }, data: { teacher: { neurons: 2, dim: 4, samples: 8 } } },
    ],
  ])("to `muflow check` alone: %s", (text, changes) => {
    const [run] = runsOf(changes);
    expect(boundLines([run!])).toEqual([`dual of networks: ${text}`]);
    expect(boundNotices([{ run: run!, bounds: null }])).toEqual([]);
    expect(recordedBy(run!)).not.toContain("dual");
    expect(ran(run!).duals.every((dual) => dual === undefined)).toBe(true);
  });

  it("in the library too, where it can be turned off", async () => {
    const task = problem({
      data: fromArrays([-1, 0.5, 2], [0.3, -0.4, 0.8]),
      neuron: neuron({ activation: "relu", inputs: 1 }),
      regulariser: { l2: 0.01 },
      temperature: 0.01,
    });
    const course = { initial: gaussian({ mean: [0, 0, 0], std: [1, 1, 1] }), until: 4, step: 0.1, record: 4 };
    const { rows, notices } = await evolve(task, langevin(), particles({ width: 50 }), course);
    expect(rows.every(({ observables }) => Number.isFinite(observables.dual))).toBe(true);
    expect(notices).toEqual([
      expect.stringMatching(/^N = 50: dual is D\(κg\), κ = .* the best, at \d of 5 records/),
    ]);
    const spared = await evolve(task, langevin(), particles({ width: 50, dual: "off" }), course);
    expect(spared.notices).toEqual([]);
    spared.rows.forEach(({ observables }, k) => {
      const { dual, ...rest } = rows[k].observables;
      expect(observables).toEqual(rest);
    });
    expect(() => particles({ width: 50, dual: "on" as "off" })).toThrow(
      'particles.dual: found "on"; allowed: auto, off',
    );
  });
});

it("a run that was stopped anywhere has the same bounds, and says the same of them", () => {
  const [run] = runsOf({
    neuron: { activation: "softplus" },
    regulariser: { l2: 0.001 },
    particles: { width: 300 },
  });
  const whole = ran(run!);
  expect(whole.bounds!.infinite).toBeGreaterThan(0);
  for (const stopAt of [1, 33, 79]) {
    const { saved } = ran(run!, undefined, stopAt);
    const resumed = ran(run!, saved);
    expect(resumed.duals).toEqual(whole.duals);
    expect(resumed.bounds).toEqual(whole.bounds);
  }
});
