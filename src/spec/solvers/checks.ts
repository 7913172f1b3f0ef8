// What each solver has against the rest of the file, and what they must agree on among themselves.

import { under } from "../../base/breach.ts";
import { breach, type Check } from "../check.ts";
import { knownDimension } from "../layout.ts";
import type { Setting } from "./form.ts";
import { nameOf, networksOf } from "./labels.ts";
import { formOf } from "./list.ts";

/** A solver for so many coordinates, with keys that suit it, the problem and the dynamics. */
export const checkSolvers: Check = (spec, { motion }) => {
  const p = knownDimension(spec);
  if (p === undefined) return [];
  const setting: Setting = { spec, motion, p };
  return spec.solvers.flatMap((solver, index) => {
    const [[name, stated]] = Object.entries(solver) as [[string, never]];
    const form = formOf(name);
    const tooMany = form.tooMany?.(p, motion) ?? null;
    if (tooMany !== null) return [breach(["solvers", index], solver, tooMany)];
    const breaches = form.breaches(stated, setting);
    return breaches.map((broken) => broken && under(["solvers", index, name], broken));
  });
};

/** A file of neurons has one width. */
export const checkWidths: Check = ({ initial, solvers }) => {
  if (initial.kind !== "file") return [];
  const widths = solvers.map((solver) => networksOf(solver)?.widths ?? []);
  const [first] = widths.flat();
  const allowed = "one width with initial.kind file: the number of its rows";
  return widths.map(
    (width, index) =>
      width.some((n) => n !== first) &&
      breach(["solvers", index, nameOf(solvers[index]!), "width"], width, allowed),
  );
};
