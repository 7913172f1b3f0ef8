// Networks and densities of many kinds, by one backend on so many threads: a line for each with the hash of all its numbers.
//   node product.mjs BACKEND THREADS
// Long enough that engines compile their loops anew on the way, which has changed bits before.

import { createHash } from "node:crypto";
import {
  annealedLangevin,
  birthDeath,
  data,
  evolve,
  gaussian,
  gradientFlow,
  grid,
  kinetic,
  langevin,
  neuron,
  particles,
  problem,
  reflectedLangevin,
  useBackend,
} from "../../dist/index.js";

const [, , backend, threads] = process.argv;
const used = useBackend(backend, { threads: Number(threads) });
console.error(`${used.backend} ${used.level}`);

const ACTIVATIONS =
  "relu leaky-relu relu2 relu3 tanh sigmoid erf softplus gelu sin identity gaussian cubic-step".split(" ");
const OUTPUTS = ["trained", "fixed", "bounded"];
const LOSSES = ["squared", "logistic", { huber: { delta: 0.3 } }];

function hashOf({ rows, snapshots }) {
  const hash = createHash("sha256");
  for (const { t, observables } of rows) hash.update(JSON.stringify([t, observables]));
  for (const snapshot of snapshots) {
    for (const numbers of Object.values(snapshot))
      if (ArrayBuffer.isView(numbers))
        hash.update(Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

async function tell(name, trajectory) {
  // What is refused or breaks does so everywhere, with the same words.
  const found = await trajectory().then(hashOf, (error) => `${error.kind}: ${error.message}`);
  console.log(`${name}\t${found}`);
}

const set = (inputs, samples) => {
  const x = Array.from({ length: samples }, (_, i) =>
    Array.from({ length: inputs }, (_, k) => Math.sin(1.7 * i + 2.3 * k + 0.4 * i * k)),
  );
  return data.fromArrays(
    x,
    x.map(([u], i) => (Math.sin(3 * u) + 0.1 * i > 0.5 * samples * 0.1 ? 1 : -1)),
  );
};

/** Wide enough for a team; with lanes to spare in its last tile. */
const WIDE = 10_003;
const NARROW = 107;

async function networks() {
  for (const activation of ACTIVATIONS) {
    for (const output of OUTPUTS) {
      for (const loss of LOSSES) {
        const name = [activation, output, typeof loss === "string" ? loss : "huber"].join(" ");
        const cell = (inputs) => neuron({ activation, inputs, output });
        const course = { initial: gaussian({ mean: 0, std: 0.7 }), step: 0.05, record: 3 };
        const wide = problem({
          data: set(3, 100),
          neuron: cell(3),
          loss,
          regulariser: { l2: 0.01 },
          temperature: 0.003,
        });
        await tell(`${name} wide`, () =>
          evolve(wide, langevin(), particles({ width: WIDE, seed: 2, dual: "off" }), {
            ...course,
            until: 0.6,
            snapshots: [0.6],
          }),
        );
        const narrow = problem({
          data: set(1, 33),
          neuron: cell(1),
          loss,
          regulariser: { l2: 0.01 },
          temperature: 0.01,
        });
        await tell(`${name} narrow`, () =>
          evolve(narrow, kinetic({ friction: 1 }), particles({ width: NARROW, seed: 2, dual: "off" }), {
            ...course,
            until: 15,
            snapshots: [15],
          }),
        );
      }
    }
  }
}

const BATCHES = [undefined, 20, { size: 20, estimator: "svrg" }];

async function motions() {
  const cell = neuron({ activation: "tanh", inputs: 2 });
  const course = {
    initial: gaussian({ mean: 0, std: 0.7 }),
    step: 0.05,
    until: 0.6,
    record: 2,
    snapshots: [0.6],
  };
  const base = { data: set(2, 100), neuron: cell, regulariser: { l2: { a: 0.1, w: 0.01 } } };
  const noisy = problem({ ...base, temperature: 0.01 });
  const cold = problem(base);
  const MOTIONS = {
    "gradient flow": [cold, gradientFlow({ mobility: { a: 2 } }), [undefined, "rk4"]],
    langevin: [noisy, langevin(), [undefined, "heun"]],
    "annealed langevin": [cold, annealedLangevin({ constant: 0.1 }), [undefined]],
    "reflected langevin": [noisy, reflectedLangevin({ low: -1, high: 1 }), [undefined]],
    "birth-death": [cold, birthDeath({ rate: 0.5 }), [undefined]],
    kinetic: [noisy, kinetic({ friction: 1 }), ["baoab", "aboba", "obabo", "exact"]],
    "heavy ball": [cold, kinetic({ friction: 1 }), ["polyak"]],
    nesterov: [cold, kinetic({ friction: { nesterov: 3 } }), ["nesterov-iteration"]],
    interaction: [
      problem({ ...base, temperature: 0.01, interaction: { kind: "quadratic", strength: 0.2 } }),
      langevin(),
      [undefined],
    ],
  };
  for (const [name, [task, dynamics, integrators]] of Object.entries(MOTIONS)) {
    for (const integrator of integrators) {
      for (const batch of name === "birth-death" ? [undefined] : BATCHES) {
        const options = {
          width: WIDE,
          seed: 3,
          dual: "off",
          ...(integrator && { integrator }),
          ...(batch && { batch }),
        };
        const how = [integrator, batch && JSON.stringify(batch)].filter(Boolean).join(" ");
        await tell(`${name} ${how}`, () => evolve(task, dynamics, particles(options), course));
      }
    }
  }
}

async function densities() {
  const learnt = (inputs, output, bias) => ({
    data: set(inputs, 24),
    neuron: neuron({ activation: "tanh", inputs, output, bias }),
    regulariser: { l2: 0.1 },
    temperature: 0.1,
  });
  const course = {
    initial: gaussian({ mean: 0.2, std: 0.5 }),
    step: 0.05,
    until: 0.5,
    record: 2,
    snapshots: [0.5],
  };
  const line = problem(learnt(1, "fixed", false));
  const plane = problem(learnt(1, "trained", false));
  const well = problem({
    potential: { kind: "double-well" },
    interaction: { kind: "gaussian", strength: -0.3 },
    temperature: 0.2,
  });
  for (const scheme of ["implicit", "second-order"]) {
    for (const [name, task, cells] of [
      ["line", line, [[101], [512]]],
      [
        "plane",
        plane,
        [
          [64, 96],
          [201, 130],
        ],
      ],
      ["well", well, [[240]]],
    ]) {
      for (const sizes of cells) {
        await tell(`${scheme} ${name} ${sizes.join(" × ")}`, () =>
          evolve(task, langevin(), grid({ cells: sizes, extent: sizes.map(() => [-4, 4]), scheme }), course),
        );
      }
    }
  }
  const moving = { ...course, initial: gaussian({ mean: 0.2, std: 0.5, momentum: { mean: 0, std: 0.35 } }) };
  for (const scheme of ["spectral", "positive"]) {
    for (const [name, task, cells, ends] of [
      [
        "line",
        line,
        [
          [64, 64],
          [160, 128],
          [256, 256],
          [90, 70],
        ],
        [
          [-4, 4],
          [-3, 3],
        ],
      ],
      [
        "plane",
        plane,
        [[24, 24, 24, 24]],
        [
          [-3, 3],
          [-3, 3],
          [-2.4, 2.4],
          [-2.4, 2.4],
        ],
      ],
    ]) {
      for (const sizes of cells) {
        const more = sizes.length === 4 ? { until: 0.05, record: 1, snapshots: [0.05] } : {};
        await tell(`${scheme} ${name} ${sizes.join(" × ")}`, () =>
          evolve(task, kinetic({ friction: 1 }), grid({ cells: sizes, extent: ends, scheme, leak: 1 }), {
            ...moving,
            ...more,
          }),
        );
      }
    }
  }
}

await networks();
await motions();
await densities();
