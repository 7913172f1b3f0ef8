// What each solver has against the rest of the file, and what they must agree on among themselves.

import { type Check, reportAll } from "../check.ts";
import { knownDimension } from "../layout.ts";
import type { Setting } from "./form.ts";
import { formOf } from "./list.ts";

/** A solver for so many coordinates, with keys that suit it, the problem and the dynamics. */
export const checkSolvers: Check = (spec, report, { motion }) => {
  const p = knownDimension(spec);
  if (p === undefined) return;
  const setting: Setting = { spec, motion, p };
  spec.solvers.forEach((solver, index) => {
    const [[name, stated]] = Object.entries(solver) as [[string, never]];
    const form = formOf(name);
    const tooMany = form.tooMany?.(p, motion) ?? null;
    if (tooMany !== null) report(["solvers", index], solver, tooMany);
    else reportAll(form.breaches(stated, setting), ["solvers", index, name], report);
  });
};

/** A file of neurons has one width. */
export const checkWidths: Check = ({ initial, solvers }, report) => {
  if (initial.kind !== "file") return;
  const widths = solvers.flatMap((solver) => ("particles" in solver ? solver.particles.width : []));
  solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { width } = solver.particles;
    if (width.every((n) => n === widths[0])) return;
    report(
      ["solvers", index, "particles", "width"],
      width,
      "one width with initial.kind file: the number of its rows",
    );
  });
};
