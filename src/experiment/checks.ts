// What several keys of the experiment file must agree on. A check says where, what was found, and what is allowed.

import { kinetic } from "../dynamics/kinetic.ts";
import { momentumBreach } from "../particles/momentum.ts";
import { type Path, plural, tidy } from "./issues.ts";
import {
  BLOCKS,
  type BlockName,
  blocksOf,
  broadcast,
  type DataSpec,
  divisors,
  FIRST_ORDER_SCHEMES,
  frictionOption,
  hasConstantFriction,
  hasInfiniteFriction,
  type IntegratorName,
  integratorsFor,
  isWhole,
  KINETIC_SCHEMES,
  knownDimension,
  type NeuronSpec,
  type NumberOrList,
  positionVectors,
  type Shape,
  stepCount,
  thetaText,
} from "./shape.ts";

/** Says that the value found at a path is refused, and what is allowed there. */
export type Report = (path: Path, found: unknown, allowed: string) => void;

export type Check = (spec: Shape, report: Report) => void;

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

const checkTemperature: Check = ({ problem: { temperature }, dynamics, solvers }, report) => {
  if (temperature === 0) return;
  const refuse = (why: string) => report(["problem", "temperature"], temperature, why);
  if (dynamics.kind === "gradient-flow") refuse("0 with gradient-flow, which has no noise; use langevin");
  if (dynamics.kind === "two-timescale")
    refuse("0 with two-timescale, which has no noise; use langevin with mobility");
  if (dynamics.kind === "annealed-langevin")
    refuse("nothing with annealed-langevin, whose τ is constant/log(e + t); use langevin for a constant τ");
  if (dynamics.kind === "birth-death" && solvers.some((solver) => "particles" in solver)) {
    refuse(
      "0 with birth-death on particles: with noise it needs log μ, which N neurons do not have; solve it on a grid, or set temperature 0",
    );
  }
  if (dynamics.kind !== "kinetic") return;
  if (!hasConstantFriction(dynamics)) refuse("0 with nesterov friction; use a constant friction");
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
  spec.solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { integrator } = solver.particles;
    if (integrator === undefined || allowed.includes(integrator)) return;
    report(
      ["solvers", index, "particles", "integrator"],
      integrator,
      `${allowed.join(", ")} with ${kind}${integratorNeeds(integrator, spec)}`,
    );
  });
};

/** What an integrator that is refused asks for, where these dynamics could give it. */
function integratorNeeds(integrator: IntegratorName, { dynamics, problem }: Shape): string {
  switch (integrator) {
    case "euler":
    case "rk4":
      if (dynamics.kind === "annealed-langevin") return "; euler and rk4 have no noise";
      return hasInfiniteFriction(dynamics)
        ? "; euler and rk4 need friction that is finite at t = 0: nesterov from > 0"
        : "; euler and rk4 need temperature 0";
    case "polyak":
    case "nesterov-iteration":
    case "higher-momentum":
    case "exact": {
      if (dynamics.kind !== "kinetic") return `; ${integrator} needs kinetic`;
      const constant = integrator === "nesterov-iteration" || hasConstantFriction(dynamics);
      return problem.temperature > 0 && integrator !== "exact"
        ? `; ${integrator} needs temperature 0`
        : constant
          ? ""
          : `; ${integrator} needs a constant friction`;
    }
    default:
      return "";
  }
}

/** Keys of one integrator, and the momentum that friction and step leave it. */
const checkMomenta: Check = (spec, report) => {
  const { dynamics, time, solvers } = spec;
  const allowed = integratorsFor(spec);
  solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { integrator = allowed[0], order, beta2 } = solver.particles;
    const at = (key: string) => ["solvers", index, "particles", key];
    const foreign = (owner: string) => `nothing with ${integrator ?? dynamics.kind}; only ${owner} has it`;
    if (order !== undefined && integrator !== "polyak") report(at("order"), order, foreign("polyak"));
    if (beta2 !== undefined && integrator !== "higher-momentum") {
      report(at("beta2"), beta2, foreign("higher-momentum"));
    }
    if (beta2 === undefined && integrator === "higher-momentum") {
      report(at("beta2"), beta2, "a number > -1 and < 1, which higher-momentum needs");
      return;
    }
    if (dynamics.kind !== "kinetic" || integrator === undefined || !allowed.includes(integrator)) return;
    const breach = momentumBreach(
      integrator,
      kinetic({ friction: frictionOption(dynamics) }).friction,
      time.step,
      {
        order,
        beta2,
      },
    );
    if (breach !== null) report(breach.key.split("."), breach.found, breach.allowed);
  });
};

const checkBatches: Check = ({ problem, dynamics, solvers }, report) => {
  solvers.forEach((solver, index) => {
    if (!("particles" in solver) || solver.particles.batch === undefined) return;
    const { batch } = solver.particles;
    const at = ["solvers", index, "particles", "batch"];
    if (problem.data === undefined) report(at, batch.size, "nothing without problem.data");
    if (dynamics.kind === "birth-death")
      report(at, batch, "nothing with birth-death, which weighs neurons by Φ of all data");
    if (batch.estimator !== "svrg" && batch.anchor !== undefined)
      report([...at, "anchor"], batch.anchor, "nothing without estimator svrg");
  });
};

const checkFileWidth: Check = ({ initial, solvers }, report) => {
  if (initial.kind !== "file") return;
  const widths = solvers.flatMap((solver) => ("particles" in solver ? solver.particles.width : []));
  solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { width } = solver.particles;
    if (width.every((n) => n === widths[0])) return;
    report(
      ["solvers", index, "particles", "width"],
      width,
      "one width with initial.kind file: the number of its rows",
    );
  });
};

const MOST_GRID_COORDINATES = 3;

/** A kinetic density lives on θ and ω. */
const MOST_PHASE_COORDINATES = 2;

const checkGrids: Check = (spec, report) => {
  const p = knownDimension(spec);
  spec.solvers.forEach((solver, index) => {
    if ("particles" in solver || p === undefined) return;
    const name = Object.keys(solver)[0] as "grid" | "stationary" | "jko";
    const at = (...keys: Path) => ["solvers", index, name, ...keys];
    const { cells, extent } = Object.values(solver)[0] as {
      cells: NumberOrList;
      extent?: [number, number][];
    };
    const phase = name === "grid" && spec.dynamics.kind === "kinetic";
    const most = phase ? MOST_PHASE_COORDINATES : MOST_GRID_COORDINATES;
    const axes = phase ? 2 * p : p;
    if (p > most) {
      const where = phase ? "θ and ω have" : "θ has";
      report(
        ["solvers", index],
        solver,
        `particles: ${where} ${axes} coordinates, and a grid of n cells in each has n^${axes}; a ${phase ? "kinetic " : ""}grid serves p up to ${most}`,
      );
      return;
    }
    const counts = `one number, or a list of ${axes}, each >= 4`;
    if (Array.isArray(cells) && cells.length !== axes) report(at("cells"), cells, counts);
    else if ([cells].flat().some((n) => n < 4)) report(at("cells"), cells, counts);
    checkExtent(spec, p, phase, extent, (found, allowed) => report(at("extent"), found, allowed));
    if ("grid" in solver) {
      checkScheme(spec, solver.grid, phase, (key, found, allowed) => report(at(key), found, allowed));
      if (phase) checkPhaseStart(spec, report);
    }
  });
};

function checkExtent(
  { problem }: Shape,
  p: number,
  phase: boolean,
  extent: [number, number][] | undefined,
  report: (found: unknown, allowed: string) => void,
): void {
  const axes = phase ? 2 * p : p;
  const ordered = (pairs: readonly [number, number][]) => pairs.every(([low, high]) => low < high);
  if (problem.domain === "torus") {
    const turn = ([low, high]: [number, number]) =>
      Math.abs(low + Math.PI) < 1e-9 && Math.abs(high - Math.PI) < 1e-9;
    if (phase) {
      const momenta = `[lo, hi] of ω with lo < hi: one pair or ${p}`;
      if (extent === undefined) report(extent, momenta);
      else if (extent.length === axes && axes > 1) {
        if (!extent.slice(0, p).every(turn) || !ordered(extent))
          report(extent, `[−π, π] for θ on the torus, then ${momenta}`);
      } else if ((extent.length !== 1 && extent.length !== p) || !ordered(extent)) report(extent, momenta);
    } else if (extent !== undefined && !extent.every(turn)) {
      report(extent, "[[-3.141592653589793, 3.141592653589793]] on the torus, or nothing");
    }
    return;
  }
  const pairs = `a list of ${axes === 1 ? "one pair" : `one pair or ${axes}`} [lo, hi] with lo < hi`;
  if (extent === undefined || (extent.length !== 1 && extent.length !== axes)) report(extent, pairs);
  else if (!ordered(extent)) report(extent, pairs);
}

type GridShape = Extract<Shape["solvers"][number], { grid: unknown }>["grid"];

function checkScheme(
  { dynamics }: Shape,
  { scheme, integrator, order, refine, cells }: GridShape,
  phase: boolean,
  report: (key: string, found: unknown, allowed: string) => void,
): void {
  const schemes: readonly string[] = phase ? KINETIC_SCHEMES : FIRST_ORDER_SCHEMES;
  if (scheme !== undefined && !schemes.includes(scheme)) {
    report("scheme", scheme, `${schemes.join(", ")} with ${dynamics.kind}`);
  }
  if (!phase) {
    for (const [key, value] of Object.entries({ integrator, order, refine })) {
      if (value !== undefined)
        report(key, value, `nothing with ${dynamics.kind}; only kinetic grids have it`);
    }
    return;
  }
  if (scheme === "positive" && order === 4)
    report("order", 4, "2 with positive: the combination of order 4 is not");
  if (scheme !== "positive" && [cells].flat().some((n) => n % 2 === 1)) {
    report("cells", cells, "even numbers with spectral");
  }
}

function checkPhaseStart({ dynamics, initial, problem }: Shape, report: Report): void {
  if (hasInfiniteFriction(dynamics)) {
    report(["dynamics", "friction", "from"], 0, "a number > 0 with grid: friction r/t is infinite at t = 0");
    return;
  }
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  if (problem.temperature === 0 && (momentum?.std === undefined || [momentum.std].flat().includes(0))) {
    report(
      ["initial", "momentum", "std"],
      momentum?.std,
      "numbers > 0 with grid at temperature 0: a density needs a width",
    );
  }
}

const checkDensities: Check = (spec, report) => {
  const { problem, dynamics, initial } = spec;
  spec.solvers.forEach((solver, index) => {
    if ("particles" in solver) return;
    const [name] = Object.keys(solver);
    if ("stationary" in solver) {
      if (dynamics.kind === "annealed-langevin") {
        report(
          ["solvers", index],
          solver,
          "particles, grid with annealed-langevin: its temperature falls for ever, an equilibrium has one; use langevin with the problem.temperature of interest",
        );
      } else if (problem.temperature === 0) {
        report(["problem", "temperature"], 0, "a number > 0 with stationary: without noise no Gibbs measure");
      }
      return;
    }
    if (initial.kind === "sphere" || initial.kind === "file") {
      report(["initial", "kind"], initial.kind, `gaussian, uniform with ${name}, which needs a density`);
    }
    if (initial.kind === "uniform") {
      const p = knownDimension(spec) ?? 1;
      const [lows, highs] = [broadcast(initial.low, p), broadcast(initial.high, p)];
      if (lows.some((value, k) => value === highs[k])) {
        report(
          ["initial", "high"],
          initial.high,
          `numbers > initial.low with ${name}: a density needs a width`,
        );
      }
    }
    if (initial.kind === "gaussian") {
      const zero = [initial.std].flat().includes(0);
      if (zero) {
        report(["initial", "std"], initial.std, `numbers > 0 with ${name}: a density needs a width`);
      }
    }
    if ("jko" in solver) checkJko(spec, solver.jko, index, report);
  });
};

function checkJko(
  spec: Shape,
  { method, epsilon }: { method: "quantile" | "entropic"; epsilon?: number },
  index: number,
  report: Report,
): void {
  const { problem, dynamics } = spec;
  const p = knownDimension(spec) ?? 1;
  const at = (...keys: Path) => ["solvers", index, "jko", ...keys];
  if (dynamics.kind !== "langevin" && dynamics.kind !== "gradient-flow") {
    report(["dynamics", "kind"], dynamics.kind, "langevin, gradient-flow with jko");
  }
  if ("mobility" in dynamics && Object.values(dynamics.mobility).some((value) => value !== 1)) {
    report(["dynamics", "mobility"], dynamics.mobility, "1 with jko, which moves in the plain metric");
  }
  if (method === "quantile" && (p !== 1 || problem.domain === "torus")) {
    report(at("method"), method, "entropic: quantiles need one coordinate in the plane");
  }
  if (method === "entropic" && p > 2)
    report(at("method"), method, "nothing: jko serves one or two coordinates");
  if (method === "quantile" && epsilon !== undefined)
    report(at("epsilon"), epsilon, "nothing with quantile, which is exact");
}

export const CHECKS: readonly Check[] = [
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
  checkMomenta,
  checkBatches,
  checkFileWidth,
  checkGrids,
  checkDensities,
];
