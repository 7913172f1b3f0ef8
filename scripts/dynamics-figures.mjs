// Draws the figures of docs/dynamics.md from runs: where momentum iterations and their equations part, on V = λθ²/2.
//   node scripts/dynamics-figures.mjs           docs/figures/polyak.svg and docs/figures/nesterov.svg
//   node scripts/dynamics-figures.mjs --check   nothing; exits 1 if they are not up to date

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as Plot from "@observablehq/plot";
import { createJiti } from "jiti";

const FOLDER = fileURLToPath(new URL("../docs/figures/", import.meta.url));

const jiti = createJiti(import.meta.url);
const { evolve, fromPolyak, kinetic, particles, points, problem } = await jiti.import("../src/index.ts");
const { drawChart } = await jiti.import("../src/report/chart/chart.ts");
const { DASHES, DOTS, INK, MUTED } = await jiti.import("../src/report/chart/styles.ts");

const BLUE = "#2f6db5";

/** |e_k|² + |ω_k|²/λ of one neuron from (1, 0), k = 0 … count, at every `every`-th step. */
async function energies(lambda, friction, { step, count, every = 1, ...solver }) {
  const task = problem({ dimension: 1, potential: { kind: "quadratic", strength: lambda } });
  const { rows } = await evolve(task, kinetic({ friction }), particles({ width: 1, ...solver }), {
    initial: points([[1, 0]]),
    until: count * step,
    step,
    record: count / every,
  });
  return rows.map(
    ({ observables: { mean_theta_0: e, mean_omega_0: omega } }) => e * e + (omega * omega) / lambda,
  );
}

const line = (data, options) => Plot.line(data, { x: "0", y: "1", ...options });

/** Decay of |e_k| a step against sλ: runs of Polyak's iteration, and its equation. */
async function polyak() {
  const beta = 0.5;
  const { friction, step } = fromPolyak({ beta, s: 1, order: 1 });
  const levels = Array.from({ length: 121 }, (_, i) => 10 ** (-2.5 + (i / 120) * (2.5 + Math.log10(2.99))));
  // From the roots of z² − (1 + β − sλ)z + β and of z² + γz + λ.
  const iteration = levels.map((level) => {
    const trace = 1 + beta - level;
    const square = trace * trace - 4 * beta;
    const largest = square < 0 ? Math.sqrt(beta) : (Math.abs(trace) + Math.sqrt(square)) / 2;
    return [level, -Math.log(largest)];
  });
  const equation = [...levels, 3.4].map((level) => [
    level,
    friction / 2 - Math.sqrt(Math.max(0, (friction * friction) / 4 - level)),
  ]);
  const descent = levels
    .filter((level) => level < 0.99 * (1 - beta))
    .map((level) => [level, -Math.log(1 - level / (1 - beta))]);
  const measured = [];
  for (const level of [0.004, 0.01, 0.025, 0.06, 0.09, 0.2, 0.5, 1, 2, 2.8, 2.93, 2.97]) {
    const count = 400;
    const decay = await energies(level, friction, { step, count, integrator: "polyak", order: 1 });
    // The energy of a pair of modes beats: its largest over 40 steps does not.
    const largest = (from) => Math.max(...decay.slice(from, from + 40));
    const [early, late] = [100, 300];
    measured.push([level, Math.log(largest(early) / largest(late)) / (late - early) / 2]);
  }
  return drawChart({
    title: "Decay a step of Polyak’s iteration and of its equation, against sλ",
    x: { label: "*sλ*", log: true, domain: [10 ** -2.5, 3.4] },
    y: { label: "decay of |*e*_k| a step", log: true, domain: [5e-3, 1] },
    layers: [
      {
        keys: [
          { label: "runs of the iteration", colour: BLUE, shape: "dot" },
          { label: "by its roots", colour: BLUE, shape: "line" },
          { label: "its equation", colour: INK, shape: "dashes" },
          { label: "gradient descent, step *s*/(1 − *β*)", colour: MUTED, shape: "dots" },
        ],
        marks: () => [
          line(
            descent.filter(([, rate]) => rate < 1),
            { stroke: MUTED, strokeDasharray: DOTS, strokeWidth: 1.5 },
          ),
          line(equation, { stroke: INK, strokeDasharray: DASHES, strokeWidth: 1.2 }),
          line(
            iteration.filter(([, rate]) => rate > 5e-3),
            { stroke: BLUE, strokeWidth: 1.75 },
          ),
          Plot.dot(measured, { x: "0", y: "1", r: 3.5, fill: BLUE }),
        ],
      },
    ],
  });
}

/** |e_k|² against k: Nesterov's iteration with r = 3, its equation, and (1 − sλ)^k k^−3. */
async function nesterov() {
  const [r, lambda, step, count] = [3, 1, 0.05, 8000];
  const friction = { nesterov: r };
  const finer = 4;
  const iteration = await energies(lambda, friction, { step, count, integrator: "nesterov-iteration" });
  const equation = await energies(lambda, friction, {
    step: step / finer,
    count: finer * count,
    every: finer,
    integrator: "baoab",
  });
  const places = Array.from({ length: 241 }, (_, i) => Math.round(10 ** ((i / 240) * Math.log10(count))));
  const at = [...new Set(places)];
  const shown = (values) => at.map((k) => [k, values[k]]).filter(([, value]) => value > 1e-16);
  // Both share the constant of the equation's envelope.
  const constant = equation[count] * count ** r;
  const power = at.filter((k) => k > 100).map((k) => [k, constant * k ** -r]);
  const envelope = power.map(([k, value]) => [k, value * (1 - step * step * lambda) ** k]);
  return drawChart({
    title: "The decay of Nesterov’s iteration and of his equation, r = 3",
    x: { label: "*k*", log: true, domain: [1, count] },
    y: { label: "|*e*_k|² + |*ω*_k|²/*λ*,  *sλ* = 0.0025", log: true, domain: [1e-16, 2] },
    layers: [
      {
        keys: [
          { label: "iteration", colour: BLUE, shape: "line" },
          { label: "equation", colour: INK, shape: "dashes" },
          { label: "~ *k*⁻³, and times (1 − *sλ*)ᵏ", colour: MUTED, shape: "dots" },
        ],
        marks: () => [
          ...[power, envelope].map((points) =>
            line(
              points.filter(([, value]) => value > 1e-16),
              { stroke: MUTED, strokeDasharray: DOTS, strokeWidth: 3 },
            ),
          ),
          line(shown(equation), { stroke: INK, strokeDasharray: DASHES, strokeWidth: 1.2 }),
          line(shown(iteration), { stroke: BLUE, strokeWidth: 1.75 }),
        ],
      },
    ],
  });
}

const { values: options } = parseArgs({ options: { check: { type: "boolean" } } });
for (const [name, draw] of Object.entries({ polyak, nesterov })) {
  const path = `${FOLDER}${name}.svg`;
  const { svg } = await draw();
  if (!options.check) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, svg);
  } else if (readFileSync(path, "utf8") !== svg) {
    console.error(`docs/figures/${name}.svg is not up to date: run node scripts/dynamics-figures.mjs`);
    process.exitCode = 1;
  }
}
