// Runs that blow up stop where their functional passes 100 (|start| + pτ + 1), as recursions written out here say;
// runs of functionals that may be large, negative or without a least value go on.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MuflowError } from "../base/errors.ts";
import { annealedLangevin } from "../dynamics/annealed-langevin.ts";
import { birthDeath } from "../dynamics/birth-death.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { motionOf } from "../dynamics/motion.ts";
import { SOLO } from "../kernels/team.ts";
import { batchPlan } from "../particles/batch.ts";
import { defaultIntegrator, type IntegratorName } from "../particles/integrators.ts";
import { memoryFor } from "../particles/network.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian, type InitialLaw, points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { schedule } from "../spec/schedule.ts";
import { evolve, grid, particles } from "./evolve.ts";
import { CONTROL, type NetworkSnapshot, type Progress } from "./progress.ts";
import type { ParticleRun } from "./runs.ts";
import { simulateParticles } from "./simulate-particles.ts";

/** Where X first passes its bound, by the values that a recursion gives at steps 0, 1, …; null where it never does. */
function passes(values: readonly number[], heat = 0): number | null {
  const at = values.findIndex((x) => !(x <= 100 * (Math.abs(values[0]) + heat + 1)));
  return at < 0 ? null : at;
}

interface Course {
  readonly step: number;
  readonly steps: number;
  readonly record: number;
}

function runOf(
  task: Problem,
  dynamics: Dynamics,
  initial: InitialLaw,
  { step, steps, record }: Course,
  options: { width?: number; integrator?: IntegratorName; batch?: number } = {},
): ParticleRun {
  const { width = 1, integrator = defaultIntegrator(motionOf(dynamics, task)), batch } = options;
  return {
    ...{
      entry: 0,
      problem: task,
      dynamics,
      initial,
      schedule: schedule({ until: step * steps, step, record }),
    },
    ...{ solver: "particles", holds: "network", integrator, settings: {}, width, replica: 0, seed: 3 },
    batch: batch === undefined ? null : batchPlan(batch, task.data.size, ["particles"]),
    dual: "off",
  };
}

const simulated = (run: ParticleRun) => simulateParticles(run, SOLO, memoryFor(run, 1));

/** λ, h and θ₀ of a step beyond stability, and how often is recorded: every step, never but at the end, or in between. */
const beyond = fc.record({
  lambda: fc.double({ min: 0.2, max: 5, noNaN: true }),
  excess: fc.double({ min: 1.02, max: 3, noNaN: true }),
  start: fc.double({ min: 0.1, max: 30, noNaN: true }),
  record: fc.constantFrom(1, 12, 120),
});

describe("V = λθ²/2 with a step beyond stability stops at the step where a recursion passes the bound", () => {
  it("gradient flow by Euler: θ ← (1 − hλ)θ", () => {
    fc.assert(
      fc.property(beyond, ({ lambda, excess, start, record }) => {
        const step = (2 * excess) / lambda;
        const values = Array.from(
          { length: 121 },
          (_, n) => 0.5 * lambda * (start * (1 - step * lambda) ** n) ** 2,
        );
        const at = passes(values);
        const well = problem({ potential: { kind: "quadratic", strength: lambda } });
        const run = runOf(well, gradientFlow(), points([[start]]), { step, steps: 120, record });
        const end = simulated(run);
        if (at === null) {
          expect(end.status).toBe("done");
          return;
        }
        expect(end.status).toBe("broken");
        // Where rounding decides is not for this test.
        if (Math.abs(values[at] / (100 * (values[0] + 1)) - 1) > 1e-9) expect(end.progress.step).toBe(at - 1);
        // The last good state and the last good record.
        expect(end.progress.state[0]).toBeCloseTo(start * (1 - step * lambda) ** end.progress.step, 5);
        const every = 120 / record;
        expect(end.progress.rows.map(({ t }) => Math.round(t / step / every))).toEqual(
          Array.from({ length: Math.floor(end.progress.step / every) + 1 }, (_, k) => k),
        );
        expect(end.failure).toContain(`at step ${end.progress.step + 1} (t = `);
      }),
    );
  });

  it("heavy ball: kick ½, drift ½, friction, drift ½, kick ½ (baoab), of F + kinetic", () => {
    fc.assert(
      fc.property(beyond, ({ lambda, excess, start, record }) => {
        const step = (2 * excess) / Math.sqrt(lambda);
        const keep = Math.exp(-0.5 * step);
        let [theta, omega] = [start, 0];
        const values = Array.from({ length: 121 }, () => {
          const x = 0.5 * lambda * theta * theta + 0.5 * omega * omega;
          omega -= 0.5 * step * lambda * theta;
          theta += 0.5 * step * omega;
          omega *= keep;
          theta += 0.5 * step * omega;
          omega -= 0.5 * step * lambda * theta;
          return x;
        });
        const at = passes(values);
        const well = problem({ potential: { kind: "quadratic", strength: lambda } });
        const end = simulated(
          runOf(well, kinetic({ friction: 0.5 }), points([[start]]), { step, steps: 120, record }),
        );
        expect(end.status).toBe(at === null ? "done" : "broken");
        if (at !== null) expect(end.progress.step).toBe(at - 1);
      }),
      { numRuns: 40 },
    );
  });

  it("with noise the bound has pτ more: the energy of the last record lies below it, that of the next step above", () => {
    const well = problem({ potential: { kind: "quadratic" }, temperature: 5, dimension: 1 });
    const run = runOf(well, langevin(), points([[0]]), { step: 2.2, steps: 100, record: 100 });
    const end = simulated(run);
    expect(end.status).toBe("broken");
    const energies = end.progress.rows.map(({ observables }) => observables.energy);
    expect(energies[0]).toBe(0);
    expect(Math.max(...energies)).toBeLessThanOrEqual(600);
    const told = /rose from 0 to (\S+), above 100 \(\|start\| \+ pτ \+ 1\) = 600, at step (\d+) /.exec(
      end.failure ?? "",
    );
    expect(Number(told?.[1])).toBeGreaterThan(600);
    expect(Number(told?.[2])).toBe(energies.length);
  });
});

describe("a blow-up between records", () => {
  const well = problem({ potential: { kind: "quadratic" }, dimension: 1 });

  it.each([
    ["aboba", 2.5],
    ["obabo", 2.5],
    ["polyak", 2.5],
    ["nesterov-iteration", 2],
    ["exact", 9],
    ["rk4", 4],
    ["euler", 3],
    ["higher-momentum", 2.2],
  ] as const)("is seen long before the next record: %s", (integrator, step) => {
    const settings = integrator === "higher-momentum" ? { beta2: 0.1 } : {};
    const course = { step, steps: 1000, record: 1 };
    const run = {
      ...runOf(well, kinetic({ friction: 0.5 }), points([[1]]), course, { integrator }),
      settings,
    };
    const end = simulated(run);
    expect(end.status).toBe("broken");
    expect(end.progress.step).toBeLessThan(60);
    expect(Math.max(...end.progress.state.map(Math.abs))).toBeLessThan(40);
  });

  it("is seen though the network has come to rest by the next: one that is thrown to where the curvature bears the step", () => {
    // ψ = a·w beside its target 0 with curvature a² + w² > 2/h: F grows until a and w have shrunk, then falls to 0.
    const [target, step] = [0, 0.0016];
    let [a, w] = [40, 0.02];
    const values = Array.from({ length: 201 }, () => {
      const g = a * w - target;
      [a, w] = [a - step * g * w, w - step * g * a];
      return 0.5 * g * g;
    });
    expect(values[200]).toBeLessThan(1e-10);
    const at = passes(values)!;
    expect(at).toBeGreaterThan(3);
    const task = problem({
      data: fromArrays([1], [target]),
      neuron: neuron({ activation: "identity", inputs: 1, bias: false }),
    });
    for (const record of [1, 200]) {
      const end = simulated(runOf(task, gradientFlow(), points([[40, 0.02]]), { step, steps: 200, record }));
      expect(end.status).toBe("broken");
      expect(end.progress.step).toBe(at - 1);
    }
  });

  it("of batches is seen at the next record at the latest", () => {
    const x = Array.from({ length: 16 }, (_, i) => -2 + i / 4);
    const task = problem({
      data: fromArrays(
        x,
        x.map((u) => 2 * u),
      ),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    });
    const course = { step: 4, steps: 60, record: 10 };
    const options = { batch: 4, width: 3, integrator: "euler" as const };
    const end = simulated(runOf(task, gradientFlow(), gaussian({ mean: 0, std: 1 }), course, options));
    expect(end.status).toBe("broken");
    const energies = end.progress.rows.map(({ observables }) => observables.energy);
    expect(Math.max(...energies)).toBeLessThanOrEqual(100 * (energies[0] + 1));
    expect(end.progress.step).toBeLessThan(6 * energies.length);
  });
});

describe("goes on: what is large, negative or without a least value is no blow-up", () => {
  const inverted = problem({ potential: { kind: "quadratic", strength: -1 }, dimension: 1 });
  const start = gaussian({ mean: 0.3, std: 1 });
  const long = { step: 0.1, steps: 300, record: 30 };
  const done = (run: ParticleRun) => {
    const end = simulated(run);
    expect(end.failure).toBeUndefined();
    expect(end.status).toBe("done");
    return end.progress.rows.map(({ observables }) => observables);
  };

  it("F falls without end, with and without momenta, where both grow beyond all bounds", () => {
    const fallen = done(runOf(inverted, gradientFlow(), start, long, { width: 20 }));
    expect(fallen.at(-1)!.energy).toBeLessThan(-1e20);
    for (const integrator of ["baoab", "aboba", "obabo", "rk4", "polyak"] as const) {
      const moving = done(
        runOf(inverted, kinetic({ friction: 0.1 }), start, long, { width: 20, integrator }),
      );
      expect(moving.at(-1)!.kinetic).toBeGreaterThan(1e18);
      expect(moving.at(-1)!.energy).toBeLessThan(-1e18);
    }
    const noisy = problem({ potential: { kind: "quadratic", strength: -1 }, dimension: 1, temperature: 0.5 });
    for (const motion of [langevin(), kinetic({ friction: 1 })]) {
      done(runOf(noisy, motion, start, long, { width: 20 }));
    }
  });

  it("repelling neurons in a well that is too weak for them, by either kind of W", () => {
    const repelled = problem({
      potential: { kind: "quadratic", strength: 1 },
      interaction: { kind: "quadratic", strength: -3 },
    });
    for (const integrator of ["baoab", "aboba"] as const) {
      const rows = done(runOf(repelled, kinetic({ friction: 0.2 }), start, long, { width: 12, integrator }));
      expect(rows.at(-1)!.energy).toBeLessThan(-1e10);
    }
    expect(done(runOf(repelled, gradientFlow(), start, long, { width: 12 })).at(-1)!.energy).toBeLessThan(
      -1e10,
    );
    // Pulled together from afar, V rises a hundredfold, and W falls by more.
    const pulled = problem({
      potential: { kind: "quadratic", strength: 1 },
      interaction: { kind: "gaussian", strength: 4000, scale: 20 },
    });
    const apart = points([[-3], [29]]);
    done(runOf(pulled, gradientFlow(), apart, { step: 0.02, steps: 100, record: 4 }, { width: 2 }));
  });

  it("starts at the minimum under strong noise, with one neuron or many", () => {
    for (const width of [1, 50]) {
      for (const temperature of [0.01, 1, 100]) {
        const well = problem({ potential: { kind: "quadratic", strength: 2 }, dimension: 2, temperature });
        const initial = gaussian({ mean: [0, 0], std: [0, 0] });
        const seldom = { ...long, record: 3 };
        done(runOf(well, langevin(), initial, seldom, { width }));
        done(runOf(well, kinetic({ friction: 1 }), initial, seldom, { width }));
      }
    }
    const cooled = problem({ potential: { kind: "quadratic" }, dimension: 1 });
    done(runOf(cooled, annealedLangevin({ constant: 50 }), gaussian({ mean: 0, std: 0 }), long));
  });

  it("starts of every size, far below 0 and far above, that the step can bear", () => {
    for (const mean of [1e-8, 1, 1e8]) {
      for (const strength of [1e-3, 1]) {
        const well = problem({ potential: { kind: "quadratic", strength } });
        const initial = gaussian({ mean, std: 1 });
        done(
          runOf(well, gradientFlow(), initial, { step: 1.9 / strength, steps: 40, record: 4 }, { width: 5 }),
        );
        const motion = kinetic({ friction: 0 });
        const step = 1.9 / Math.sqrt(strength);
        done(runOf(well, motion, initial, { step, steps: 4000, record: 40 }, { width: 5 }));
      }
    }
    const births = birthDeath({ rate: 3 });
    const deep = problem({ potential: { kind: "double-well", strength: 1e4 } });
    done(runOf(deep, births, start, { step: 1e-5, steps: 40, record: 4 }, { width: 30 }));
  });
});

it("a run that was interrupted blows up at the same step, with the same words and records", () => {
  const task = problem({
    data: fromArrays([1, 2], [1, -1]),
    neuron: neuron({ activation: "tanh", inputs: 1 }),
    regulariser: { l2: 0.3 },
    temperature: 0.1,
  });
  const run = runOf(
    task,
    langevin(),
    gaussian({ mean: [0, 0, 0], std: [1, 1, 1] }),
    {
      step: 6,
      steps: 60,
      record: 60,
    },
    { width: 30 },
  );
  const whole = simulated(run);
  expect(whole.status).toBe("broken");
  expect(whole.progress.step).toBeGreaterThan(2);
  let saved: Progress<NetworkSnapshot> | null = null;
  const stop = 2;
  simulateParticles(run, SOLO, memoryFor(run, 1), {
    control: (n) => (n === stop ? CONTROL.stop : CONTROL.none),
    save: (progress) => {
      saved = structuredClone(progress);
    },
  });
  const resumed = simulateParticles(run, SOLO, memoryFor(run, 1), {}, saved ?? undefined);
  expect(resumed.failure).toBe(whole.failure);
  expect(resumed.progress.rows).toEqual(whole.progress.rows);
  expect(resumed.progress.state).toEqual(whole.progress.state);
});

describe("the library throws", () => {
  it("numerics, with the step and what to do", async () => {
    const well = problem({ potential: { kind: "quadratic" }, dimension: 1 });
    const course = { initial: points([[1]]), until: 30, step: 3, record: 1 };
    const failed = await evolve(well, gradientFlow(), particles({ width: 1 }), course).catch(
      (error) => error,
    );
    expect((failed as MuflowError).kind).toBe("numerics");
    // θ_n = (−2)ⁿ: ½4⁴ = 128 is below, ½4⁵ = 512 above.
    expect((failed as MuflowError).message).toBe(
      "N = 1, replica 0: blow-up: energy rose from 0.5 to 512, above 100 (|start| + 1) = 150, at step 5 (t = 15) with euler, step 3; try step 1. The last good state, t = 12, is kept",
    );
  });

  it("of a density in phase space whose step is beyond 2/√λ, on cells that may be full to their faces", async () => {
    const well = problem({ potential: { kind: "quadratic", strength: 4 }, dimension: 1, temperature: 0.02 });
    const solver = grid({
      cells: [120, 120],
      extent: [
        [-60, 60],
        [-60, 60],
      ],
      scheme: "positive",
      leak: 1,
    });
    const course = {
      initial: gaussian({ mean: 1, std: 2, momentum: { mean: 0, std: 2 } }),
      until: 24,
      step: 1.2,
    };
    for (const record of [1, 20]) {
      const failed = await evolve(well, kinetic({ friction: 0.1 }), solver, { ...course, record }).catch(
        (error) => error,
      );
      expect((failed as MuflowError).kind).toBe("numerics");
      expect((failed as MuflowError).message).toMatch(
        /at step \d+ \(t = \S+\) blow-up: free_energy rose from/,
      );
    }
  });
});

describe("a network all of whose neurons are dead at the end has stalled", () => {
  const relu = (l2: number, temperature = 0) =>
    problem({
      data: fromArrays([10, 20, 30, 40], [0.5, -0.5, 1, 0.2]),
      neuron: neuron({ activation: "relu", inputs: 1, output: "fixed" }),
      regulariser: { l2 },
      temperature,
    });
  const initial = gaussian({ mean: [0.5, 0.5], std: [0.3, 0.3] });
  const course = { step: 0.1, steps: 20, record: 20 };
  /** ½ E y² */
  const left = (0.25 + 0.25 + 1 + 0.04) / 8;

  it.each([
    ["gradient flow", relu(0), gradientFlow(), undefined],
    ["with a regulariser, which pulls still", relu(0.01), gradientFlow(), undefined],
    ["heavy ball", relu(0), kinetic({ friction: 1 }), undefined],
    ["births and deaths", relu(0), birthDeath({ rate: 0.01 }), undefined],
    ["batches", relu(0), gradientFlow(), 4],
    ["noise that revives none", relu(0, 1e-4), langevin(), undefined],
  ] as const)("%s", (_, task, motion, batch) => {
    const run = runOf(task, motion, initial, course, { width: 40, ...(batch && { batch }) });
    const end = simulated(run);
    expect(end.status).toBe("stalled");
    expect(end.progress.rows).toHaveLength(21);
    expect(end.progress.rows.at(-1)!.observables.risk).toBeCloseTo(left, 14);
    expect(end.failure).toMatch(
      /^N = 40, replica 0: 40 of 40 neurons are dead: .* stands at 0.1925 since t = 0\.\d; step 0.1 is above .*: try step 0.0/,
    );
  });

  it("in the library too, which gives what there is and the reason", async () => {
    const solver = particles({ width: 40 });
    const dead = await evolve(relu(0), gradientFlow(), solver, { initial, until: 2, step: 0.1, record: 20 });
    expect(dead.rows).toHaveLength(21);
    expect(dead.stalled).toContain("40 of 40 neurons are dead");
    const sound = await evolve(relu(0), gradientFlow(), solver, { initial, until: 0.02, step: 0.001 });
    expect(Object.keys(sound)).toEqual(["rows", "snapshots", "notices"]);
  });

  it("from the start, which no step can help", () => {
    const off = gaussian({ mean: [-5, -5], std: [0.1, 0.1] });
    const end = simulated(runOf(relu(0), gradientFlow(), off, course, { width: 5 }));
    expect(end.failure).toMatch(/since t = 0; try another start/);
  });

  it("V brings momenta back: neurons that are dead for half a period are no stall", () => {
    const task = problem({
      data: fromArrays([0.5, 1, 2], [0.1, 0.2, 0.4]),
      neuron: neuron({ activation: "relu", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 1 },
    });
    const start = gaussian({ mean: [2], std: [0.2], momentum: { mean: [0], std: [0] } });
    const until = (steps: number) =>
      simulated(
        runOf(task, kinetic({ friction: 0.1 }), start, { step: 0.02, steps, record: steps }, { width: 20 }),
      );
    const dark = until(180);
    // The risk alone, ½ E y² over half of the run, would tell of a stall.
    const isDark = ({ observables }: { observables: { risk: number } }) =>
      Math.abs(observables.risk - 0.035) < 1e-15;
    const { rows } = dark.progress as unknown as { rows: { observables: { risk: number } }[] };
    expect(rows.slice(90).every(isDark)).toBe(true);
    expect(dark.status).toBe("done");
    expect(dark.notices).toEqual([expect.stringMatching(/20 of 20 neurons are dead .* bring some back/)]);
    const awake = until(300).progress.rows as unknown as typeof rows;
    expect(isDark(awake.at(-1)!)).toBe(false);
  });

  it("noise may revive neurons: those that died late are no stall", () => {
    // One neuron under strong noise crosses its kink again and again.
    const run = (seed: number): ParticleRun => ({
      ...runOf(relu(1, 1), langevin(), initial, { step: 0.001, steps: 4000, record: 8 }),
      seed,
    });
    const ends = Array.from({ length: 12 }, (_, seed) => simulated(run(seed)));
    const resting = ends.filter(({ progress: { rows } }) => {
      const { risk } = rows.at(-1)!.observables;
      return rows.slice(4).every(({ observables }) => observables.risk === risk);
    });
    expect(ends.filter(({ status }) => status === "stalled")).toEqual(resting);
    const isOff = ([w, b]: Float64Array) => [10, 20, 30, 40].every((x) => w * x + b <= 0);
    const off = ends.filter(({ progress }) => isOff(progress.snapshots.at(-1)!.theta));
    expect(off.length).toBeGreaterThan(resting.length);
  });

  it("nearly all of them is worth a notice, and no more", () => {
    const data = Array.from({ length: 19 }, () => [-3, -1]);
    const mostly = runOf(
      relu(0),
      gradientFlow(),
      points([...data, [0.1, 0]]),
      { step: 1e-4, steps: 4, record: 4 },
      {
        width: 20,
      },
    );
    const end = simulated(mostly);
    expect(end.status).toBe("done");
    expect(end.notices).toEqual([expect.stringContaining("N = 20: 19 of 20 neurons are dead at the end")]);
    const half = points([...data.slice(10), ...Array.from({ length: 11 }, () => [0.1, 0])]);
    expect(simulated({ ...mostly, initial: half }).notices).toEqual([]);
  });
});
