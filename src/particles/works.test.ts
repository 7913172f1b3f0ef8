// Steps of networks by kernels, on every backend that is there and by a team's member on memory out of their reach, against plain JavaScript to
// the bit: random problems, dynamics and integrators.

import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { backend, useBackend } from "../kernels/backend/backend.ts";
import { SOLO, type Team } from "../kernels/team.ts";
import { bits, ENGINES } from "../kernels/testing.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { INTEGRATOR_NAMES, type IntegratorName, makeIntegrator } from "./integrators.ts";
import { makeSystem, memoryFor, type Network } from "./network.ts";
import { drawnRows } from "./noise.ts";
import { solo } from "./solo.ts";
import { start } from "./start.ts";
import { uniforms } from "./testing.ts";
import { StepWatch } from "./watch.ts";

afterAll(() => {
  useBackend("auto");
});

/** How each is asked for: with noise where it can be; `momenta` where a method is for both. */
const MOTIONS: Readonly<
  Record<
    IntegratorName,
    { of: (momenta: boolean, mobility: object) => Dynamics; noise: boolean; settings?: object }
  >
> = {
  "euler-maruyama": { of: (_, mobility) => langevin({ mobility }), noise: true },
  heun: { of: () => langevin(), noise: true },
  baoab: { of: () => kinetic({ friction: 0.8 }), noise: true },
  aboba: { of: () => kinetic({ friction: 0.8 }), noise: true },
  obabo: { of: () => kinetic({ friction: { nesterov: 3, from: 1 } }), noise: false },
  exact: { of: () => kinetic({ friction: 0.8 }), noise: true },
  polyak: { of: () => kinetic({ friction: 0.8 }), noise: false, settings: { order: 1 } },
  "nesterov-iteration": { of: () => kinetic({ friction: 0.8 }), noise: false },
  "higher-momentum": { of: () => kinetic({ friction: 0.8 }), noise: false, settings: { beta2: 0.2 } },
  euler: {
    of: (momenta, mobility) =>
      momenta ? kinetic({ friction: { nesterov: 3, from: 1 } }) : gradientFlow({ mobility }),
    noise: false,
  },
  rk4: { of: (momenta) => (momenta ? kinetic({ friction: 0.8 }) : gradientFlow()), noise: false },
};

interface Asked {
  readonly made: Problem;
  readonly integrator: IntegratorName;
  readonly width: number;
  readonly momenta: boolean;
  readonly batch: boolean;
  /** One of a team of two, whose memory not all kernels reach; null alone. Nobody waits for the other. */
  readonly rank: 0 | 1 | null;
}

/** θ, outputs, and whether all was seen to be finite, step by step. */
function course({ made, integrator, width, momenta, batch, rank }: Asked): unknown[] {
  const { of, settings = {} } = MOTIONS[integrator];
  const plan = batch ? { size: 3, estimator: "sgd", sampling: "uniform", anchor: null } : null;
  const network = {
    problem: made,
    dynamics: of(momenta, made.neuron === null ? {} : { w: 0.7 }),
    width,
    seed: 3,
    replica: 1,
    batch: plan,
    integrator,
  } as unknown as Network;
  const team: Team = rank === null ? SOLO : { rank, size: 2, barrier() {}, agree: (bits) => bits };
  const system = makeSystem(network, team, memoryFor(network, team.size));
  const { particles, field } = system;
  const p = made.dimension;
  const law = { mean: new Array(p).fill(0.1), std: new Array(p).fill(0.8) };
  start(system, gaussian({ ...law, momentum: law }), network);
  const stepper = makeIntegrator(integrator, system, 0.05, settings);
  const watch = new StepWatch(particles);
  const seen: unknown[] = [];
  for (let n = 0; n < 4; n++) {
    watch.begin();
    stepper.step(n);
    watch.end();
    if (n % 2 === 0) field.observe();
    seen.push(watch.isFinite());
    field.observe();
    // Another gradient at the same place, as diagnostics ask for it.
    if (n % 3 === 1) field.differentiate();
    seen.push(bits(particles.state), bits(field.outputs), bits(system.drift.gradient));
  }
  // What is not finite is seen in the last tile too, in any lane, and not after it is gone.
  const last = particles.state.length - 8 * particles.rows;
  for (const at of last < 0 ? [] : [last, last + 7]) {
    const kept = particles.state[at]!;
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, kept]) {
      particles.state[at] = value;
      watch.end();
      seen.push(watch.isFinite());
    }
  }
  particles.pass.release();
  return seen;
}

const asked = fc.record({
  integrator: fc.constantFrom(...INTEGRATOR_NAMES),
  activation: fc.constantFrom("relu", "tanh", "sin", "gelu", "sigmoid"),
  inputs: fc.integer({ min: 1, max: 3 }),
  output: fc.constantFrom("trained", "fixed", "bounded"),
  bias: fc.boolean(),
  samples: fc.integer({ min: 4, max: 70 }),
  width: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 500, max: 700 })),
  l2: fc.constantFrom(0, 0.1),
  potential: fc.constantFrom(undefined, "quadratic", "double-well", "cosine"),
  strength: fc.constantFrom(0.3, -0.2),
  torus: fc.boolean(),
  momenta: fc.boolean(),
  batch: fc.boolean(),
  rank: fc.constantFrom(null, 0, 1),
  hasData: fc.constantFrom(true, true, true, false),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** Lanes without a neuron, whose σ is not 0, and nothing after the data that would clear them. */
const BARE: Drawn = {
  integrator: "euler",
  activation: "sigmoid",
  inputs: 1,
  output: "trained",
  bias: true,
  samples: 4,
  width: 9,
  l2: 0,
  potential: undefined,
  strength: 0.3,
  torus: false,
  momenta: false,
  batch: false,
  rank: null,
  hasData: true,
  seed: 1,
};

type Drawn = typeof asked extends fc.Arbitrary<infer Of> ? Of : never;

function made(drawn: Drawn): Asked {
  const {
    integrator,
    activation,
    inputs,
    bias,
    samples,
    width,
    l2,
    potential,
    strength,
    torus,
    momenta,
    batch,
    rank,
    hasData,
    seed,
  } = drawn;
  const random = uniforms(seed);
  const x = Array.from({ length: samples }, () => Array.from({ length: inputs }, () => 2 * random() - 1));
  const y = x.map(([first]) => Math.sin(first!));
  const cell = neuron({ activation, inputs, output: drawn.output, bias } as Parameters<typeof neuron>[0]);
  const task = problem({
    ...(hasData && { data: fromArrays(x, y), neuron: cell }),
    // On a torus all is periodic.
    ...(!torus && { regulariser: { l2 } }),
    ...(potential !== undefined && { potential: { kind: torus ? "cosine" : potential, strength } }),
    temperature: MOTIONS[integrator].noise ? 0.2 : 0,
    ...(torus && { domain: "torus" }),
  } as Parameters<typeof problem>[0]);
  return { made: task, integrator, width, momenta, batch: batch && hasData, rank };
}

describe.each(ENGINES)("%s", (name, engine) => {
  const which = name === "wasm" ? "wasm" : "native";

  it("steps of networks are those in JavaScript", () => {
    fc.assert(
      fc.property(asked, (drawn) => {
        useBackend("js");
        const expected = course(made(drawn));
        useBackend(which);
        expect(course(made(drawn))).toEqual(expected);
      }),
      { numRuns: 60, examples: [[BARE]] },
    );
  });

  it("normals of a step are those in JavaScript, however late it is", () => {
    const [late, lane] = [2 ** 33 + 5, 2];
    const drawn = () => {
      const task = problem({ potential: { kind: "quadratic" }, temperature: 1 });
      const { particles, noise } = solo(task, langevin(), 12, gaussian({ mean: 0, std: 1 }));
      const { rows, work } = drawnRows(particles, noise, 1);
      particles.pass.add(work, late, lane);
      particles.pass.settle();
      return bits(rows.array.slice(0, 16));
    };
    useBackend("js");
    const expected = drawn();
    useBackend(which);
    expect(drawn()).toEqual(expected);
  });

  it.each([
    "euler-maruyama",
    "baoab",
    "aboba",
    "obabo",
    "polyak",
    "nesterov-iteration",
    "euler",
  ] as const)("a strip of %s is one call", (integrator) => {
    useBackend(which);
    const kernels = backend().engine!.kernels as Record<string, unknown>;
    const task = problem({
      data: fromArrays([0.1, 0.5, 1], [0, 1, 0]),
      neuron: neuron({ activation: "tanh", inputs: 1 }),
      regulariser: { l2: 0.1 },
      temperature: MOTIONS[integrator].noise ? 0.2 : 0,
    });
    const apart = ["ridge_forward", "ridge_backward", "fill_normals"].map((one) =>
      vi.spyOn(kernels, one as never),
    );
    const together = vi.spyOn(kernels, "run_works" as never);
    course({ made: task, integrator, width: 100, momenta: true, batch: false, rank: 1 });
    for (const spy of apart) expect(spy).not.toHaveBeenCalled();
    expect(together).toHaveBeenCalled();
    vi.restoreAllMocks();
    expect(engine.level).toBe(backend().engine!.level);
  });
});
