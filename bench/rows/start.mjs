// `npm start`, whole: networks of 32 to 1024 neurons, their limiting density, the certified optimum, the fit and the report. Both sides run
// 0.3.0's experiment (56 replicas, no lower bounds on the optimum) where 0.3.0 is here, this version's own otherwise.
// Agreement: the RMS distance between network and density at every width, to 1e-9.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { distance } from "../harness/agreement.mjs";
import { commandRow, OLD } from "../harness/command-row.mjs";
import { THIS_BUILD } from "../harness/sides.mjs";

const WITHIN = 1e-9;

export const start = commandRow({
  name: "npm-start",
  about: "npm start, from the command to the report",
  peers: { [OLD]: {} },
  rounds: 3,
  title: () => "npm start",
  prepare: (builds) => ({ spec: join(builds.at(-1), "examples/warming/experiment.yaml") }),
  command: (build, folder, { threads, prepared: { spec } }) => [
    "study",
    spec,
    ...["--out", folder, "--threads", String(threads)],
    ...(build === THIS_BUILD ? ["--set", "solvers.0.particles.dual=off"] : []),
  ],
  result(folder) {
    const { fits } = JSON.parse(readFileSync(join(folder, "study.json"), "utf8"));
    return fits[0].levels.map(({ value }) => value);
  },
  agreement(ours, theirs) {
    const apart = distance(ours, theirs);
    return { holds: apart <= WITHIN, text: `distances to the limit to ${apart.toExponential(0)}` };
  },
});
