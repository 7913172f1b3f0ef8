// How the time of a step grows: with neurons N, data M, dimension d, cells, threads; muflow and, where it is here, the strongest NumPy.
//   node bench/scaling.mjs [N M d cells threads] [--out runs/bench] [--peer names] [--backend names] …
// One figure each, scaling-NAME.svg, and the records, scaling-NAME.json, from which --draw makes the figure again. Agreement is checked at each place.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { group } from "d3-array";
import { createJiti } from "jiti";
import { contextOf, SHARED, SHARED_HELP, tell } from "./harness/context.mjs";
import { machineOf, machineText } from "./harness/machine.mjs";
import { measureCases } from "./harness/measure-cases.mjs";
import { rowNamed } from "./rows/index.mjs";

const jiti = createJiti(import.meta.url);
const { sweptAxis } = await jiti.import("../src/report/chart/axes.ts");
const { drawChart } = await jiti.import("../src/report/chart/chart.ts");
const { lines, measured } = await jiti.import("../src/report/chart/layers.ts");
const { MUTED } = await jiti.import("../src/report/chart/styles.ts");

const STEP = { M: 200, d: 1, N: 10_240, activation: "tanh" };
const particles = (name, values) => ({
  row: "particle-step",
  cases: values.map((value) => ({ at: value, options: { ...STEP, [name]: value } })),
  peers: ["numpy-threads"],
});

const cores = availableParallelism();
const threadCounts = [1, 2, 4, 8, 16, 32, 64].filter((count) => count < cores).concat(cores);

/** What is varied, in which row, and the power of it that its cost is proportional to. */
const SCALINGS = {
  N: {
    ...particles("N", [128, 1024, 10_240, 102_400, 1_024_000]),
    label: "neurons *N* (tanh, *d* = 1, *M* = 200)",
    power: 1,
  },
  M: {
    ...particles("M", [10, 50, 200, 1000, 5000]),
    label: "data *M* (tanh, *d* = 1, *N* = 10240)",
    power: 1,
  },
  d: {
    ...particles("d", [1, 2, 4, 10, 30, 100, 300]),
    label: "inputs *d* (tanh, *M* = 200, *N* = 10240)",
    power: 1,
  },
  cells: {
    row: "kinetic-step",
    cases: [128, 192, 256, 384, 512, 768].map((cells) => ({ at: cells, options: { cells } })),
    peers: ["scipy"],
    label: "cells along each axis *n* (phase space, spectral)",
    // Its product with a matrix.
    power: 3,
  },
  threads: {
    row: "particle-step",
    cases: threadCounts.map((threads) => ({ at: threads, options: { ...STEP, N: 102_400 }, threads })),
    peers: ["numpy-threads"],
    label: "threads (tanh, *d* = 1, *M* = 200, *N* = 102400)",
    power: -1,
  },
};

const COLOURS = ["#2f6db5", "#e8710a", "#2b8a3e", "#c2255c", "#7048e8", "#a4574d"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...SHARED,
    peer: { type: "string" },
    out: { type: "string", default: "runs/bench" },
    draw: { type: "boolean" },
    help: { type: "boolean" },
  },
});

/** Records of one scaling, each with the place that it is at. */
async function recordsOf({ row, cases, peers }, context) {
  const records = [];
  for (const { at, options, threads = context.threads } of cases) {
    const asked = { ...context, peers: values.peer?.split(",") ?? peers, threads };
    const { records: here, failures } = await measureCases([[rowNamed(row), options]], asked);
    records.push(...here.map((record) => ({ at, ...record })));
    if (failures.length > 0) process.exitCode = 1;
  }
  return records;
}

/** Milliseconds a step by side; ours was timed beside every peer, and stands once. */
function strokesOf(records) {
  const sides = [
    ...records.map(({ at, backend, ours }) => ({ at, label: `muflow (${backend})`, time: ours.time })),
    ...records.flatMap(({ at, against, peer }) => (peer ? [{ at, label: against, time: peer.time }] : [])),
  ];
  return Array.from(
    group(sides, ({ label }) => label),
    ([label, places], k) => ({
      label,
      colour: COLOURS[k % COLOURS.length],
      points: Array.from(
        group(places, ({ at }) => at),
        ([x, [{ time }]]) => ({
          x,
          y: time.median,
          low: time.low,
          high: time.high,
        }),
      ),
    }),
  );
}

/** In the slope of what it must grow by, through the last place of ours. */
function slope([{ points }], power) {
  const { x: last, y: height } = points.at(-1);
  return {
    label: `~ ${{ 1: "linear", 3: "cubic", "-1": "1/threads" }[power]}`,
    colour: MUTED,
    points: points.map(({ x }) => ({ x, y: height * (x / last) ** power })),
  };
}

function draw({ label, power }, { machine, records }) {
  const strokes = strokesOf(records);
  return drawChart({
    title: `Time of a step against ${label}`,
    x: sweptAxis(
      label,
      records.map(({ at }) => at),
      true,
    ),
    y: { label: "milliseconds a step", scale: "logarithmic" },
    footer: `${machine.cpu}, ${machine.sets[0]}`,
    layers: [
      lines([slope(strokes, power)], { shape: "dots", depth: 2 }),
      ...strokes.map((stroke) => measured(stroke, { join: "line", log: true })),
    ],
  });
}

async function main() {
  if (values.help) {
    return console.log(
      `node bench/scaling.mjs [${Object.keys(SCALINGS).join("] [")}] [options]\n\n${SHARED_HELP}\n  --peer names      with commas; none: muflow alone\n  --out dir         of figures and records (runs/bench)\n  --draw            no measurement: the figures of records that are there`,
    );
  }
  const unknown = positionals.find((name) => !Object.hasOwn(SCALINGS, name));
  if (unknown !== undefined)
    throw new Error(`found ${unknown}; allowed: ${Object.keys(SCALINGS).join(", ")}`);
  const context = values.draw ? null : contextOf(values);
  mkdirSync(values.out, { recursive: true });
  for (const name of positionals.length > 0 ? positionals : Object.keys(SCALINGS)) {
    const path = join(values.out, `scaling-${name}`);
    if (context !== null) {
      const measured = {
        machine: machineOf(context.python),
        records: await recordsOf(SCALINGS[name], context),
      };
      writeFileSync(`${path}.json`, `${JSON.stringify(measured, null, 1)}\n`);
      console.log(machineText(measured.machine));
    }
    const { svg } = draw(SCALINGS[name], JSON.parse(readFileSync(`${path}.json`, "utf8")));
    writeFileSync(`${path}.svg`, svg);
    console.log(`${path}.svg`);
  }
}

await main().catch((error) => {
  tell(error.message);
  process.exitCode = 2;
});
