// Random experiments by seed: what memory is foretold of, and measured on.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { random } from "../../src/base/random-testing.ts";

/** One to three solvers of any kind on one problem, of any size up to some hundred MiB. */
export function specOf(seed: number) {
  const u = random(seed);
  const among = <T>(...values: readonly T[]): T => values[Math.floor(values.length * u())]!;
  const over = (low: number, high: number) => Math.round(low * (high / low) ** u());
  const kinetic = u() < 0.3;
  // Drawn apart, so that all else is what it was.
  const dual = random(seed + 1e6)() < 0.5 ? ("auto" as const) : ("off" as const);
  const [output, bias] = among(["fixed", false], ["fixed", true], ["trained", false], [
    "trained",
    true,
  ] as const);
  const p = 1 + (output === "trained" ? 1 : 0) + (bias ? 1 : 0);
  const tau = kinetic || u() < 0.7 ? 0.1 : 0;
  const particles = () => ({
    particles: { width: over(10, 2e6 / p), replicas: u() < 0.3 ? over(2, 6) : 1, dual },
  });
  const cellsOf = (most: number, axes: number) => 2 * Math.round(over(20, most) ** (1 / axes) / 2 + 8);
  const box = { extent: [[-9, 9]] };
  const grid = () =>
    kinetic
      ? {
          grid: {
            cells: [cellsOf(3e5, 2), cellsOf(3e5, 2)],
            extent: [
              [-9, 9],
              [-5, 5],
            ],
            scheme: among("spectral", "positive"),
          },
        }
      : {
          grid: { cells: cellsOf(p === 1 ? 1e5 : 5e5, p), ...box, scheme: among("implicit", "second-order") },
        };
  const solvers: object[] = [particles()];
  if (p === 1 || !kinetic) solvers.push(grid());
  if (tau > 0 && p < 4) solvers.push({ stationary: { cells: cellsOf(p === 1 ? 1e5 : 5e5, p), ...box } });
  if (!kinetic && tau > 0 && p < 3) {
    const method = p === 1 ? among("quantile", "entropic") : "entropic";
    solvers.push({ jko: { cells: p === 1 ? over(50, 3000) : over(16, 120), ...box, method } });
  }
  const count = 1 + Math.floor(Math.min(3, solvers.length) * u());
  const data =
    u() < 0.7
      ? { function: "sin", interval: [-2, 2], samples: over(4, u() < 0.2 ? 50000 : 200) }
      : { teacher: { neurons: 3, dim: 1, samples: over(10, u() < 0.2 ? 1e5 : 200), seed } };
  return {
    name: `memory-${seed}`,
    problem: {
      data,
      neuron: { activation: "tanh", inputs: 1, output, bias },
      regulariser: { l2: 0.3 },
      ...(tau > 0 ? { temperature: tau } : {}),
    },
    dynamics: kinetic ? { kind: "kinetic", friction: 1 } : { kind: tau > 0 ? "langevin" : "gradient-flow" },
    initial: {
      kind: "gaussian",
      mean: 0.1,
      std: 0.8,
      ...(kinetic ? { momentum: { mean: 0, std: 0.4 } } : {}),
    },
    time: { until: 0.1, step: 0.05, record: 2 },
    solvers: solvers.sort(() => u() - 0.5).slice(0, count),
    seed,
  };
}

/** So many data at most, as a file of text and as numbers that the experiment states. */
const MOST_WRITTEN = { csv: 1e5, arrays: 2e4 };

/** Writes the experiment of that seed, the data of some as they are not made but given. */
export function putSpec(path: string, seed: number): ReturnType<typeof specOf> {
  const spec = specOf(seed);
  const { data } = spec.problem;
  const samples = "teacher" in data ? data.teacher.samples : data.samples;
  const drawn = random(seed + 2e6)();
  const points = Array.from({ length: samples }, (_, i): [number, number] => {
    const x = (4 * i) / samples - 2;
    return [x, Math.sin(x)];
  });
  let given: object = data;
  if (drawn < 0.2 && samples <= MOST_WRITTEN.csv) {
    given = { csv: "data.csv", inputs: ["x"], target: "y" };
    writeFileSync(join(dirname(path), "data.csv"), ["x,y", ...points.map((row) => row.join(","))].join("\n"));
  } else if (drawn < 0.4 && samples <= MOST_WRITTEN.arrays) {
    given = { arrays: { x: points.map(([x]) => x), y: points.map(([, y]) => y) } };
  }
  writeFileSync(path, JSON.stringify({ ...spec, problem: { ...spec.problem, data: given } }));
  return spec;
}
