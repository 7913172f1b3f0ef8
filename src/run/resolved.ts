// Whether cells of (θ, ω) resolve a density of phase space: at its start, where shifts by Fourier sums ring if it is too narrow, and on the way, where mass
// becomes negative; and which cells would do instead.

import { inputError } from "../base/errors.ts";
import type { FaceMass } from "../grid/density.ts";
import { MOST_ADVISED } from "../grid/grid.ts";
import { leakMessage } from "../grid/leak.ts";
import type { KineticCourse } from "../pde/kinetic/refinement.ts";
import {
  powerOfTwo,
  type Resolved,
  resolvedPhase,
  type Unknown,
  type Unresolved,
} from "../pde/kinetic/resolved-phase.ts";
import { axisName, gridOf, type KineticGridRun, NEAR_LEAK } from "./runs.ts";

/** More negative mass than this is no round-off: the density is not resolved. */
const MOST_NEGATIVE = 1e-8;

/** Fewer cells to a standard deviation than this ring at the first shift: e^(−(πσ/Δ)²/2) of the density, 6e-7 here. */
const FEWEST_CELLS = 1.7;
/** So many leave 3e-9. */
const ENOUGH_CELLS = 2;

/** The run without what is recorded of it. */
export function courseOf({ schedule, initial, ...run }: KineticGridRun): KineticCourse {
  const { problem, dynamics, leak, scheme, integrator, order, cells, extent } = run;
  const phase = gridOf({ cells, extent, problem });
  return { problem, dynamics, leak, scheme, integrator, order, phase, law: initial, step: schedule.step };
}

/** Throws where a Gaussian start is too narrow for shifts by Fourier sums. */
export function requireResolvedStart(run: KineticGridRun): void {
  const { position, momentum } = run.initial;
  const p = run.problem.dimension;
  const thermal = Math.sqrt(run.problem.temperature);
  const starts = gridOf(run).axes.map(({ spacing, cells }, k) => {
    const initial = position.kind === "gaussian" ? position.std[k] : Number.POSITIVE_INFINITY;
    const std = k < p ? initial : (momentum?.std[k - p] ?? thermal);
    const narrow = std < FEWEST_CELLS * spacing;
    const enough = narrow ? powerOfTwo((ENOUGH_CELLS * spacing * cells) / std) : cells;
    return { k, narrow, spans: (std / spacing).toPrecision(2), std, enough };
  });
  const narrow = starts.filter((start) => start.narrow);
  if (narrow.length === 0) return;
  const enough = starts.map((start) => start.enough);
  const texts = narrow.map(({ k, std, spans }) => `std ${std} spans ${spans} cells of ${axisName(run, k)}`);
  const tried = enough.some((cells) => cells > MOST_ADVISED)
    ? "beyond"
    : triedCells({ ...run, cells: enough });
  const instead =
    tried === "beyond"
      ? "a narrower extent, or "
      : tried === "too dear"
        ? `${enough.join(" × ")} cells at least, or `
        : insteadOf(run, tried);
  throw inputError(
    "grid.cells",
    `found ${run.cells.join(" × ")}; the initial ${texts.join(", and ")}, where scheme spectral needs ${ENOUGH_CELLS}: try ${instead}scheme positive`,
  );
}

/** Why a density with so much negative mass after n steps is not resolved, and what is; null where that is round-off. */
export function negativeDoubt(
  run: KineticGridRun,
  density: Float64Array,
  n: number,
  negative: number,
  face: FaceMass | null,
): string | null {
  if (!(negative > MOST_NEGATIVE)) return null;
  const tried = triedCells(run, { step: n, negative });
  // A density cut off at a face rings there, long before much mass has arrived.
  const cut =
    typeof tried === "string" && face !== null && face.mass > NEAR_LEAK * run.leak
      ? `a wider extent (${leakMessage(gridOf(run), density, face, run.leak, axisName(run, face.axis))}), `
      : "";
  return `the density has negative mass ${negative.toExponential(1)}, allowed ${MOST_NEGATIVE}: it is not resolved. Try ${cut}${insteadOf(run, tried)}scheme positive, which stays positive`;
}

/** Cells that would do, with the extent where it has to be wider, as they were tried. From the run's own, which may have failed. */
function triedCells(run: KineticGridRun, failed: Unresolved | null = null): Resolved | Unknown {
  return resolvedPhase(courseOf(run), run.schedule.steps, MOST_NEGATIVE, failed);
}

/** The first half of "…, or scheme positive": nothing where no cells will do. */
function insteadOf(run: KineticGridRun, tried: Resolved | Unknown): string {
  if (tried === "none") return "";
  if (tried === "too dear") return "more cells, or ";
  const { axes } = tried.phase;
  const cells = axes.map((axis) => axis.cells);
  const far = tried.steps === run.schedule.steps ? "to the end" : `for ${tried.steps} steps`;
  if (axes.every(({ low, high }, k) => low === run.extent[k][0] && high === run.extent[k][1])) {
    return `${cells.join(" × ")} cells, which resolve it ${far}, or `;
  }
  const extent = axes.map(({ low, high }) => `[${low}, ${high}]`).join(", ");
  return `cells [${cells.join(", ")}] on extent [${extent}], which hold and resolve it ${far}, or `;
}
