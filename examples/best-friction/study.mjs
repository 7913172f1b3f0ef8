// How fast heavy ball settles, against its friction γ: predicted by the spectrum of the linearised mean-field equation,
// and fitted from densities that ran. Prints a table and writes runs/best-friction.svg, or where told.
//   node study.mjs [FILE.svg] [--frictions 0.3,0.6,1,2,4] [--folds 20] [--scan 25]

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import {
  bestFriction,
  data,
  equilibria,
  evolve,
  fitRate,
  gaussian,
  grid,
  kinetic,
  neuron,
  problem,
  spectralGap,
} from "muflow";

// Problem: 24 points of sin 2x, neurons tanh(θx), a little regularisation and noise.
const temperature = 0.05;
const x = Array.from({ length: 24 }, (_, i) => -2 + (4 * (i + 0.5)) / 24);
const task = problem({
  data: data.fromArrays(
    x,
    x.map((u) => Math.sin(2 * u)),
  ),
  neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
  loss: "squared",
  regulariser: { l2: 0.2 },
  temperature,
});

// Solver: the same cells of θ for the prediction, the equilibrium and the runs.
const theta = [-5, 5];
const positions = grid({ cells: [128], extent: [theta] });
const phase = grid({ cells: [128, 96], extent: [theta, [-2.5, 2.5]], order: 4 });
const step = 0.1;
const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // Those that densities run at.
    frictions: { type: "string", default: "0.3,0.6,1,2,4" },
    // A run ends when H − H* should have fallen by e to the power of minus this.
    folds: { type: "string", default: "20" },
    // Frictions in [0.1, 10] at which the search for the best one begins.
    scan: { type: "string", default: "25" },
  },
});
const frictions = asked.frictions.split(",").map(Number);

// Run.
const best = bestFriction(task, positions, { from: 0.1, to: 10, count: Number(asked.scan) });
const [limit] = equilibria(task, positions).rows;
// The least H is that of the product with the Maxwellian, whose ½∫ω² + τ∫log is −(τ/2) log(2πτ).
const least = limit.observables.free_energy - 0.5 * temperature * Math.log(2 * Math.PI * temperature);

const rows = [];
for (const friction of frictions) {
  const motion = kinetic({ friction });
  const predicted = spectralGap(task, motion, positions);
  const record = 200;
  // H − H* falls at twice the gap; in whole steps between records.
  const until = record * Math.ceil(Number(asked.folds) / (2 * predicted.gap) / record / step) * step;
  const { rows: series } = await evolve(task, motion, phase, {
    initial: gaussian({ mean: [1], std: [0.5] }),
    until,
    step,
    record,
  });
  const excess = series.map(({ observables }) => observables.free_energy - least);
  rows.push({
    friction,
    predicted,
    // The run's own limit is off H* by its truncation, a level of 1e-11, which differences do not feel.
    fitted: fitRate(
      series.map(({ t }) => t),
      excess,
      { floor: 1e-14, offset: true },
    ),
  });
}

const column = (text, width = 14) => String(text).padStart(width);
console.log(
  ["friction", "gap", "slowest mode", "rate of H − H*", "fitted", "difference"]
    .map((text) => column(text, 16))
    .join(""),
);
for (const { friction, predicted, fitted } of rows) {
  const rate = 2 * predicted.gap;
  console.log(
    [
      friction,
      predicted.gap.toFixed(5),
      predicted.oscillating ? "oscillates" : "monotone",
      rate.toFixed(4),
      fitted.rate.toFixed(4),
      `${((100 * (fitted.rate - rate)) / rate).toFixed(2)} %`,
    ]
      .map((text) => column(text, 16))
      .join(""),
  );
}
console.log(`\nbest friction ${best.friction.toPrecision(4)}, gap ${best.spectrum.gap.toPrecision(5)}`);

const file = positionals[0] ?? "runs/best-friction.svg";
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, figure());

/** Rate of H − H* against friction: predicted (solid where the slowest mode oscillates), fitted, and the best. */
function figure() {
  const [width, height, left, bottom, top] = [640, 400, 60, 50, 40];
  const curve = [...best.scan, best].sort((a, b) => a.friction - b.friction);
  const most = 1.1 * 2 * best.spectrum.gap;
  const [from, to] = [curve[0].friction, curve.at(-1).friction].map(Math.log);
  const px = (friction) =>
    (left + ((Math.log(friction) - from) / (to - from)) * (width - left - 20)).toFixed(1);
  const py = (rate) => (height - bottom - (rate / most) * (height - bottom - top)).toFixed(1);
  const text = (at, up, content, anchor = "middle") =>
    `<text x="${at}" y="${up}" text-anchor="${anchor}">${content}</text>`;
  const line = (points, dash) =>
    `<polyline points="${points.map(({ friction, spectrum }) => `${px(friction)},${py(2 * spectrum.gap)}`).join(" ")}" fill="none" stroke="#3366aa" stroke-width="2"${dash ? ' stroke-dasharray="6 4"' : ""}/>`;
  const split = curve.findIndex(({ friction }) => friction >= best.friction);
  const dots = rows.map(
    ({ friction, fitted }) =>
      `<circle cx="${px(friction)}" cy="${py(fitted.rate)}" r="4.5" fill="none" stroke="#bb4422" stroke-width="2"/>`,
  );
  const ticksX = [0.1, 0.3, 1, 3, 10].map((value) => text(px(value), height - bottom + 20, value));
  const ticksY = [0, 0.25, 0.5, 0.75, 1]
    .filter((value) => value < most)
    .map(
      (value) =>
        `${text(left - 8, Number(py(value)) + 4, value, "end")}<path d="M${left} ${py(value)}H${width - 20}" stroke="#e7e7e7"/>`,
    );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222222">
<title>Rate of decay of H − H* against friction</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${[...ticksX, ...ticksY].join("\n")}
${text(left, 20, "Rate of H − H*: predicted (dashed beyond the best friction), fitted (circles)", "start")}
${text((left + width - 20) / 2, height - 10, "friction γ")}
${line(curve.slice(0, split + 1), false)}
${line(curve.slice(split), true)}
<path d="M${px(best.friction)} ${py(0)}V${py(2 * best.spectrum.gap)}" stroke="#8c8c8c" stroke-dasharray="2 3"/>
${text(px(best.friction), Number(py(2 * best.spectrum.gap)) - 8, `γ = ${best.friction.toPrecision(3)}`)}
${dots.join("\n")}
</svg>
`;
}
