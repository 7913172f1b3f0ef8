// What keys must agree on where densities do: cells, extents, schemes, and a start that is a density.

import { jkoBreaches } from "../pde/jko/jko.ts";
import { gridBreaches } from "../pde/kinetic/schemes.ts";
import { type Check, type Report, reportAll } from "./check.ts";
import type { Path } from "./issues.ts";
import { broadcast, hasInfiniteFriction, knownDimension } from "./layout.ts";
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
    if (!("grid" in solver) || motion === null) return;
    reportAll(gridBreaches(solver.grid, motion), at(), report);
    if (phase && !hasInfiniteFriction(spec.dynamics)) checkPhaseStart(spec, report);
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

function checkPhaseStart({ initial, problem }: Shape, report: Report): void {
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  if (problem.temperature === 0 && (momentum?.std === undefined || [momentum.std].flat().includes(0))) {
    report(
      ["initial", "momentum", "std"],
      momentum?.std,
      "numbers > 0 with grid at temperature 0: a density needs a width",
    );
  }
}

export const checkDensities: Check = (spec, report) => {
  const { problem, dynamics, initial } = spec;
  spec.solvers.forEach((solver, index) => {
    if ("particles" in solver) return;
    const [name] = Object.keys(solver);
    if ("stationary" in solver) {
      if (dynamics.kind === "annealed-langevin") {
        report(
          ["solvers", index],
          solver,
          "particles, grid with annealed-langevin: its temperature falls for ever, an equilibrium has one; use langevin with the problem.temperature of interest",
        );
      } else if (problem.temperature === 0) {
        report(["problem", "temperature"], 0, "a number > 0 with stationary: without noise no Gibbs measure");
      }
      return;
    }
    if (initial.kind === "sphere" || initial.kind === "file") {
      report(["initial", "kind"], initial.kind, `gaussian, uniform with ${name}, which needs a density`);
    }
    if (initial.kind === "uniform") {
      const p = knownDimension(spec) ?? 1;
      const [lows, highs] = [broadcast(initial.low, p), broadcast(initial.high, p)];
      if (lows.some((value, k) => value === highs[k])) {
        report(
          ["initial", "high"],
          initial.high,
          `numbers > initial.low with ${name}: a density needs a width`,
        );
      }
    }
    if (initial.kind === "gaussian") {
      const zero = [initial.std].flat().includes(0);
      if (zero) {
        report(["initial", "std"], initial.std, `numbers > 0 with ${name}: a density needs a width`);
      }
    }
    const motion = motionIn(spec);
    if (!("jko" in solver) || motion === null) return;
    const where = { dimension: knownDimension(spec) ?? 1, domain: problem.domain };
    reportAll(jkoBreaches(solver.jko, where, motion), ["solvers", index, "jko"], report);
  });
};
