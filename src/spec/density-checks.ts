// What keys must agree on where densities do: cells, extents, schemes, and a start that is a density.

import type { Breach } from "../base/breach.ts";
import type { Motion } from "../dynamics/motion.ts";
import { stationaryBreaches } from "../pde/equilibrium/stationary.ts";
import { jkoBreaches } from "../pde/jko/jko.ts";
import { momentumBreaches } from "../pde/kinetic/initial.ts";
import { gridBreaches } from "../pde/kinetic/schemes.ts";
import { densityBreaches } from "../problem/law.ts";
import { type Check, reportAll } from "./check.ts";
import type { Path } from "./issues.ts";
import { knownDimension } from "./layout.ts";
import { motionIn } from "./motion.ts";
import type { NumberOrList, Shape } from "./shape.ts";

const MOST_GRID_COORDINATES = 3;

/** A kinetic density lives on θ and ω. */
const MOST_PHASE_COORDINATES = 2;

export const checkGrids: Check = (spec, report) => {
  const p = knownDimension(spec);
  const motion = motionIn(spec);
  spec.solvers.forEach((solver, index) => {
    if ("particles" in solver || p === undefined) return;
    const name = Object.keys(solver)[0] as "grid" | "stationary" | "jko";
    const at = (...keys: Path) => ["solvers", index, name, ...keys];
    const { cells, extent } = Object.values(solver)[0] as {
      cells: NumberOrList;
      extent?: [number, number][];
    };
    const phase = name === "grid" && spec.dynamics.kind === "kinetic";
    const most = phase ? MOST_PHASE_COORDINATES : MOST_GRID_COORDINATES;
    const axes = phase ? 2 * p : p;
    if (p > most) {
      const where = phase ? "θ and ω have" : "θ has";
      report(
        ["solvers", index],
        solver,
        `particles: ${where} ${axes} coordinates, and a grid of n cells in each has n^${axes}; a ${phase ? "kinetic " : ""}grid serves p up to ${most}`,
      );
      return;
    }
    const counts = `one number, or a list of ${axes}, each >= 4`;
    if (Array.isArray(cells) && cells.length !== axes) report(at("cells"), cells, counts);
    else if ([cells].flat().some((n) => n < 4)) report(at("cells"), cells, counts);
    checkExtent(spec, p, phase, extent, (found, allowed) => report(at("extent"), found, allowed));
    if (motion !== null) reportAll(breachesOf(solver, spec, motion), at(), report);
  });
};

function checkExtent(
  { problem }: Shape,
  p: number,
  phase: boolean,
  extent: [number, number][] | undefined,
  report: (found: unknown, allowed: string) => void,
): void {
  const axes = phase ? 2 * p : p;
  const ordered = (pairs: readonly [number, number][]) => pairs.every(([low, high]) => low < high);
  if (problem.domain === "torus") {
    const turn = ([low, high]: [number, number]) =>
      Math.abs(low + Math.PI) < 1e-9 && Math.abs(high - Math.PI) < 1e-9;
    if (phase) {
      const momenta = `[lo, hi] of ω with lo < hi: one pair or ${p}`;
      if (extent === undefined) report(extent, momenta);
      else if (extent.length === axes && axes > 1) {
        if (!extent.slice(0, p).every(turn) || !ordered(extent))
          report(extent, `[−π, π] for θ on the torus, then ${momenta}`);
      } else if ((extent.length !== 1 && extent.length !== p) || !ordered(extent)) report(extent, momenta);
    } else if (extent !== undefined && !extent.every(turn)) {
      report(extent, "[[-3.141592653589793, 3.141592653589793]] on the torus, or nothing");
    }
    return;
  }
  const pairs = `a list of ${axes === 1 ? "one pair" : `one pair or ${axes}`} [lo, hi] with lo < hi`;
  if (extent === undefined || (extent.length !== 1 && extent.length !== axes)) report(extent, pairs);
  else if (!ordered(extent)) report(extent, pairs);
}

type DensitySolver = Exclude<Shape["solvers"][number], { particles: unknown }>;

/** What the solver does not allow of its settings, of the start and of the motion. */
function breachesOf(solver: DensitySolver, spec: Shape, motion: Motion): Breach[] {
  const { problem, initial } = spec;
  if ("stationary" in solver) return stationaryBreaches(problem, motion);
  if ("jko" in solver) {
    const where = { dimension: knownDimension(spec)!, domain: problem.domain };
    return [...densityBreaches(initial, "jko"), ...jkoBreaches(solver.jko, where, motion)];
  }
  const breaches = [...gridBreaches(solver.grid, motion), ...densityBreaches(initial, "grid")];
  // Where friction is infinite momenta must rest, and no grid serves.
  if (motion.friction === null || motion.friction.at(0) === Number.POSITIVE_INFINITY) return breaches;
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  return [...breaches, ...momentumBreaches(momentum, problem.temperature)];
}
