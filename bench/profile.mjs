// Where the time of a row's step goes on our side: V8's sampling profiler, own time by function of the source, all threads together.
//   node bench/profile.mjs ROW [the row's options] [--seconds 5] [--threads n] [--backend b]
// Of the samples under `evolve` alone: start and end are in them, so a run is made long. The .cpuprofile is kept with --keep DIR.

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rollups, sum } from "d3-array";
import { inFolder } from "./harness/agreement.mjs";
import { contextOf, count, SHARED, tell } from "./harness/context.mjs";
import { machineOf, machineText } from "./harness/machine.mjs";
import { settle } from "./harness/measure.mjs";
import { caseOf, optionsOf } from "./harness/options.mjs";
import { muflowSide, THIS_BUILD } from "./harness/sides.mjs";
import { ROWS, rowNamed } from "./rows/index.mjs";

/** Functions that are listed; the others are one line. */
const LISTED = 20;

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const rows = ROWS.filter(({ ours }) => ours !== undefined).map((row) => row.name);
  if (!rows.includes(name)) throw new Error(`found ${name ?? "no row"}; allowed: ${rows.join(", ")}`);
  const row = rowNamed(name);
  const { values } = parseArgs({
    args,
    options: {
      ...SHARED,
      ...optionsOf(row),
      seconds: { type: "string", default: "5" },
      keep: { type: "string" },
    },
  });
  const context = contextOf(values);
  const options = row.complete({ ...row.options, ...caseOf(row, values) });
  for (const backend of context.backends) {
    await inFolder(async (folder) => {
      const kept = values.keep ?? folder;
      mkdirSync(kept, { recursive: true });
      const profiled = ["--cpu-prof", `--cpu-prof-dir=${kept}`];
      const side = await muflowSide({
        ...{ row: name, options, build: THIS_BUILD, folder, backend },
        flags: profiled,
      });
      const steps = await settle(side, 1000 * count("seconds", values.seconds));
      tell(`${row.title(options)}: ${steps} steps`);
      await side.ask({ do: "run", steps });
      await side.close();
      report(row.title(options), backend, profilesIn(kept));
    });
  }
  console.log(machineText(machineOf()));
}

const profilesIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".cpuprofile"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));

/** `evolve`, and what of it other threads do. */
const BEGINS = ["evolve", "member"];

/** Own time under `evolve`, by place in the source. */
function ownTimes({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, { ...node, time: 0 }]));
  for (const [k, id] of samples.entries()) byId.get(id).time += timeDeltas[k];
  const found = [];
  const walk = (node, inside) => {
    const here = inside || BEGINS.includes(node.callFrame.functionName);
    if (here && node.time > 0) found.push({ place: placeOf(node.callFrame), time: node.time });
    for (const child of node.children ?? []) walk(byId.get(child), here);
  };
  walk(byId.get(nodes[0].id), false);
  return found;
}

const maps = new Map();

/** The source's file and the function's name, through the build's source maps. */
function placeOf({ functionName, url, lineNumber, columnNumber }) {
  const name = functionName || "(anonymous)";
  if (!url.startsWith("file:")) return { name, file: url === "" ? "" : url };
  const path = fileURLToPath(url);
  if (!maps.has(path)) maps.set(path, mapBeside(path));
  const source = maps.get(path)?.findEntry(lineNumber, columnNumber).originalSource;
  const file = source === undefined ? path : join(path, "..", source);
  const [, packaged] = file.split("/node_modules/");
  return { name, file: packaged ?? relative(THIS_BUILD, file) };
}

function mapBeside(path) {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")));
  } catch {
    return undefined;
  }
}

function report(title, backend, profiles) {
  const times = profiles.flatMap(ownTimes);
  const whole = sum(times, ({ time }) => time);
  const shares = (key) =>
    rollups(times, (some) => sum(some, ({ time }) => time) / whole, key).sort((a, b) => b[1] - a[1]);
  const percent = (share) => `${(100 * share).toFixed(1).padStart(5)} %`;
  console.log(`${title}, ${backend}: ${(whole / 1e6).toFixed(1)} s under evolve\n`);
  for (const [file, share] of shares(({ place }) => place.file).slice(0, LISTED / 2)) {
    console.log(`${percent(share)}  ${file || "the engine"}`);
  }
  console.log();
  const functions = shares(({ place: { name, file } }) => `${name.padEnd(28)} ${file}`);
  for (const [place, share] of functions.slice(0, LISTED)) console.log(`${percent(share)}  ${place}`);
  console.log(`${percent(sum(functions.slice(LISTED), ([, share]) => share))}  all others\n`);
}

await main().catch((error) => {
  tell(error.message);
  process.exitCode = 2;
});
