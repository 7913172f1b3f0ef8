// The rows of the benchmark, in the order of its table.

import { check, doctor } from "./commands.mjs";
import { densityStep } from "./density-step.mjs";
import { fourAxes } from "./four-axes.mjs";
import { kineticStep } from "./kinetic-step.mjs";
import { normals } from "./normals.mjs";
import { particleStep } from "./particle-step.mjs";
import { replicas } from "./replicas.mjs";
import { start } from "./start.mjs";
import { validate } from "./validate.mjs";

export const ROWS = [
  particleStep,
  replicas,
  kineticStep,
  densityStep,
  fourAxes,
  normals,
  start,
  validate,
  doctor,
  check,
];

/** Errors: no row of that name. */
export function rowNamed(name) {
  const row = ROWS.find((one) => one.name === name);
  if (row !== undefined) return row;
  throw new Error(`found "${name}"; rows: ${ROWS.map((one) => one.name).join(", ")}`);
}
