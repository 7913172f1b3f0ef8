// Sound specs, the stock that damage is done to: those of the project (examples, pages, fixtures), and small ones that between them have every
// key and every word. Their files lie in one folder that `layStock` makes.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { npyHeader } from "../../src/tables/npy.ts";
import { encodeNpz } from "../../src/tables/npz.ts";
import { ROOT } from "../../test/support.ts";

export interface Sound {
  readonly title: string;
  readonly text: string;
}

// ---- Small ones, by what differs from the first ----

const FIRST = {
  name: "first",
  problem: {
    data: { function: "sin", interval: [-2, 2], samples: 8 },
    neuron: { activation: "tanh", inputs: 1, output: "fixed", bias: false },
    regulariser: { l2: 0.1 },
    temperature: 0.1,
  },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0.2], std: [0.7] },
  time: { until: 0.4, step: 0.1, record: 2 },
  solvers: [{ particles: { width: 6, replicas: 2 } }],
  seed: 3,
};

const DOUBLE_WELL = {
  potential: { kind: "double-well" },
  interaction: { kind: "quadratic", strength: 1 },
  temperature: 0.3,
};
const AXIS = { cells: [48], extent: [[-9, 9]] };
const PHASE = {
  cells: [48, 32],
  extent: [
    [-7, 7],
    [-3, 3],
  ],
};
const KINETIC = { kind: "kinetic", friction: 1 };
const ORIGIN = { kind: "gaussian", mean: [0.2], std: [0.7], momentum: { mean: [0], std: [0.4] } };
const PAIR = { kind: "gaussian", mean: 0, std: 1 };
const TWO = { activation: "relu", inputs: 2, output: "fixed", bias: false };

const still = (problem: object) => ({ ...FIRST.problem, temperature: 0, ...problem });
const networks = (...settings: object[]) => settings.map((one) => ({ particles: { width: 6, ...one } }));

const SMALL: Readonly<Record<string, object>> = {
  langevin: {},
  table: {
    problem: {
      ...FIRST.problem,
      data: {
        csv: "points.csv",
        inputs: ["x1", "x2"],
        target: "y",
        weight: "q",
        header: true,
        separator: ",",
        quote: '"',
        encoding: "utf-8",
        comment: "#",
        decimal: "point",
        missing: "drop",
        standardise: "inputs",
        test: { fraction: 0.25, seed: 1 },
      },
      neuron: TWO,
    },
    initial: PAIR,
  },
  labels: {
    problem: still({
      data: {
        csv: "classes.csv",
        header: false,
        inputs: ["1..2"],
        target: 3,
        labels: { M: 1, B: -1 },
        test: { file: "classes.csv" },
      },
      neuron: { ...TWO, output: "bounded", bias: true },
      loss: "logistic",
      regulariser: { l2: { a: 0.1, w: 0.2, b: 0 } },
    }),
    dynamics: { kind: "gradient-flow", mobility: { a: 1, w: 0.5, b: 0 } },
    initial: PAIR,
    solvers: networks(
      { integrator: "rk4" },
      { batch: { size: 3, sampling: "reshuffled", estimator: "svrg", anchor: 2 } },
    ),
  },
  npy: {
    problem: still({
      data: { npy: "points.npy", inputs: [1, 2], target: 3, standardise: true },
      neuron: { activation: "softplus", inputs: 2 },
      loss: { huber: { delta: 0.5 } },
    }),
    dynamics: { kind: "two-timescale", epsilon: 0.1 },
    initial: { kind: "sphere", radius: 1 },
  },
  npz: {
    problem: {
      ...FIRST.problem,
      data: {
        npz: "points.npz",
        inputs: "x",
        target: "y",
        weight: "q",
        labels: { 1: 1, 0: -1 },
        test: { inputs: "x", target: "y" },
      },
      neuron: TWO,
    },
    initial: { kind: "file", path: "neurons.npz", arrays: { w: "w" }, snapshot: 0 },
    solvers: networks({}),
  },
  arrays: {
    problem: still({
      data: {
        arrays: {
          x: [
            [1, 2],
            [3, 4],
            [5, 7],
          ],
          y: [1, -1, 1],
          weight: [1, 2, 1],
        },
        test: { fraction: 0.4, seed: 2 },
      },
      neuron: TWO,
    }),
    dynamics: KINETIC,
    initial: { kind: "file", path: "motions.csv", header: true, separator: ";", decimal: "comma" },
    solvers: networks(
      { integrator: "polyak", order: 1 },
      { integrator: "higher-momentum", beta2: 0.1 },
      { integrator: "nesterov-iteration", batch: 2 },
    ),
  },
  teacher: {
    problem: still({
      data: { teacher: { neurons: 2, dim: 2, samples: 9, inputs: "sphere", noise: 0.1, seed: 2 } },
      neuron: { activation: "gelu", inputs: 2, output: "trained", bias: true },
    }),
    dynamics: { kind: "annealed-langevin", constant: 0.1, mobility: { b: 0 } },
    initial: { kind: "uniform", low: -1, high: [1, 1, 1, 2] },
  },
  annealed: {
    problem: still({}),
    dynamics: { kind: "annealed-langevin", constant: 0.1 },
    solvers: [...networks({ dual: "off" }), { grid: { ...AXIS, leak: 0.01 } }],
  },
  quadrature: {
    problem: {
      ...FIRST.problem,
      data: { function: "step", interval: [-1, 1], samples: 6, quadrature: "gauss-legendre" },
    },
    solvers: [...networks({}), { grid: AXIS }, { stationary: AXIS }],
    time: { until: 0.4, step: 0.1, record: 4, snapshots: [0, 0.2, 0.4] },
  },
  wells: {
    problem: DOUBLE_WELL,
    solvers: [
      ...networks({ width: [4, 8] }),
      { grid: { ...AXIS, extent: [[-5, 5]], scheme: "second-order", observe: ["fisher_information"] } },
      { stationary: { cells: 48, extent: [[-5, 5]], observe: ["fisher_information"] } },
      { jko: { ...AXIS, extent: [[-5, 5]], method: "quantile" } },
      { jko: { ...AXIS, extent: [[-5, 5]], method: "entropic", epsilon: 0.05 } },
    ],
  },
  torus: {
    problem: {
      potential: { kind: "cosine", strength: 0.3 },
      interaction: { kind: "cosine", strength: 1 },
      domain: "torus",
      temperature: 0.4,
    },
    initial: { kind: "uniform", low: [-1, -1], high: [1, 1] },
    solvers: [...networks({}), { grid: { cells: 16 } }],
  },
  births: {
    problem: { ...DOUBLE_WELL, interaction: { kind: "gaussian", strength: 1, scale: 0.5 } },
    dynamics: { kind: "birth-death", rate: 1 },
    solvers: [{ grid: AXIS }],
  },
  clones: {
    problem: still({}),
    dynamics: { kind: "birth-death", rate: 1 },
    solvers: [...networks({ width: 9 }), { grid: AXIS }],
  },
  box: {
    problem: DOUBLE_WELL,
    dynamics: { kind: "reflected-langevin", low: -2, high: 2.5 },
    solvers: networks({ width: 9 }, { integrator: "heun" }),
  },
  gaussian: {
    problem: { ...FIRST.problem, neuron: { activation: "identity", inputs: 1, output: "fixed" } },
    initial: { kind: "gaussian", mean: [0.5, -0.5], std: 0.6 },
    solvers: [...networks({}), { moments: {} }],
    fits: [{ quantity: "energy", along: "width", against: "moments", predicted: -1 }],
  },
  swinging: {
    problem: {
      potential: { kind: "quadratic" },
      interaction: { kind: "quadratic", strength: 0.5 },
      temperature: 0.2,
    },
    dynamics: KINETIC,
    initial: ORIGIN,
    solvers: [{ moments: {} }],
  },
  nesterov: {
    problem: still({}),
    dynamics: { kind: "kinetic", friction: { nesterov: 3, from: 0.5 } },
    initial: ORIGIN,
    solvers: networks({ integrator: "aboba" }, { integrator: "obabo" }),
  },
  convex: {
    problem: still({}),
    dynamics: { kind: "kinetic", friction: { "strong-convexity": 0.1 } },
    solvers: networks({ integrator: "exact" }),
  },
  phase: {
    dynamics: KINETIC,
    initial: ORIGIN,
    solvers: [
      ...networks({ integrator: "baoab" }),
      { grid: { ...PHASE, scheme: "positive", integrator: "baoab", refine: true } },
      { grid: { ...PHASE, cells: [64, 32], scheme: "spectral", order: 4 } },
    ],
  },
  study: {
    solvers: [...networks({ width: [4, 8, 16], replicas: 2 }), { grid: AXIS }],
    sweep: { "problem.temperature": [0.1, 0.2, 0.4], "problem.regulariser": [{ l2: 0.1 }, { l2: 0.2 }] },
    fits: [
      { quantity: "f_rms", along: "width", against: "grid", predicted: -0.5, within: 0.5 },
      { quantity: "risk", along: "time", law: "exponential", solver: "grid" },
      { quantity: "energy", along: "problem.temperature" },
    ],
  },
};

// ---- Those of the project ----

const inFolder = (...parts: string[]): Sound[] => {
  const folder = join(ROOT, ...parts);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return inFolder(...parts, entry.name);
    if (!/\.yaml$/.test(entry.name)) return [];
    const title = join(...parts, entry.name);
    // Files lie beside the specs here.
    return [{ title, text: readFileSync(join(ROOT, title), "utf8").replace(/(?<=csv: ).*\//, "") }];
  });
};

/** The YAML of a page that is a spec, or with what the first has besides. */
const onPage = (page: string): Sound[] => {
  const blocks = [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, text = ""], k) => {
    const title = `${page} ${k + 1}`;
    if (/^name:/m.test(text)) return [{ title, text }];
    return /^solvers:/m.test(text) ? [{ title, text: stringify({ ...FIRST, ...parse(text) }) }] : [];
  });
};

/** All of them; the small ones twice, as they are the ones that can be run. */
export function stockSpecs(): Sound[] {
  const small = Object.entries(SMALL).map(([name, parts]) => ({
    title: name,
    text: stringify({ ...FIRST, name, ...parts }),
  }));
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  const project = [
    ...inFolder("examples"),
    ...inFolder("test", "fixtures"),
    ...["README.md", ...pages.map((name) => join("docs", name))].flatMap(onPage),
  ];
  return [...small, ...small, ...project];
}

/** The files that the stock names, in a folder. */
export function layStock(folder: string): void {
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  mkdirSync(folder, { recursive: true });
  const rows = Array.from({ length: 12 }, (_, i) => [i / 4 - 1.4, Math.sin(3 * i), i % 3 === 0 ? 1 : -1]);
  const table = (names: string, lines: readonly (readonly (number | string)[])[]) =>
    [names, ...lines.map((line) => line.join(","))].join("\n");
  put(
    "points.csv",
    table(
      "x1,x2,y,q,x",
      rows.map(([a, b, y], i) => [a!, b!, y!, 1 + (i % 2), i / 12]),
    ),
  );
  put("classes.csv", rows.map(([a, b, y]) => [a, b, y === 1 ? "M" : "B"].join(",")).join("\n"));
  const six = rows.slice(0, 6).map(([a, b]) => [a!, b!, a!, b!]);
  put("motions.csv", table("w1,w2,v1,v2", six).replaceAll(",", ";").replaceAll(".", ","));
  for (const path of [
    "examples/warming/temperature.csv",
    "node_modules/vega-datasets/data/global-temp.csv",
  ]) {
    put(basename(path), readFileSync(join(ROOT, path)));
  }
  put(
    "points.npy",
    Buffer.concat([npyHeader([12, 3]), new Uint8Array(Float64Array.from(rows.flat()).buffer)]),
  );
  const columns = (...which: number[]) => Float64Array.from(rows.flatMap((row) => which.map((k) => row[k]!)));
  put(
    "points.npz",
    encodeNpz({
      x: { shape: [12, 2], data: columns(0, 1) },
      y: { shape: [12], data: columns(2).map((y) => (1 + y) / 2) },
      q: { shape: [12], data: new Float64Array(12).fill(1) },
    }),
  );
  put("neurons.npz", encodeNpz({ w: { shape: [6, 2], data: columns(0, 1).slice(0, 12) } }));
}
