// Densities end to end: all solvers of one experiment beside each other, the same bits whatever the threads and across an
// interruption, what is refused before anything is written, and what stops a run.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { hamiltonianOf, kineticAt } from "../src/limits/gaussian.ts";
import {
  fingerprint,
  isFile,
  put,
  ROOT,
  remarks,
  resident,
  start,
  temporaryDirectory,
  waitFor,
} from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();

const TANH = `
name: tanh
problem:
  data: { function: sin, interval: [-3, 3], samples: 24 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.05 }
  temperature: 0.02
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0.5], std: [0.7] }
time: { until: 2, step: 0.05, record: 10, snapshots: [0, 1, 2] }
solvers:
  - particles: { width: [200, 1000], replicas: 3 }
  - grid: { cells: 200, extent: [[-6, 6]] }
  - grid: { cells: 200, extent: [[-6, 6]], scheme: second-order }
  - jko: { cells: 200, extent: [[-6, 6]], method: quantile }
  - stationary: { cells: 200, extent: [[-6, 6]] }
seed: 3
`;

const TANH_SPEC = put(directory, "tanh.yaml", TANH);

interface Side {
  solver: string;
  width?: number;
}

interface Summary {
  outcome: string;
  runs: { solver: string; cells?: number[]; final: Record<string, number> }[];
  comparisons: { a: Side; b: Side; t: number; quantity: string; mean: number; interval: number[] | null }[];
}

function summaryOf(folder: string): Summary {
  return JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as Summary;
}

/** The rows of the series, each a function from a column's name to its number. */
function rowsOf(folder: string): ((name: string) => number)[] {
  const rows: Record<string, string>[] = parse(readFileSync(join(folder, "series.csv")), { columns: true });
  return rows.map((row) => (name: string) => Number(row[name]));
}

function changed(name: string, text: string, changes: readonly (readonly [string, string])[]): string {
  let out = text;
  for (const [from, to] of changes) {
    expect(out).toContain(from);
    out = out.replace(from, to);
  }
  return put(directory, `${name}.yaml`, out);
}

describe("one problem by every solver", () => {
  const folder = join(directory, "all");

  it("runs, with the same bits for 1 and 3 threads", async () => {
    const first = await muflow(["run", TANH_SPEC, "--out", folder, "--threads", "1"]);
    expect(remarks(first.stderr)).toEqual([]);
    expect(first.code).toBe(0);
    const other = join(directory, "all-3");
    expect((await muflow(["run", TANH_SPEC, "--out", other, "--threads", "3"])).code).toBe(0);
    expect(fingerprint(other)).toEqual(fingerprint(folder));
    expect(Object.keys(fingerprint(folder))).toContain("density.npz");
  });

  it("certifies: free_energy − dual = gap, above the true distance to the optimum, all along", () => {
    const { runs } = summaryOf(folder);
    const optimum = runs.find(({ solver }) => solver === "stationary")!.final;
    expect(optimum.gap).toBeLessThan(1e-12);
    const rows = rowsOf(folder);
    const densities = rows.filter((row) => Number.isFinite(row("t")) && row("run") >= 6);
    expect(densities).toHaveLength(3 * 11);
    for (const row of densities) {
      const scale = Math.abs(row("energy")) + 0.02 * Math.abs(row("entropy"));
      expect(Math.abs(row("free_energy") - row("dual") - row("gap"))).toBeLessThan(
        1e-12 * Math.max(1, scale),
      );
      expect(row("gap")).toBeGreaterThanOrEqual(row("free_energy") - optimum.free_energy - 1e-13);
      expect(Math.abs(row("mass") - 1)).toBeLessThan(1e-13);
    }
    // A network's bound, from its outputs alone, lies below the same optimum; the box of its integral is all of R.
    const networks = rows.filter((row) => row("run") < 6);
    for (const row of networks) expect(row("dual")).toBeLessThan(optimum.free_energy + 1e-9);
  });

  it("agrees: networks with the density as N^(-1/2), schemes with each other to the order of the step", () => {
    const { comparisons } = summaryOf(folder);
    const find = (a: string, b: string, quantity: string, width?: number) => {
      const found = comparisons.filter(
        (one) =>
          one.a.solver === a &&
          one.b.solver === b &&
          one.quantity === quantity &&
          one.t === 2 &&
          (width === undefined || one.a.width === width),
      );
      expect(found.length, `${a} ${b} ${quantity}`).toBeGreaterThan(0);
      return found[0];
    };
    // E W₁ ≈ 0.5/√N here; three replicas stray from it by far less than a factor 3 (false alarm below 1e-6).
    for (const width of [200, 1000]) {
      const { mean, interval } = find("particles", "grid", "w1", width);
      expect(mean * Math.sqrt(width)).toBeGreaterThan(0.1);
      expect(mean * Math.sqrt(width)).toBeLessThan(3);
      expect(interval).toHaveLength(2);
    }
    expect(find("grid", "grid", "w1").mean).toBeLessThan(0.02);
    expect(find("grid", "jko", "f_rms").mean).toBeLessThan(0.02);
  });
});

describe("a density", () => {
  it("goes on after an interruption, to the same bits", async () => {
    const spec = changed("long", TANH, [
      ["name: tanh", "name: long"],
      ["until: 2, step: 0.05, record: 10, snapshots: [0, 1, 2]", "until: 2.4, step: 0.02, record: 20"],
      ["  - particles: { width: [200, 1000], replicas: 3 }\n", ""],
      ["  - stationary: { cells: 200, extent: [[-6, 6]] }\n", ""],
    ]);
    const whole = join(directory, "whole");
    const parts = join(directory, "parts");
    expect((await muflow(["run", spec, "--out", whole])).code).toBe(0);
    const running = start(["run", spec, "--out", parts, "--checkpoint", "0.05", "--threads", "3"]);
    await waitFor(running, () => isFile(parts, "state", "run-2.checkpoint.previous"));
    running.child.kill("SIGKILL");
    await running.ended;
    expect((await muflow(["run", spec, "--out", parts])).code).toBe(0);
    expect(fingerprint(parts)).toEqual(fingerprint(whole));
  });
});

describe("a density of phase space", () => {
  const text = `
name: phase
problem:
  data: { function: tanh, interval: [-2, 2], samples: 12 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.1 }
  temperature: 0.05
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: [0.5], std: [0.6], momentum: { mean: [0], std: [0.4] } }
time: { until: 0.2, step: 0.05, record: 4, snapshots: [0, 0.2] }
solvers:
  - particles: { width: [200, 2000], replicas: 3, integrator: aboba }
  - grid: { cells: [128, 72], extent: [[-6, 6], [-3, 3]], order: 4, refine: true }
  - grid: { cells: [144, 80], extent: [[-6, 6], [-3, 3]], scheme: positive, integrator: baoab }
  - stationary: { cells: 192, extent: [[-6, 6]] }
seed: 3
`;
  const spec = put(directory, "phase.yaml", text);
  const folder = join(directory, "phase");

  it("runs beside networks, in two schemes, with the same bits for 1 and 2 threads", async () => {
    const { code, stderr } = await muflow(["run", spec, "--out", folder, "--threads", "1"]);
    expect(remarks(stderr)).toEqual([]);
    expect(code).toBe(0);
    const other = join(directory, "phase-2");
    expect((await muflow(["run", spec, "--out", other, "--threads", "2"])).code).toBe(0);
    expect(fingerprint(other)).toEqual(fingerprint(folder));
  });

  it("certifies H and ρ, estimates its own error, and the schemes agree", () => {
    const { runs } = summaryOf(folder);
    const [spectral, positive] = runs.filter(({ solver }) => solver === "grid").map(({ final }) => final);
    const optimum = runs.find(({ solver }) => solver === "stationary")!.final;
    const least = optimum.free_energy - 0.025 * Math.log(2 * Math.PI * 0.05);
    for (const final of [spectral, positive]) {
      expect(final.gap_hamiltonian).toBeGreaterThanOrEqual(final.free_energy - least - 1e-12);
      // H* found by the run itself, on its own cells of θ and ω. Where there is no more than noise neither side knows H: Φ + τ log μ is 4
      // at most, and the noise of this start lies on a rim of volume 4.
      const noise = 16 * Math.max(0, -final.min_density);
      expect(Math.abs(final.excess_hamiltonian - (final.free_energy - least))).toBeLessThan(1e-12 + noise);
      expect(final.hypocoercive).toBeGreaterThan(final.excess_hamiltonian);
      const marginal = final.dual + final.gap;
      expect(marginal).toBeGreaterThanOrEqual(optimum.free_energy - 1e-12);
    }
    expect(spectral.error_space).toBeLessThan(1e-7);
    expect(spectral.error_time).toBeLessThan(1e-6);
    expect(positive.min_density).toBeGreaterThanOrEqual(0);
    // The positive scheme is of second order: its step is the larger error.
    expect(Math.abs(positive.free_energy - spectral.free_energy)).toBeLessThan(1e-3);
  });

  it("is compared with the networks by its marginal", () => {
    const { comparisons } = summaryOf(folder);
    const w1 = comparisons.filter(
      ({ a, b, quantity, t }) => a.width === 2000 && b.solver === "grid" && quantity === "w1" && t === 0.2,
    );
    expect(w1).toHaveLength(2);
    // E W₁ is below std/√N; three replicas stray from it by far less than a factor 3 (false alarm below 1e-6).
    for (const { mean } of w1) expect(mean * Math.sqrt(2000)).toBeLessThan(3);
  });
});

describe("a density of 2+2 dimensions", () => {
  // ψ = wx + b on x = ±1: w and b stay independent Gaussians, each that of a linear neuron with s = 1.
  const spec = put(
    directory,
    "product.yaml",
    `
name: product
problem:
  data: { arrays: { x: [-1, 1], y: [0.3, 0.7] } }
  neuron: { activation: identity, inputs: 1, output: fixed }
  regulariser: { l2: 1 }
  temperature: 0.3
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: [0.1, 0.3], std: [0.57, 0.55], momentum: { mean: [0.1, -0.1], std: [0.55, 0.57] } }
time: { until: 0.4, step: 0.1, record: 4 }
solvers:
  - grid: { cells: [24, 24, 24, 24], extent: [[-3.4, 3.4], [-3.2, 3.6], [-3.4, 3.4], [-3.4, 3.4]], order: 4 }
`,
  );
  const folder = join(directory, "product");

  it("goes on after an interruption, to the same bits for 1 and 2 threads", async () => {
    expect((await muflow(["run", spec, "--out", folder, "--threads", "1"])).code).toBe(0);
    const parts = join(directory, "product-parts");
    const running = start(["run", spec, "--out", parts, "--checkpoint", "0.05", "--threads", "2"]);
    await waitFor(running, () => isFile(parts, "state", "run-0.checkpoint.previous"));
    running.child.kill("SIGKILL");
    await running.ended;
    expect((await muflow(["run", spec, "--out", parts, "--threads", "2"])).code).toBe(0);
    expect(fingerprint(parts)).toEqual(fingerprint(folder));
  });

  it("has the moments and the H of the exact solution", () => {
    const { final } = summaryOf(folder).runs[0];
    // c = Σ q x y, Σ q y; ½Σ q y² counts once.
    const neurons = [
      { s: 1, c: 0.2, lambda: 1, tau: 0.3, constant: 0.145 },
      { s: 1, c: 0.5, lambda: 1, tau: 0.3, constant: 0 },
    ];
    const starts = [
      { theta: 0.1, omega: 0.1, varTheta: 0.57 ** 2, covariance: 0, varOmega: 0.55 ** 2 },
      { theta: 0.3, omega: -0.1, varTheta: 0.55 ** 2, covariance: 0, varOmega: 0.57 ** 2 },
    ];
    // What is missing beside the faces, 3.4 away, counts by its square in a variance; order 4 at h = 0.1 is below 1e-6.
    const allowed = 3.4 ** 2 * final.boundary_mass + 1e-6;
    expect(allowed).toBeLessThan(2e-5);
    let hamiltonian = 0;
    for (const [k, neuron] of neurons.entries()) {
      const law = kineticAt(neuron, 1, starts[k], 0.4);
      hamiltonian += hamiltonianOf(neuron, law);
      expect(Math.abs(final[`mean_theta_${k}`] - law.theta)).toBeLessThan(allowed);
      expect(Math.abs(final[`mean_omega_${k}`] - law.omega)).toBeLessThan(allowed);
      expect(Math.abs(final[`var_theta_${k}`] - law.varTheta)).toBeLessThan(allowed);
      expect(Math.abs(final[`cov_theta_${k}_omega_${k}`] - law.covariance)).toBeLessThan(allowed);
      expect(Math.abs(final[`var_omega_${k}`] - law.varOmega)).toBeLessThan(allowed);
    }
    expect(Math.abs(final.free_energy - hamiltonian)).toBeLessThan(allowed);
  });

  it("runs as documented: resolved, certified, with H falling", async () => {
    const docs = readFileSync(join(ROOT, "docs", "densities.md"), "utf8");
    const [, text] = /```yaml\n(name: plane\n[\s\S]*?)```/.exec(docs)!;
    const short = ["--set", "time.until=0.2", "--set", "time.record=2"];
    const narrow = [
      "--set",
      "solvers.0.particles.width=[100, 400]",
      "--set",
      "solvers.0.particles.replicas=2",
    ];
    const documented = join(directory, "plane");
    const args = ["run", put(directory, "plane.yaml", text), "--out", documented, ...short, ...narrow];
    const { code, stderr } = await muflow(args);
    expect(remarks(stderr)).toEqual([]);
    expect(code).toBe(0);
    const rows = rowsOf(documented).filter((row) => row("run") === 4);
    expect(rows).toHaveLength(3);
    const optimum = summaryOf(documented).runs.at(-1)!.final.free_energy - 0.1 * Math.log(2 * Math.PI * 0.1);
    for (const [k, row] of rows.entries()) {
      // A hundredth of what stops a run.
      expect(row("negative_mass")).toBeLessThan(1e-10);
      expect(row("boundary_mass")).toBeLessThan(1e-8);
      expect(row("gap_hamiltonian")).toBeGreaterThan(row("free_energy") - optimum);
      if (k > 0) expect(row("free_energy")).toBeLessThan(rows[k - 1]("free_energy"));
    }
    for (const figure of ["density", "hamiltonian", "dissipation", "identity", "defect"])
      expect(isFile(documented, "figures", `${figure}.svg`), figure).toBe(true);
  });
});

describe("before anything is written", () => {
  const grid = "  - grid: { cells: 200, extent: [[-6, 6]] }";
  it.each([
    [
      "a domain that cuts off the initial law",
      [["extent: [[-6, 6]] }", "extent: [[-1, 6]] }"]],
      /solvers\.1\.grid\.extent: \[-1, 6\] on axis 0 cuts off .* of the initial law; allowed: .*\. Try \[/,
    ],
    [
      "cells too coarse for τ",
      [
        ["temperature: 0.02", "temperature: 0.0001"],
        [grid, "  - grid: { cells: 20, extent: [[-6, 6]] }"],
      ],
      /solvers\.1\.grid\.cells: 20 cells on axis 0 are too coarse for τ = 0\.0001: .* Try \d+ cells, a smaller extent, or a higher temperature/,
    ],
    [
      "an epsilon that the cells do not resolve",
      [["method: quantile", "method: entropic, epsilon: 1.0e-9"]],
      /solvers\.3\.jko\.epsilon: found 1e-9/,
    ],
    [
      "repulsion that V does not hold",
      [["  temperature: 0.02", "  interaction: { kind: quadratic, strength: -0.1 }\n  temperature: 0.02"]],
      /problem\.interaction\.strength: found -0\.1; .* no Gibbs measure .* allowed: repulsion weaker than V/,
    ],
    [
      "an equilibrium that V does not confine",
      [["regulariser: { l2: 0.05 }", "regulariser: { l2: 0 }"]],
      /problem\.regulariser\.l2: V does not grow .*no Gibbs measure/,
    ],
  ] as const)("%s is named, with what would do", async (name, changes, message) => {
    const spec = changed(name.replaceAll(/\W/g, "-"), TANH, changes);
    const folder = join(directory, `refused-${name}`);
    const { code, stderr } = await muflow(["run", spec, "--out", folder]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
    expect(existsSync(folder)).toBe(false);
  });

  it("NaN in a user's ψ is named", async () => {
    const spec = put(
      directory,
      "nan.mjs",
      `export default {
  name: "nan",
  problem: { data: { arrays: { x: [1e308, 1], y: [0, 1] } }, neuron: { activation: "relu3", inputs: 1, output: "fixed", bias: false }, temperature: 0.1, regulariser: { l2: 1 } },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: [1] },
  time: { until: 1, step: 0.1 },
  solvers: [{ grid: { cells: 40, extent: [[-6, 6]] } }],
};\n`,
    );
    const { code, stderr } = await muflow(["run", spec, "--out", join(directory, "nan")]);
    expect(stderr).toMatch(/problem\.neuron: ψ is (NaN|Infinity) at data point 1 on cell \d+ of the grid/);
    expect(code).toBe(2);
  });
});

describe("on the way", () => {
  it("mass that reaches a face stops the run: which face, how much, what would do; the rest is kept", async () => {
    const spec = put(
      directory,
      "leak.yaml",
      `
name: leak
problem: { regulariser: { l2: 0.01 }, temperature: 0.5 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0], std: [0.5] }
time: { until: 20, step: 0.1, record: 20 }
solvers: [{ grid: { cells: 100, extent: [[-4, 6]] } }]
`,
    );
    const folder = join(directory, "leak");
    const { code, stderr } = await muflow(["run", spec, "--out", folder]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /grid, 100 cells: at step \d+ \(t = [\d.]+\) the low face of axis 0, -4, has .*e-6 of the mass .* allowed 0\.000001: the domain is too small\. Try extent \[-\d+(\.\d+)?, 6\] there\. The last good state, t = [\d.]+, is kept/,
    );
    const [advised] = /Try extent \[(-[\d.]+), 6\]/.exec(stderr)!.slice(1).map(Number);
    expect(advised).toBeLessThan(-4);
    expect(summaryOf(folder).outcome).toContain("too small");
    expect(isFile(folder, "report.html")).toBe(true);
  });

  it("a Gibbs measure that leaks names its solver's own key, and an extent that is enough at once", async () => {
    const text = (extent: string) => `
name: gibbs
problem:
  data: { function: sin, interval: [-3, 3], samples: 24 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.05 }
  temperature: 0.2
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [-1], std: [0.7] }
time: { until: 0.1, step: 0.1 }
solvers: [{ particles: { width: 4 } }, { stationary: { cells: 300, extent: [${extent}] } }]
`;
    const solve = (name: string, extent: string) =>
      muflow(["run", put(directory, `${name}.yaml`, text(extent)), "--out", join(directory, name)]);
    const { code, stderr } = await solve("gibbs", "[-8, 8]");
    expect(code).toBe(3);
    expect(stderr).toMatch(/: solvers\.1\.stationary\.extent: the Gibbs measure leaks: the high face/);
    const [, advised] = /Try extent (\[-[\d.]+, [\d.]+\]) there/.exec(stderr)!;
    expect((await solve("gibbs-wider", advised)).code).toBe(0);
  });

  it("a JKO step too long for a double well is named", async () => {
    const spec = put(
      directory,
      "jko.yaml",
      `
name: jko-too-long
problem: { potential: { kind: double-well } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [0.2] }
time: { until: 20, step: 4, record: 5 }
solvers: [{ jko: { cells: 200, extent: [[-4, 4]], method: quantile } }]
`,
    );
    const { code, stderr } = await muflow(["run", spec, "--out", join(directory, "jko")]);
    expect(stderr).toMatch(/jko, 200 cells: at step 1 .*step/);
    expect(code).toBe(3);
  });
});
