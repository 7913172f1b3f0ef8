// Commands that should answer at once: `muflow doctor`, and `muflow check` of the experiment of `npm start`; whole processes.

import { join } from "node:path";
import { commandRow } from "../harness/command-row.mjs";
import { THIS_BUILD } from "../harness/sides.mjs";

export const doctor = commandRow({
  name: "doctor",
  about: "muflow doctor",
  rounds: 11,
  unit: "ms",
  title: () => "muflow doctor",
  command: () => ["doctor"],
});

export const check = commandRow({
  name: "check",
  about: "muflow check of npm start's experiment",
  rounds: 11,
  unit: "ms",
  title: () => "muflow check",
  command: () => ["check", join(THIS_BUILD, "examples/warming/experiment.yaml")],
});
