// Functions of one's own: the built-in ones written out by hand give the same courses, in every solver; wrong ones are refused
// before anything runs, with the function, the point and by how much.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { prepareExperiment } from "../experiment/prepare.ts";
import { performed } from "../experiment/worker.ts";
import { meansOf } from "../kernels/backend/backend.ts";
import { loadCheckpoint } from "../results/checkpoint.ts";
import { sharedProgress } from "../run/progress.ts";
import { functionsIn, loadExperiment } from "./load.ts";
import { NO_FUNCTIONS, ownFunctions } from "./own-functions.ts";

const root = mkdtempSync(join(tmpdir(), "muflow-own-"));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
async function prepared(source: string) {
  const path = join(root, `${count++}.ts`);
  writeFileSync(path, source);
  const loaded = await loadExperiment(path);
  return prepareExperiment(loaded);
}

/** Every row of every run. */
async function rowsOf(source: string): Promise<Record<string, number>[]> {
  const { built, inputs, loaded, manifest } = await prepared(source);
  const alone = { slot: 0, rank: 0, size: 1, ...meansOf(1), memory: null, checkpointSeconds: 1e9 };
  return built.runs.flatMap((_, run) => {
    const checkpoint = join(root, `${count++}.checkpoint`);
    const place = { checkpoint, packed: null, packs: false };
    const job = { experiment: loaded.experiment, inputs, hash: manifest.hash, run, ...place, ...alone };
    const shared = { stop: new Int32Array(1), progress: sharedProgress(1) };
    const { status, failure } = performed({ ...job, ...shared }, functionsIn(loaded.stated));
    expect([status, failure]).toEqual(["done", null]);
    return loadCheckpoint(checkpoint, manifest.hash, () => {})!.progress.rows.map(
      ({ observables }) => observables,
    );
  });
}

const spec = (parts: string) => `
const square = (u: number) => u * u;
export default { name: "own", initial: { kind: "gaussian", mean: [0.3], std: [0.8] }, time: { until: 0.4, step: 0.05, record: 4 }, ${parts} };`;

const WELL = `{ value: (t: Float64Array) => square(square(t[0]!)) / 4 - square(t[0]!) / 2,
  gradient: (t: Float64Array, out: Float64Array) => { out[0] = t[0]! ** 3 - t[0]!; }, strength: 1.5 }`;
const PUSH = `{ value: (z: number) => -Math.exp(-z * z / 2), slope: (z: number) => z * Math.exp(-z * z / 2), strength: 0.7 }`;
const PSI = `{ dimension: 1, inputs: 1, value: (t: Float64Array, x: Float64Array) => Math.tanh(t[0]! * x[0]!),
  gradient: (t: Float64Array, x: Float64Array, out: Float64Array) => { out[0] = x[0]! * (1 - square(Math.tanh(t[0]! * x[0]!))); } }`;
const COOLING = `{ value: (t: number) => 0.4 / Math.log(Math.E + t), slope: (t: number) => -0.4 / ((Math.E + t) * square(Math.log(Math.E + t))) }`;
const NETS = "{ particles: { width: 40, dual: 'off' } }";
const LINE = "cells: 60, extent: [[-5, 5]]";

describe("the built-in functions, written by hand, give the same", () => {
  // Beside each problem: the observables that are known of the named functions alone.
  it.each<[string, string, string, readonly string[]]>([
    [
      "potential",
      "problem: { potential: POTENTIAL, temperature: 0.3 }, dynamics: { kind: 'langevin' }",
      `${NETS}, { grid: { ${LINE} } }, { stationary: { ${LINE} } }, { jko: { ${LINE}, method: 'quantile' } }, { jko: { ${LINE}, method: 'entropic' } }`,
      [],
    ],
    [
      "potential, kinetic",
      "problem: { potential: POTENTIAL, temperature: 0.3 }, dynamics: { kind: 'kinetic', friction: 1 }",
      `${NETS}, { grid: { cells: [64, 64], extent: [[-5, 5], [-5, 5]], scheme: 'positive', leak: 0.01 } }`,
      [],
    ],
    [
      "potential, without noise",
      "problem: { potential: POTENTIAL }, dynamics: { kind: 'birth-death', rate: 1 }",
      `${NETS}, { grid: { ${LINE} } }`,
      [],
    ],
    [
      "interaction",
      "problem: { interaction: INTERACTION, regulariser: { l2: 0.5 }, temperature: 0.3 }, dynamics: { kind: 'langevin' }",
      `${NETS}, { grid: { ${LINE} } }, { stationary: { ${LINE} } }, { jko: { ${LINE}, method: 'entropic' } }`,
      [],
    ],
    [
      "interaction, kinetic",
      "problem: { interaction: INTERACTION, regulariser: { l2: 0.5 }, temperature: 0.3 }, dynamics: { kind: 'kinetic', friction: 1 }",
      `${NETS}, { grid: { cells: [64, 64], extent: [[-5, 5], [-5, 5]], scheme: 'positive', leak: 0.01 } }`,
      [],
    ],
    [
      "neuron and target",
      "problem: { data: { function: TARGET, interval: [-2, 2], samples: 8 }, neuron: NEURON, regulariser: { l2: 0.5 }, temperature: 0.1 }, dynamics: { kind: 'langevin' }",
      `${NETS}, { grid: { ${LINE} } }, { stationary: { ${LINE} } }`,
      [],
    ],
    [
      "neuron and target, kinetic",
      "problem: { data: { function: TARGET, interval: [-2, 2], samples: 8 }, neuron: NEURON, regulariser: { l2: 0.5 }, temperature: 0.1 }, dynamics: { kind: 'kinetic', friction: 1 }",
      `${NETS}, { grid: { cells: [64, 64], extent: [[-5, 5], [-5, 5]], scheme: 'positive', leak: 0.01 } }`,
      ["hypocoercive", "hypocoercive_decline"],
    ],
    [
      "schedule",
      "problem: { regulariser: { l2: 1 } }, dynamics: { kind: 'annealed-langevin', COOLING }",
      `${NETS}, { grid: { ${LINE} } }`,
      [],
    ],
  ])("%s", async (_, parts, solvers, unknown) => {
    const filled = (functions: Record<string, string>) =>
      spec(
        `${parts.replace(/POTENTIAL|INTERACTION|TARGET|NEURON|COOLING/g, (word) => functions[word]!)}, solvers: [${solvers}]`,
      );
    const own = await rowsOf(
      filled({
        POTENTIAL: WELL,
        INTERACTION: PUSH,
        TARGET: "(x: number) => Math.sin(x)",
        NEURON: PSI,
        COOLING: `schedule: ${COOLING}`,
      }),
    );
    const named = await rowsOf(
      filled({
        POTENTIAL: "{ kind: 'double-well', strength: 1.5 }",
        INTERACTION: "{ kind: 'gaussian', strength: 0.7 }",
        TARGET: "'sin'",
        NEURON: "{ activation: 'tanh', inputs: 1, output: 'fixed', bias: false }",
        COOLING: "constant: 0.4",
      }),
    );
    expect(own).toHaveLength(named.length);
    expect(own.map((row) => Object.keys(row))).toEqual(
      named.map((row) => Object.keys(row).filter((name) => !unknown.includes(name))),
    );
    for (const [row, observables] of own.entries()) {
      for (const [name, mine] of Object.entries(observables)) {
        const value = named[row]![name]!;
        // Round-off and the rounding of Math.tanh and Math.exp, over eight steps and the solvers' own tolerances of 1e-12.
        if (Number.isNaN(value)) expect(mine, name).toBeNaN();
        else expect(Math.abs(mine - value), name).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it("a joint V in two coordinates is the sum over coordinates where it is one", async () => {
    const two = (potential: string) =>
      spec(`problem: { potential: ${potential}, temperature: 0.4 }, dynamics: { kind: "langevin" },
        initial: { kind: "gaussian", mean: [0.3, -0.2], std: 0.6 }, solvers: [${NETS}, { grid: { cells: 32, extent: [[-5, 5]] } }, { stationary: { cells: 32, extent: [[-5, 5]] } }]`);
    const own = await rowsOf(
      two(
        `{ value: (t: Float64Array) => t.reduce((s, u) => s + u ** 4 / 4 - u * u / 2, 0), gradient: (t: Float64Array, out: Float64Array) => t.forEach((u, k) => { out[k] = u ** 3 - u; }) }`,
      ),
    );
    const named = await rowsOf(two(`{ kind: "double-well" }`));
    for (const [row, { energy, free_energy: free }] of named.entries()) {
      expect(own[row]!.energy).toBeCloseTo(energy!, 10);
      if (free !== undefined) expect(own[row]!.free_energy).toBeCloseTo(free, 10);
    }
  });

  it("equilibria of an asymmetric V with attraction are found, and no mirror image is made up", async () => {
    const rows = await rowsOf(
      spec(`problem: { potential: { value: (t: Float64Array) => t[0]! ** 4 / 4 - t[0]! ** 2 / 2 + 0.3 * t[0]!, gradient: (t: Float64Array, out: Float64Array) => { out[0] = t[0]! ** 3 - t[0]! + 0.3; } },
        interaction: { kind: "quadratic", strength: 1 }, temperature: 0.25 }, dynamics: { kind: "langevin" }, solvers: [{ stationary: { cells: 120, extent: [[-3, 3]] } }]`),
    );
    // The tilt shifts the deep well to the left: at the least free energy the mean is negative, and no row has its opposite.
    const means = rows.map((row) => row.mean_theta_0!);
    expect(means.some((mean) => mean < -0.8)).toBe(true);
    for (const mean of means) expect(means.some((other) => Math.abs(other + mean) < 1e-6)).toBe(false);
  });
});

describe("a wrong function is refused before anything runs", () => {
  const potential = (value: string, gradient = "(t: any, out: any) => { out[0] = t[0]; }", more = "") =>
    `problem: { potential: { value: ${value}, gradient: ${gradient} } ${more} }, dynamics: { kind: "gradient-flow" }, solvers: [${NETS}]`;
  const half = "(t: any) => t[0] * t[0] / 2";
  const pair = (value: string, slope: string, more = "") =>
    `problem: { interaction: { value: ${value}, slope: ${slope} } ${more} }, dynamics: { kind: "gradient-flow" }, solvers: [${NETS}]`;
  const cooled = (value: string, slope = "(t: number) => 0") =>
    `problem: { regulariser: { l2: 1 } }, dynamics: { kind: "annealed-langevin", schedule: { value: ${value}, slope: ${slope} } }, solvers: [${NETS}]`;
  const neuron = (value: string, gradient: string) =>
    `problem: { data: { function: "sin", interval: [-2, 2], samples: 8 }, neuron: { dimension: 1, inputs: 1, value: ${value}, gradient: ${gradient} } }, dynamics: { kind: "gradient-flow" }, solvers: [${NETS}]`;

  it.each([
    [
      "a V that moments cannot know to be quadratic",
      `problem: { potential: ${WELL}, temperature: 0.1 }, dynamics: { kind: "langevin" }, solvers: [{ moments: {} }]`,
      /problem\.potential: found .*; allowed: \{ kind: quadratic \} with moments, which needs a Gaussian μ to stay one/,
    ],
    [
      "a neuron that moments cannot know to be linear",
      `problem: { data: { function: "sin", interval: [-2, 2], samples: 8 }, neuron: ${PSI}, temperature: 0.1 }, dynamics: { kind: "langevin" }, solvers: [{ moments: {} }]`,
      /problem\.neuron: found .*; allowed: a perceptron with moments/,
    ],
    [
      "a sign",
      potential(half, "(t: any, out: any) => { out[0] = -t[0]; }"),
      /problem\.potential\.gradient: at θ = \(.*\): found ∂v\/∂θ0 = .*; differences of value give .* ± .*: off by .*, 200 %/,
    ],
    ["a factor", potential(half, "(t: any, out: any) => { out[0] = 1.01 * t[0]; }"), /off by .*, 1 %/],
    [
      "not a number",
      potential("() => NaN"),
      /problem\.potential\.value: at θ = .*found NaN; allowed: a finite number/,
    ],
    ["nothing returned", potential("() => {}"), /value: at θ = .*: found nothing; allowed: a finite number/],
    ["text", potential("(t: any) => String(t[0])"), /value: at θ = .*: found ".*"; allowed: a finite number/],
    [
      "chance",
      potential("(t: any) => Math.random()"),
      /value: at .*then .*; allowed: a function of its arguments alone/,
    ],
    [
      "arguments written",
      potential("(t: any) => { t[0] *= 1; t[0] += 1; return 0; }"),
      /value: at .*(writes into its arguments|of its arguments alone)/,
    ],
    [
      "a list returned",
      potential(half, "(t: any) => [t[0]]"),
      /gradient: at .*found no number .* in out\[0\]; allowed: 1 finite numbers; it returned a list: write/,
    ],
    [
      "a sum into out",
      potential(half, "(t: any, out: any) => { out[0] += t[0]; }"),
      /gradient: at .*no number/,
    ],
    [
      "a throw",
      potential("(t: any) => t.x.y"),
      /:3: problem\.potential\.value throws: Cannot read properties of undefined/,
    ],
    [
      "a throw elsewhere",
      potential(half, "() => { throw new RangeError('too far'); }"),
      /:3: problem\.potential\.gradient throws: too far/,
    ],
    [
      "V off its turn",
      potential(half, undefined, ", domain: 'torus'"),
      /value: at .*one turn further; on the torus allowed: 2π-periodic/,
    ],
    ["an odd w", pair("(z: number) => z", "() => 1"), /problem\.interaction\.value: w is to be even/],
    [
      "a wrong w′",
      pair("(z: number) => z * z", "(z: number) => z"),
      /problem\.interaction\.slope: at z = .*found w′ = .*50 %/,
    ],
    [
      "a w that is not periodic",
      pair("(z: number) => z * z / 2", "(z: number) => z", ", domain: 'torus'"),
      /problem\.interaction\.value: at .*one turn further/,
    ],
    [
      "a τ below 0",
      cooled("(t: number) => 0.1 - t", "() => -1"),
      /dynamics\.schedule\.value: at t = .*: found .*; allowed: a temperature > 0/,
    ],
    [
      "a wrong τ̇",
      cooled("(t: number) => 1 / (1 + t)"),
      /dynamics\.schedule\.slope: at t = 0\.05: found τ̇ = 0; differences of value give -0\.907/,
    ],
    [
      "a wrong ∂ψ",
      neuron(
        "(t: any, x: any) => Math.sin(t[0] * x[0])",
        "(t: any, x: any, out: any) => { out[0] = Math.cos(t[0] * x[0]); }",
      ),
      /problem\.neuron\.gradient: at θ = \(.*\), x = \(.*\): found ∂ψ\/∂θ0 = /,
    ],
    [
      "a target without a value",
      `problem: { data: { function: (x: number) => Math.sqrt(x), interval: [-1, 1], samples: 4 }, neuron: ${PSI} }, dynamics: { kind: "gradient-flow" }, solvers: [${NETS}]`,
      /problem\.data\.function: found NaN at x = -0\.75; allowed: finite numbers/,
    ],
    [
      "a number for a function",
      potential("1"),
      /problem\.potential\.value: found 1; allowed: a function θ ↦ v\(θ\), in a \.ts or \.js file/,
    ],
    [
      "a kind beside functions",
      `problem: { potential: { kind: "quadratic", value: ${half}, gradient: ${half} } }, dynamics: { kind: "gradient-flow" }, solvers: [${NETS}]`,
      /problem\.potential\.kind: found an unknown key/,
    ],
    [
      "a constant beside a schedule",
      cooled("(t: number) => 1").replace("schedule:", "constant: 1, schedule:"),
      /dynamics: found .*allowed: one of them, which gives τ/,
    ],
    [
      "neither constant nor schedule",
      `problem: {}, dynamics: { kind: "annealed-langevin" }, solvers: [${NETS}]`,
      /dynamics\.constant: found nothing; allowed: a number > 0, or schedule/,
    ],
    [
      "jko by quantiles with a W of one's own",
      `problem: { interaction: ${PUSH}, regulariser: { l2: 1 }, temperature: 0.1 }, dynamics: { kind: "langevin" }, solvers: [{ jko: { ${LINE}, method: "quantile" } }]`,
      /solvers\.0\.jko\.method: quantile needs a W whose second derivative is known/,
    ],
    [
      "two timescales without blocks",
      neuron("() => 0", "(t: any, x: any, out: any) => { out[0] = 0; }")
        .replace("gradient-flow", "two-timescale")
        .replace('kind: "two-timescale"', 'kind: "two-timescale", epsilon: 0.1'),
      /dynamics\.kind: .*a neuron of your own has no blocks/,
    ],
  ])("%s", async (_, parts, message) => {
    const error: Error = await prepared(spec(parts)).then(
      () => new Error("it passes"),
      (reason: Error) => reason,
    );
    expect(error.message).toMatch(message);
    expect(error.name).toBe("MuflowError");
    expect(error.message.split("\n")).toHaveLength(1);
  });

  it("a gradient that is wrong at the last of many neurons of a file alone, or at the first", async () => {
    const rows = Array.from({ length: 39 }, (_, k) => (k + 1) / 10);
    const parts = neuron(half, "(t: any, x: any, out: any) => { out[0] = t[0] === 99 ? 7 : t[0]; }");
    const drawn = '{ kind: "gaussian", mean: [0.3], std: [0.8] }';
    const tried = (values: readonly number[]) => {
      writeFileSync(join(root, "neurons.csv"), values.map((value) => `${value}\n`).join(""));
      return prepared(spec(parts).replace(drawn, '{ kind: "file", path: "neurons.csv" }'));
    };
    await expect(tried([...rows, 98])).resolves.toBeDefined();
    for (const values of [
      [...rows, 99],
      [99, ...rows],
    ]) {
      await expect(tried(values)).rejects.toThrow(
        /problem\.neuron\.gradient: at θ = \(99\), x = .*: found ∂ψ\/∂θ0 = 7; differences of value give (99|98\.99)/,
      );
    }
  });

  it("in YAML a function cannot be stated, nor its mark", async () => {
    const path = join(root, "mark.json");
    writeFileSync(
      path,
      JSON.stringify({
        name: "mark",
        problem: { potential: { value: { own: "problem.potential.value" }, gradient: { own: "x" } } },
        dynamics: { kind: "gradient-flow" },
        initial: { kind: "gaussian", mean: [0], std: 1 },
        time: { until: 1, step: 0.5 },
        solvers: [{ particles: { width: 2 } }],
      }),
    );
    const loaded = await loadExperiment(path);
    expect(() => prepareExperiment(loaded)).toThrow(
      /problem\.potential\.value: found the mark of a function/,
    );
  });
});

it("a mark without its function is refused, with its key and the module that should have it", () => {
  const mark = { own: "problem.potential.value" };
  expect(() => ownFunctions("spec.ts", new Map())(mark, "problem.potential.value")).toThrow(
    /^spec\.ts: problem\.potential\.value: found no function at problem\.potential\.value now; /,
  );
  expect(() => NO_FUNCTIONS(mark, "problem.potential.value")).toThrow(
    /^problem\.potential\.value: found the mark of a function, problem\.potential\.value; allowed: functions in a/,
  );
});

it("a function that throws is the file's, whatever an option sets", async () => {
  const path = join(root, "throws.ts");
  writeFileSync(
    path,
    `export default {
  name: "throws",
  problem: { potential: { value: () => { throw "no"; }, gradient: () => {} }, temperature: 0.1 },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: 1 },
  time: { until: 1, step: 0.1 },
  solvers: [{ particles: { width: 4 } }],
};`,
  );
  const loaded = await loadExperiment(path, { set: ["time.until=2"] });
  expect(() => prepareExperiment(loaded)).toThrow(
    expect.objectContaining({ message: `${path}: problem.potential.value throws: no` }),
  );
});
