// muflow's side of a row, as a process: node bench/ours.mjs '{"row", "options", "build", "folder", "backend"}', started by harness/sides.mjs.
//   {"do": "inputs", "steps": n}        what a peer starts from as FOLDER/NAME.f64, with the noise of n steps
//   {"do": "show", "steps": n, "as"}    the results after n steps from the start as FOLDER/AS-NAME.f64
//   {"do": "run", "steps": n}           {"seconds", "cpu"} of n steps: a run of 1 + n steps through `evolve` minus a run of one, so that
//                                       what both have, start and end, drops out; where a row says `without`, less the same of that;
//                                       where it says `longest`, in as many runs as it takes
// `build` is the folder of a muflow that has been built, this one or an older one.

import { createInterface } from "node:readline";
import { writeArrays } from "./harness/arrays.mjs";
import { rowNamed } from "./rows/index.mjs";

process.on("uncaughtException", ({ message }) => {
  console.error(message);
  process.exit(1);
});

const { row, options, build, folder, backend } = JSON.parse(process.argv[2]);
const library = await import(`${build}/dist/index.js`);
// Older ones have one alone.
library.useBackend?.(backend);
const { ours, longest = Number.POSITIVE_INFINITY } = rowNamed(row);
const { inputs, after, run, without } = await ours(library, options);

const say = (fields) => process.stdout.write(`${JSON.stringify(fields)}\n`);

async function spent(work, steps) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work(steps);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpu: (user + system) / 1e6 };
}

const plus = (a, b, sign = 1) => ({ seconds: a.seconds + sign * b.seconds, cpu: a.cpu + sign * b.cpu });
const minus = (a, b) => plus(a, b, -1);

async function ofSteps(work, steps) {
  let whole = { seconds: 0, cpu: 0 };
  for (let left = steps; left > 0; left -= longest) {
    const short = await spent(work, 1);
    const long = await spent(work, 1 + Math.min(left, longest));
    whole = plus(whole, minus(long, short));
  }
  return whole;
}

const ANSWERS = {
  async inputs({ steps }) {
    writeArrays(folder, await inputs(steps));
  },
  async show({ steps, as }) {
    writeArrays(folder, await after(steps), `${as}-`);
  },
  async run({ steps }) {
    const whole = await ofSteps(run, steps);
    return without === undefined ? whole : minus(whole, await ofSteps(without, steps));
  },
};

say({});
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  say((await ANSWERS[asked.do](asked)) ?? {});
}
