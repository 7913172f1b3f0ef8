// The experiment file: one schema that validates it (strictly), fills its defaults, ships as JSON Schema and makes
// the reference page. Three passes: shapes (zod), what several keys must agree on (CHECKS), defaults that depend
// on other keys (complete). Error lines are written from the JSON Schema, so that they name what the page names.

import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { MuflowError } from "../base/errors.ts";
import { ACTIVATION_NAMES } from "../problem/activation.ts";
import type { FunctionName } from "../problem/synthetic.ts";

// ---- Words ----

const FUNCTIONS = [
  "sin",
  "cos",
  "abs",
  "step",
  "sign",
  "identity",
  "square",
  "tanh",
  "gaussian",
] as const satisfies readonly FunctionName[];

const INTEGRATORS = ["euler", "rk4", "euler-maruyama", "aboba", "baoab", "obabo"] as const;

const BLOCKS = ["a", "w", "b"] as const;

/** A part of θ: output weight, input weights, bias. */
export type BlockName = (typeof BLOCKS)[number];

// ---- Shapes ----

const positive = z.number().positive();
const nonNegative = z.number().min(0);
const count = z.int().min(1);
const seed = z.int().min(0).meta({ title: "a whole number from 0 to 2^53 − 1" });
const filePath = z.string().min(1).meta({ title: "a file path" });

const numberOrList = <Item extends z.ZodType<number>>(item: Item) => z.union([item, z.array(item).min(1)]);

const byBlock = <Item extends z.ZodType<number>>(item: Item) =>
  z.strictObject({
    a: item.exactOptional().describe("output weight"),
    w: item.exactOptional().describe("input weights"),
    b: item.exactOptional().describe("bias"),
  });

const csvData = z.strictObject({
  csv: filePath.describe("a CSV file with a header line"),
  inputs: z.array(z.string()).min(1).describe("the columns of x"),
  target: z.string().describe("the column of y"),
  weight: z.string().exactOptional().describe("the column of the weights; default: equal weights"),
  standardise: z
    .boolean()
    .default(false)
    .describe("shift and scale each column of x, and y, to mean 0 and std 1"),
});

const arraysData = z.strictObject({
  arrays: z
    .strictObject({
      x: z
        .array(z.union([z.number(), z.array(z.number()).min(1)]))
        .min(1)
        .transform((rows) => rows.map((row) => (typeof row === "number" ? [row] : row)))
        .meta({
          title: "a list of rows of numbers (of numbers, for one input)",
          description: "inputs, one row a sample",
        }),
      y: z.array(z.number()).min(1).describe("targets, one a sample"),
      weight: z.array(nonNegative).exactOptional().describe("weights, one a sample; default: equal weights"),
    })
    .describe("samples written in the file itself"),
});

const teacherData = z.strictObject({
  teacher: z
    .strictObject({
      neurons: count.describe("width of the teacher"),
      dim: count.describe("number of inputs"),
      samples: count.describe("number of samples"),
      inputs: z.enum(["gaussian", "sphere", "uniform"]).default("gaussian").describe("law of x"),
      noise: nonNegative.default(0).describe("standard deviation of the noise on y"),
      seed: seed.default(0).describe("seed of the teacher and its samples, apart from the experiment's own"),
    })
    .describe("samples of a random network of the same neurons"),
});

const functionData = z.strictObject({
  function: z.enum(FUNCTIONS).describe("y = f(x), one input"),
  interval: z
    .tuple([z.number(), z.number()])
    .meta({ title: "[lo, hi] with lo < hi", description: "x is uniform on it" }),
  samples: count.describe("number of points"),
  quadrature: z.enum(["uniform", "gauss-legendre"]).default("uniform").describe("points and weights"),
});

const neuron = z.strictObject({
  activation: z.enum(ACTIVATION_NAMES).describe("σ of ψ(θ; x) = a σ(w·x + b)"),
  inputs: count.describe("d, the number of inputs"),
  output: z
    .enum(["trained", "fixed", "bounded"])
    .default("trained")
    .describe("`trained` a, `fixed` a ≡ 1, or `bounded` a = tanh θ₀"),
  bias: z.boolean().default(true).describe("false: b ≡ 0"),
});

const loss = z.union([
  z.enum(["squared", "logistic"]),
  z.strictObject({
    huber: z
      .strictObject({ delta: positive.describe("|f − y| where the loss turns linear") })
      .describe("squared near 0, linear in the tails"),
  }),
]);

const regulariser = z.strictObject({
  l2: z
    .union([nonNegative, byBlock(nonNegative)])
    .default(0)
    .describe("V = (l2/2)|θ|²; by block: an absent block counts 0"),
});

const potential = z.strictObject({
  kind: z
    .enum(["quadratic", "double-well", "cosine"])
    .describe("θ²/2, θ⁴/4 − θ²/2, −cos θ, summed over coordinates"),
  strength: z.number().default(1).describe("factor of the potential"),
});

const interaction = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("quadratic").describe("W = Kz²/2, summed over coordinates"),
    strength: z.number().describe("K"),
  }),
  z.strictObject({
    kind: z.literal("cosine").describe("W = −K cos z, summed over coordinates"),
    strength: z.number().describe("K"),
  }),
  z.strictObject({
    kind: z.literal("gaussian").describe("W = −K e^{−z²/2s²}, summed over coordinates"),
    strength: z.number().describe("K"),
    scale: positive.default(1).describe("s"),
  }),
]);

const problem = z.strictObject({
  data: z
    .union([csvData, arraysData, teacherData, functionData])
    .exactOptional()
    .describe(
      "what is learnt; weights are normalised to sum 1; none: the potential and the interaction alone",
    ),
  neuron: neuron
    .exactOptional()
    .describe(
      "θ = (a, w₁…w_d, b), untrained parts left out: the order of every array; required with data, absent without",
    ),
  loss: loss
    .default("squared")
    .describe("squared ½(f − y)², logistic log(1 + e^{−yf}) with labels ±1, or Huber's"),
  regulariser: regulariser.default({ l2: 0 }).describe("the regulariser V"),
  potential: potential.exactOptional().describe("an external potential, added to V"),
  interaction: interaction.exactOptional().describe("a pair interaction W between neurons"),
  domain: z.enum(["plane", "torus"]).default("plane").describe("where θ lives; the torus is [−π, π)^p"),
  temperature: nonNegative.default(0).describe("τ; the noise follows from it"),
});

const mobility = byBlock(positive).default({}).describe("D by block; default 1");

const dynamics = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("gradient-flow").describe("θ̇ = −D∇Φ; needs temperature 0"),
    mobility,
  }),
  z.strictObject({
    kind: z.literal("langevin").describe("dθ = −D∇Φ dt + √(2τD) dW"),
    mobility,
  }),
  z.strictObject({
    kind: z.literal("kinetic").describe("dθ = ω dt, dω = −(γω + ∇Φ) dt + √(2γτ) dW"),
    friction: z
      .union([
        nonNegative,
        z.strictObject({
          nesterov: positive.describe("r of γ(t) = r/(t + from); needs temperature 0"),
          from: nonNegative.default(0).describe("shift of time; 0 needs zero initial momentum"),
        }),
      ])
      .describe("γ, constant or Nesterov's; 0 needs temperature 0"),
  }),
  z.strictObject({
    kind: z
      .literal("two-timescale")
      .describe("gradient flow with D = 1 on a, ε on w and b; needs temperature 0"),
    epsilon: positive.describe("ε, the mobility of w and b"),
  }),
]);

const momentum = z
  .strictObject({
    mean: numberOrList(z.number()).default(0).describe("mean of ω; one number stands for all coordinates"),
    std: numberOrList(nonNegative).exactOptional().describe("standard deviation of ω; default √τ"),
  })
  .exactOptional()
  .describe("Gaussian ω at t = 0, kinetic dynamics only; default: mean 0, std √τ");

const initial = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("gaussian").describe("independent coordinates"),
    mean: numberOrList(z.number()).describe("mean of θ; one number stands for all coordinates"),
    std: numberOrList(nonNegative).describe("standard deviation of θ; one number stands for all coordinates"),
    momentum,
  }),
  z.strictObject({
    kind: z.literal("uniform").describe("independent coordinates, uniform on [low, high]"),
    low: numberOrList(z.number()).describe("one number stands for all coordinates"),
    high: numberOrList(z.number()).describe("one number stands for all coordinates"),
    momentum,
  }),
  z.strictObject({
    kind: z.literal("sphere").describe("uniform on the sphere |θ| = radius; needs a neuron, which gives p"),
    radius: positive.describe("the radius"),
    momentum,
  }),
  z.strictObject({
    kind: z.literal("file").describe("the neurons of a file; needs a neuron, which gives p"),
    path: filePath.describe(
      "CSV, one neuron a row after an optional header line: p columns in θ order, then p of ω when kinetic; as many rows as the width",
    ),
  }),
]);

const time = z.strictObject({
  until: positive.describe("the end; a whole number of steps"),
  step: positive.describe("h, the time step"),
  record: count
    .exactOptional()
    .describe(
      "number of equal intervals recorded, t = 0 included; divides the number of steps; default: its largest divisor ≤ 50",
    ),
  snapshots: z
    .array(nonNegative)
    .exactOptional()
    .describe("times, multiples of the step, at which the neurons are kept; default: [0, until]"),
});

const particles = z.strictObject({
  width: z
    .union([count, z.array(count).min(1)])
    .transform((width) => (typeof width === "number" ? [width] : width))
    .describe("N, the number of neurons; a list makes a run for each"),
  replicas: count.default(1).describe("independent copies of every run"),
  integrator: z
    .enum(INTEGRATORS)
    .exactOptional()
    .describe(
      "euler, rk4: temperature 0; euler-maruyama: langevin; aboba, baoab, obabo: kinetic; default by dynamics: euler, euler-maruyama, baoab",
    ),
  field: z.enum(["direct"]).default("direct").describe("how the sums over neurons are evaluated"),
});

const solver = z.strictObject({ particles: particles.describe("N neurons") });

const shape = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .meta({ title: "a name of the letters a–z, 0–9 and -", description: "names the folder" }),
  seed: seed.default(0).describe("everything random derives from it"),
  problem: problem.describe("what is minimised"),
  dynamics: dynamics.describe("how the neurons move"),
  initial: initial.describe("where the neurons start"),
  time: time.describe("how long, how finely, and what is kept"),
  solvers: z.array(solver).min(1).describe("what computes it, one or several"),
});

/** What the file says, before the defaults that depend on other keys. */
type Shape = z.output<typeof shape>;
type NumberOrList = number | number[];

// ---- The layout of θ and of time ----

/** The blocks θ consists of, in order. */
function blocksOf({ output, bias }: Pick<NeuronSpec, "output" | "bias">): BlockName[] {
  return BLOCKS.filter((block) => (block === "a" ? output !== "fixed" : block === "w" || bias));
}

/** θ as people write it: (a, w₁…w₃, b). */
function thetaText(neuron: NeuronSpec): string {
  const inner = neuron.inputs === 1 ? "w" : `w1…w${neuron.inputs}`;
  return `θ = (${blocksOf(neuron)
    .map((block) => (block === "w" ? inner : block))
    .join(", ")})`;
}

/** The vectors in θ order that say where the neurons start, with their keys. */
function positionVectors(initial: Shape["initial"]): [key: string, value: NumberOrList][] {
  switch (initial.kind) {
    case "gaussian":
      return [
        ["mean", initial.mean],
        ["std", initial.std],
      ];
    case "uniform":
      return [
        ["low", initial.low],
        ["high", initial.high],
      ];
    default:
      return [];
  }
}

/** p: from the neuron, or without one from the first list among the initial vectors, if any. */
function knownDimension({
  problem: { neuron },
  initial,
}: Pick<Shape, "problem" | "initial">): number | undefined {
  if (neuron !== undefined) return blocksOf(neuron).length - 1 + neuron.inputs;
  for (const [, value] of positionVectors(initial)) if (Array.isArray(value)) return value.length;
  return undefined;
}

/** p, the length of θ. */
export function parameterDimension(experiment: Experiment): number {
  return knownDimension(experiment)!;
}

/** The number of steps from 0 to `until`. */
export function stepCount({ until, step }: { until: number; step: number }): number {
  return Math.round(until / step);
}

/** How far a quotient of two decimal numbers may lie from the whole number it stands for. */
const WHOLE = 1e-9;

function isWhole(ratio: number): boolean {
  const nearest = Math.round(ratio);
  return Math.abs(ratio - nearest) <= WHOLE * Math.max(1, nearest);
}

/** The divisors of n, ascending. */
function divisors(n: number): number[] {
  const low: number[] = [];
  for (let d = 1; d * d <= n; d++) if (n % d === 0) low.push(d);
  const high = low.map((d) => n / d).reverse();
  return [...low, ...(low.at(-1) === high[0] ? high.slice(1) : high)];
}

/** The integrators that solve these dynamics, the default first. */
function integratorsFor({ dynamics, problem: { temperature } }: Shape): readonly IntegratorName[] {
  switch (dynamics.kind) {
    case "gradient-flow":
    case "two-timescale":
      return ["euler", "rk4"];
    case "langevin":
      return temperature === 0 ? ["euler-maruyama", "euler", "rk4"] : ["euler-maruyama"];
    case "kinetic": {
      const words = ["baoab", "aboba", "obabo"] as const;
      return temperature > 0 || hasInfiniteFriction(dynamics) ? words : [...words, "euler", "rk4"];
    }
  }
}

/** γ(t) = r/t: infinite at t = 0. */
function hasInfiniteFriction(dynamics: Shape["dynamics"]): boolean {
  return dynamics.kind === "kinetic" && typeof dynamics.friction === "object" && dynamics.friction.from === 0;
}

// ---- What several keys must agree on ----

type Path = readonly (string | number)[];

/** Says that the value found at a path is refused, and what is allowed there. */
type Report = (path: Path, found: unknown, allowed: string) => void;

type Check = (spec: Shape, report: Report) => void;

const checkNeuron: Check = ({ problem: { data, neuron } }, report) => {
  if (data !== undefined && neuron === undefined) {
    report(
      ["problem", "neuron"],
      undefined,
      "{activation, inputs, output?, bias?}, which problem.data needs",
    );
  }
  if (data === undefined && neuron !== undefined) {
    report(["problem", "neuron"], neuron, "nothing without problem.data");
  }
};

const checkInputs: Check = ({ problem: { data, neuron } }, report) => {
  if (data === undefined || neuron === undefined) return;
  const inputs = inputCount(data);
  if (neuron.inputs !== inputs) {
    report(["problem", "neuron", "inputs"], neuron.inputs, `${inputs}, the number of inputs of problem.data`);
  }
};

function inputCount(data: DataSpec): number {
  if ("csv" in data) return data.inputs.length;
  if ("arrays" in data) return data.arrays.x[0]!.length;
  return "teacher" in data ? data.teacher.dim : 1;
}

const checkArrays: Check = ({ problem: { data } }, report) => {
  if (data === undefined || !("arrays" in data)) return;
  const { x, y, weight } = data.arrays;
  const at = (...keys: Path) => ["problem", "data", "arrays", ...keys];
  const uneven = x.findIndex((row) => row.length !== x[0]!.length);
  if (uneven >= 0) report(at("x", uneven), x[uneven], `a row of ${x[0]!.length}, as the first`);
  if (y.length !== x.length) report(at("y"), y, `a list of ${x.length}, one target a row of x`);
  if (weight === undefined) return;
  if (weight.length !== x.length) report(at("weight"), weight, `a list of ${x.length}, one a row of x`);
  if (weight.every((value) => value === 0)) report(at("weight"), weight, "weights that are not all 0");
};

const checkInterval: Check = ({ problem: { data } }, report) => {
  if (data === undefined || !("function" in data)) return;
  const [low, high] = data.interval;
  if (!(low < high)) report(["problem", "data", "interval"], data.interval, "[lo, hi] with lo < hi");
};

const checkDimension: Check = (spec, report) => {
  const { initial, problem } = spec;
  if (problem.data !== undefined || knownDimension(spec) !== undefined) return;
  const lists = "without problem.data the length of a list gives p, the number of coordinates";
  const [first] = positionVectors(initial);
  if (first === undefined) report(["initial", "kind"], initial.kind, `gaussian, uniform: ${lists}`);
  else report(["initial", first[0]], first[1], `a list: ${lists}`);
};

const checkVectors: Check = (spec, report) => {
  const { initial, problem } = spec;
  const p = knownDimension(spec);
  if (p === undefined) return;
  const theta = problem.neuron === undefined ? "" : `, as ${thetaText(problem.neuron)}`;
  const check = (path: Path, value: NumberOrList | undefined) => {
    if (Array.isArray(value) && value.length !== p) {
      report(path, value, `one number, or a list of ${p}${theta}`);
    }
  };
  for (const [key, value] of positionVectors(initial)) check(["initial", key], value);
  if (!("momentum" in initial)) return;
  check(["initial", "momentum", "mean"], initial.momentum?.mean);
  check(["initial", "momentum", "std"], initial.momentum?.std);
};

const checkBox: Check = ({ initial }, report) => {
  if (initial.kind !== "uniform") return;
  const { low, high } = initial;
  const p = Math.max(...[low, high].map((side) => (Array.isArray(side) ? side.length : 1)));
  const [lows, highs] = [broadcast(low, p), broadcast(high, p)];
  if (lows.some((value, k) => value > highs[k]!)) report(["initial", "high"], high, "numbers >= initial.low");
};

const checkTemperature: Check = ({ problem: { temperature }, dynamics }, report) => {
  if (temperature === 0) return;
  const refuse = (why: string) => report(["problem", "temperature"], temperature, why);
  if (dynamics.kind === "gradient-flow") refuse("0 with gradient-flow, which has no noise; use langevin");
  if (dynamics.kind === "two-timescale")
    refuse("0 with two-timescale, which has no noise; use langevin with mobility");
  if (dynamics.kind !== "kinetic") return;
  if (typeof dynamics.friction === "object") refuse("0 with nesterov friction; use a constant friction");
  else if (dynamics.friction === 0) report(["dynamics", "friction"], 0, "a number > 0 with temperature > 0");
};

const checkTwoTimescale: Check = ({ problem: { neuron }, dynamics }, report) => {
  if (dynamics.kind !== "two-timescale") return;
  if (neuron === undefined)
    report(["dynamics", "kind"], dynamics.kind, "gradient-flow, langevin, kinetic without a neuron");
  else if (neuron.output === "fixed") {
    report(
      ["problem", "neuron", "output"],
      neuron.output,
      "trained, bounded with two-timescale, where a is the fast part",
    );
  }
};

const checkBlocks: Check = ({ problem, dynamics }, report) => {
  const { l2 } = problem.regulariser;
  if (typeof l2 === "object")
    refuseForeignBlocks(problem.neuron, ["problem", "regulariser", "l2"], l2, report);
  if ("mobility" in dynamics)
    refuseForeignBlocks(problem.neuron, ["dynamics", "mobility"], dynamics.mobility, report);
};

/** Refuses values for blocks that θ does not have; a 0 there says nothing, and may stay. */
function refuseForeignBlocks(
  neuron: NeuronSpec | undefined,
  path: Path,
  values: Partial<Record<BlockName, number>>,
  report: Report,
): void {
  const own = neuron === undefined ? [] : blocksOf(neuron);
  const why =
    neuron === undefined ? "without a neuron θ has no blocks" : `it is no part of ${thetaText(neuron)}`;
  for (const block of BLOCKS) {
    if (values[block] && !own.includes(block)) report([...path, block], values[block], `nothing: ${why}`);
  }
}

const checkMomentum: Check = ({ dynamics, initial }, report) => {
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  if (momentum === undefined) return;
  if (dynamics.kind !== "kinetic") {
    report(
      ["initial", "momentum"],
      momentum,
      `nothing with ${dynamics.kind}; only kinetic dynamics has momentum`,
    );
  } else if (
    hasInfiniteFriction(dynamics) &&
    [momentum.mean, momentum.std ?? 0].flat().some((value) => value !== 0)
  ) {
    report(
      ["initial", "momentum"],
      momentum,
      "mean 0 and std 0 with nesterov friction from 0, infinite at t = 0",
    );
  }
};

const checkTorus: Check = ({ problem: { domain, regulariser, potential, interaction } }, report) => {
  if (domain !== "torus") return;
  const at = (...keys: Path) => ["problem", ...keys];
  const why = "on the torus, as it is not periodic";
  const l2 = regulariser.l2;
  if (Object.values(typeof l2 === "number" ? [l2] : l2).some((value) => value > 0)) {
    report(at("regulariser", "l2"), l2, `0 ${why}`);
  }
  if (potential !== undefined && potential.kind !== "cosine") {
    report(at("potential", "kind"), potential.kind, `cosine ${why}`);
  }
  if (interaction?.kind === "quadratic")
    report(at("interaction", "kind"), interaction.kind, `cosine, gaussian ${why}`);
};

const checkTime: Check = ({ time }, report) => {
  const { until, step, record, snapshots = [] } = time;
  const steps = Math.max(1, stepCount(time));
  if (!Number.isSafeInteger(steps)) {
    report(["time", "step"], step, `a larger step: until = ${until} holds more than 2^53 of these`);
  } else if (stepCount(time) < 1 || !isWhole(until / step)) {
    report(
      ["time", "step"],
      step,
      `a step that divides until = ${until}, such as ${tidy(until / steps)} (${plural(steps, "step")})`,
    );
  } else {
    if (record !== undefined && steps % record !== 0) {
      report(
        ["time", "record"],
        record,
        `a divisor of the ${plural(steps, "step")}, such as ${nearestDivisors(steps, record)}`,
      );
    }
    snapshots.forEach((at, index) => {
      const path = ["time", "snapshots", index];
      const nearest = Math.round(at / step);
      if (nearest > steps) report(path, at, `a time from 0 to until = ${until}`);
      else if (!isWhole(at / step))
        report(path, at, `a multiple of the step ${step}, such as ${tidy(nearest * step)}`);
    });
  }
};

function nearestDivisors(steps: number, record: number): string {
  const all = divisors(steps);
  const near = [all.findLast((d) => d < record), all.find((d) => d > record)];
  return near.filter((d) => d !== undefined).join(" or ");
}

const checkIntegrators: Check = (spec, report) => {
  const allowed = integratorsFor(spec);
  const { kind } = spec.dynamics;
  spec.solvers.forEach(({ particles: { integrator } }, index) => {
    if (integrator === undefined || allowed.includes(integrator)) return;
    const why = integrator === "euler" || integrator === "rk4" ? deterministicNeeds(spec) : "";
    report(
      ["solvers", index, "particles", "integrator"],
      integrator,
      `${allowed.join(", ")} with ${kind}${why}`,
    );
  });
};

function deterministicNeeds({ dynamics }: Shape): string {
  return hasInfiniteFriction(dynamics)
    ? "; euler and rk4 need friction that is finite at t = 0: nesterov from > 0"
    : "; euler and rk4 need temperature 0";
}

const checkFileWidth: Check = ({ initial, solvers }, report) => {
  if (initial.kind !== "file") return;
  const [first] = solvers[0]!.particles.width;
  solvers.forEach(({ particles: { width } }, index) => {
    if (width.every((n) => n === first)) return;
    report(
      ["solvers", index, "particles", "width"],
      width,
      "one width with initial.kind file: the number of its rows",
    );
  });
};

const CHECKS: readonly Check[] = [
  checkNeuron,
  checkInputs,
  checkArrays,
  checkInterval,
  checkDimension,
  checkVectors,
  checkBox,
  checkTemperature,
  checkTwoTimescale,
  checkBlocks,
  checkMomentum,
  checkTorus,
  checkTime,
  checkIntegrators,
  checkFileWidth,
];

// ---- Defaults that depend on other keys ----

/** How neurons start, complete: vectors have length p; momentum is there exactly when dynamics are kinetic and no file gives ω. */
export type InitialSpec =
  | ({ kind: "gaussian"; mean: number[]; std: number[] } & MomentumPart)
  | ({ kind: "uniform"; low: number[]; high: number[] } & MomentumPart)
  | ({ kind: "sphere"; radius: number } & MomentumPart)
  | { kind: "file"; path: string };

type MomentumPart = { momentum?: { mean: number[]; std: number[] } };

function broadcast(value: NumberOrList, p: number): number[] {
  return Array.isArray(value) ? value : Array.from({ length: p }, () => value);
}

function completeMomentum({ problem, dynamics, initial }: Shape, p: number): MomentumPart {
  if (dynamics.kind !== "kinetic" || initial.kind === "file") return {};
  const { mean = 0, std = Math.sqrt(problem.temperature) } = initial.momentum ?? {};
  return { momentum: { mean: broadcast(mean, p), std: broadcast(std, p) } };
}

function completeInitial(spec: Shape, p: number): InitialSpec {
  const { initial } = spec;
  const momentum = completeMomentum(spec, p);
  switch (initial.kind) {
    case "gaussian":
      return {
        kind: "gaussian",
        mean: broadcast(initial.mean, p),
        std: broadcast(initial.std, p),
        ...momentum,
      };
    case "uniform":
      return {
        kind: "uniform",
        low: broadcast(initial.low, p),
        high: broadcast(initial.high, p),
        ...momentum,
      };
    case "sphere":
      return { kind: "sphere", radius: initial.radius, ...momentum };
    case "file":
      return initial;
  }
}

/** One value for each block of θ, and for no other. */
function completeBlocks(
  neuron: NeuronSpec | undefined,
  values: Partial<Record<BlockName, number>>,
  fallback: number,
): Partial<Record<BlockName, number>> {
  const own = neuron === undefined ? [] : blocksOf(neuron);
  return Object.fromEntries(own.map((block) => [block, values[block] ?? fallback]));
}

function completeProblem(problem: Shape["problem"]) {
  const { l2 } = problem.regulariser;
  return {
    ...problem,
    regulariser: { l2: typeof l2 === "number" ? l2 : completeBlocks(problem.neuron, l2, 0) },
  };
}

function completeDynamics(dynamics: Shape["dynamics"], neuron: NeuronSpec | undefined) {
  if (!("mobility" in dynamics)) return dynamics;
  return { ...dynamics, mobility: completeBlocks(neuron, dynamics.mobility, 1) };
}

function completeTime({ until, step, record, snapshots = [0, until] }: Shape["time"]) {
  const byStep = new Map(snapshots.map((at) => [Math.round(at / step), at]));
  return {
    until,
    step,
    record: record ?? divisors(stepCount({ until, step })).findLast((d) => d <= 50)!,
    snapshots: [...byStep.values()].sort((a, b) => a - b),
  };
}

function complete(spec: Shape) {
  const [integrator] = integratorsFor(spec);
  return {
    ...spec,
    problem: completeProblem(spec.problem),
    dynamics: completeDynamics(spec.dynamics, spec.problem.neuron),
    initial: completeInitial(spec, knownDimension(spec)!),
    time: completeTime(spec.time),
    solvers: spec.solvers.map(({ particles }) => ({
      particles: { ...particles, integrator: particles.integrator ?? integrator! },
    })),
  };
}

// ---- The schema ----

/** The experiment file. Its output is complete: every default filled, and itself a valid input. */
export const experimentSchema = shape
  .superRefine((spec, context) => {
    // Some shape errors, a negative temperature say, do not keep zod from coming here; the checks trust the shape.
    if (context.issues.length > 0) return;
    const report: Report = (path, found, allowed) =>
      context.addIssue({ code: "custom", path: [...path], message: foundAllowed(showValue(found), allowed) });
    for (const check of CHECKS) check(spec, report);
  })
  .transform(complete)
  .describe("One experiment: a problem, its dynamics, and what solves it");

/** An experiment as a person writes it. */
export type ExperimentInput = z.input<typeof experimentSchema>;
/** An experiment with every default filled. */
export type Experiment = z.output<typeof experimentSchema>;
export type ProblemSpec = Experiment["problem"];
export type DataSpec = z.output<
  typeof csvData | typeof arraysData | typeof teacherData | typeof functionData
>;
export type NeuronSpec = z.output<typeof neuron>;
export type LossSpec = z.output<typeof loss>;
export type RegulariserSpec = ProblemSpec["regulariser"];
export type PotentialSpec = z.output<typeof potential>;
export type InteractionSpec = z.output<typeof interaction>;
export type DynamicsSpec = Experiment["dynamics"];
export type TimeSpec = Experiment["time"];
export type SolverSpec = Experiment["solvers"][number];
export type ParticlesSpec = SolverSpec["particles"];
export type IntegratorName = (typeof INTEGRATORS)[number];

/** The JSON Schema of the file as a person writes it. */
export function experimentJsonSchema(): JsonSchema {
  return z.toJSONSchema(experimentSchema, { io: "input" });
}

/**
 * The experiment that `raw` states, complete. Anything wrong is one MuflowError "input", a line for each thing,
 * each beginning with `where` (the file's name).
 */
export function parseExperiment(raw: unknown, where: string): Experiment {
  const result = experimentSchema.safeParse(raw);
  if (result.success) return result.data;
  const lines = formatIssues(result.error.issues, raw);
  throw new MuflowError("input", lines.map((line) => `${where}: ${line}`).join("\n"));
}

/** The files an experiment names, by the key that names them; paths as written. */
export function namedFiles({ problem: { data }, initial }: Experiment): { key: string; path: string }[] {
  const files: { key: string; path: string }[] = [];
  if (data !== undefined && "csv" in data) files.push({ key: "problem.data.csv", path: data.csv });
  if (initial.kind === "file") files.push({ key: "initial.path", path: initial.path });
  return files;
}

// ---- Errors a person can act on ----

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Issue = z.core.$ZodIssue;

/** One thing that is wrong. */
interface Complaint {
  path: Path;
  text: string;
  /** What kind of mismatch it is, where that matters to its neighbours. */
  about?: "missing key" | "unknown key";
}

const MOST_LINES = 8;

/** What zod found wrong with `raw`, as lines `path: found …; allowed: …`, at most eight and then a count. */
export function formatIssues(issues: readonly Issue[], raw: unknown): string[] {
  const root = experimentJsonSchema();
  const complaints = withoutEchoes(issues.flatMap((issue) => explain(issue, [], { root, raw })));
  const lines = complaints.map(({ path, text }) => (path.length === 0 ? text : `${path.join(".")}: ${text}`));
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${plural(lines.length - MOST_LINES, "more problem")}`];
}

/** A misspelt key is also a missing one: where keys are unknown, the missing ones of the same mapping stay unsaid. */
function withoutEchoes(complaints: Complaint[]): Complaint[] {
  const parent = ({ path }: Complaint) => path.slice(0, -1).join(".");
  const misspelt = new Set(complaints.filter(({ about }) => about === "unknown key").map(parent));
  return complaints.filter(
    (complaint) => complaint.about !== "missing key" || !misspelt.has(parent(complaint)),
  );
}

/** The file being explained: its schema and what it says. */
interface Source {
  root: JsonSchema;
  raw: unknown;
}

function explain(issue: Issue, base: Path, source: Source): Complaint[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const { node, value } = lookUp(source, path);
  switch (issue.code) {
    case "custom":
      return [{ path, text: issue.message }];
    case "unrecognized_keys":
      return unknownKeys(path, issue.keys, keysOf(meantOption(node, value) ?? node), value);
    case "invalid_union":
      return issue.discriminator === undefined
        ? explainUnion(issue.errors, path, source)
        : explainKind(path, source);
    default:
      return [mismatch(path, value, node, issue.code === "invalid_type")];
  }
}

/** Of the alternatives only the one that was meant is explained; if none was, all that is allowed. */
function explainUnion(errors: readonly Issue[][], path: Path, source: Source): Complaint[] {
  const { node, value } = lookUp(source, path);
  const options = optionsOf(node);
  const meant = meantOption(node, value);
  if (meant !== undefined)
    return errors[options.indexOf(meant)]!.flatMap((issue) => explain(issue, path, source));
  const unknown = strangersIn(value, node);
  return unknown.length > 0
    ? unknownKeys(path, unknown, keysOf(node), value)
    : [mismatch(path, value, node, true)];
}

/** A `kind` that is not there may be misspelt as a key. */
function explainKind(path: Path, source: Source): Complaint[] {
  const parent = lookUp(source, path.slice(0, -1));
  const { value } = lookUp(source, path);
  const unknown = value === undefined ? strangersIn(parent.value, parent.node) : [];
  if (unknown.length > 0) return unknownKeys(path.slice(0, -1), unknown, keysOf(parent.node), parent.value);
  const kinds = optionsOf(parent.node).map((option) => propertyOf(option, path.at(-1)!)?.const as string);
  return [mismatch(path, value, { enum: kinds }, false)];
}

function mismatch(path: Path, value: unknown, node: JsonSchema, ofType: boolean): Complaint {
  const found = showValue(value) + (ofType && typeof value === "string" ? " (text)" : "");
  const words = [node, ...optionsOf(node)].flatMap((option) => option.enum ?? []).map(String);
  const text =
    foundAllowed(found, allowedText(node)) + (typeof value === "string" ? didYouMean(value, words) : "");
  return value === undefined ? { path, text, about: "missing key" } : { path, text };
}

/** Keys the mapping should not have; what was meant is among those that it lacks. */
function unknownKeys(
  path: Path,
  keys: readonly string[],
  allowed: readonly string[],
  mapping: unknown,
): Complaint[] {
  const lacking = allowed.filter((key) => !Object.hasOwn(mapping as object, key));
  return keys.map((key) => ({
    path: [...path, key],
    text: foundAllowed("an unknown key", allowed.join(", ")) + didYouMean(key, lacking),
    about: "unknown key",
  }));
}

function foundAllowed(found: string, allowed: string): string {
  return `found ${found}; allowed: ${allowed}`;
}

/** The nearest word, unless it is too far for a slip of the fingers. */
function didYouMean(word: string, candidates: readonly string[]): string {
  if (word === "" || candidates.length === 0) return "";
  const nearest = closest(word.toLowerCase(), [...candidates]);
  const limit = word.length <= 2 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), nearest) <= limit ? `; did you mean "${nearest}"?` : "";
}

// ---- Reading the JSON Schema ----

/** The alternatives of a schema; none if it is a single one. */
export function optionsOf(node: JsonSchema): JsonSchema[] {
  return node.anyOf ?? node.oneOf ?? [];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keysOf(node: JsonSchema): string[] {
  return [...new Set([node, ...optionsOf(node)].flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The keys of a mapping that no alternative knows. */
function strangersIn(value: unknown, node: JsonSchema): string[] {
  const known = keysOf(node);
  return isMapping(value) && known.length > 0 ? Object.keys(value).filter((key) => !known.includes(key)) : [];
}

function propertyOf({ properties = {} }: JsonSchema, key: string | number): JsonSchema | undefined {
  return Object.hasOwn(properties, key) ? (properties[key] as JsonSchema) : undefined;
}

function itemOf({ prefixItems, items }: JsonSchema, index: string | number): JsonSchema | undefined {
  return (prefixItems?.[Number(index)] ?? items) as JsonSchema | undefined;
}

/** The alternative that has the type of `value`; among mappings the one that knows most of its keys, at least one. */
function meantOption(node: JsonSchema, value: unknown): JsonSchema | undefined {
  const options = optionsOf(node).filter((option) => hasType(value, option.type));
  if (options.length <= 1 || !isMapping(value)) return options[0];
  const score = (option: JsonSchema) =>
    Object.entries(value).filter(([key, entry]) => {
      const property = propertyOf(option, key);
      return property !== undefined && (property.const === undefined || property.const === entry);
    }).length;
  const best = options.reduce((a, b) => (score(b) > score(a) ? b : a));
  return score(best) > 0 ? best : undefined;
}

function hasType(value: unknown, type: JsonSchema["type"]): boolean {
  if (Array.isArray(value)) return type === "array";
  return type === typeof value || (type === "integer" && typeof value === "number");
}

/** The schema and the value at a path; {} where the schema knows nothing of it. */
function lookUp({ root, raw }: Source, path: Path): { node: JsonSchema; value: unknown } {
  return path.reduce<{ node: JsonSchema; value: unknown }>(
    ({ node, value }, key) => {
      const own = meantOption(node, value) ?? node;
      return {
        node: propertyOf(own, key) ?? itemOf(own, key) ?? {},
        value: (value as Record<string | number, unknown> | undefined)?.[key],
      };
    },
    { node: root, value: raw },
  );
}

/** What a schema admits, in words: "a number >= 0", "squared, logistic, or {huber}". */
export function allowedText(node: JsonSchema): string {
  const options = optionsOf(node);
  if (node.title !== undefined) return node.title;
  if (options.length > 0) return options.map(allowedText).join(", or ");
  if (node.const !== undefined) return String(node.const);
  if (node.enum !== undefined) return node.enum.join(", ");
  switch (node.type) {
    case "boolean":
      return "true, false";
    case "string":
      return "text";
    case "array":
      return `a list, each item ${allowedText(node.items as JsonSchema)}`;
    case "object":
      return mappingText(node);
    default:
      return numberText(node);
  }
}

function mappingText({ properties = {}, required = [] }: JsonSchema): string {
  const keys = Object.entries(properties).map(([key, property]) => {
    const constant = (property as JsonSchema).const;
    return constant === undefined ? `${key}${required.includes(key) ? "" : "?"}` : `${key}: ${constant}`;
  });
  return `{${keys.join(", ")}}`;
}

function numberText({ type, minimum, exclusiveMinimum }: JsonSchema): string {
  const noun = type === "integer" ? "a whole number" : "a number";
  if (exclusiveMinimum !== undefined) return `${noun} > ${exclusiveMinimum}`;
  return minimum === undefined ? noun : `${noun} >= ${minimum}`;
}

// ---- Showing values ----

const LONGEST = 40;

/** A value in a few words: its JSON where that is short. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? `a ${typeof value}`;
  if (text.length <= LONGEST) return text;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return `${text.slice(0, LONGEST)}…"`;
  const keys = Object.keys(value).join(", ");
  return `a mapping of ${keys.length <= LONGEST ? keys : `${keys.slice(0, LONGEST)}…`}`;
}

/** Without the last digits, where round-off is. */
function tidy(value: number): string {
  return String(Number(value.toPrecision(12)));
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
