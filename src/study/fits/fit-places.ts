// Where the numbers of a fit stand: along what it runs, and in which combination of everything else.

import type { SolverLabel } from "../../observables/distances/compare.ts";
import { isNetwork, isOnGrid } from "../../run/runs.ts";
import type { Run } from "../../run/solvers/list.ts";
import type { FitSpec } from "../../spec/shapes/study.ts";
import type { SweptValues } from "../sweep.ts";

export interface Place {
  readonly x: number;
  readonly group: SweptValues;
}

const widthOf = (run: Run) => (isNetwork(run) ? run.width : undefined);
export const cellsOf = (run: Run) => (isOnGrid(run) ? run.cells : undefined);

/** What tells a run from one of another entry under `solvers` that its width or its cells do not tell it from; null where they do. */
export function twinOf(run: Run, runs: readonly Run[]): string | null {
  const size = (sized: Run) => JSON.stringify([sized.solver, widthOf(sized), cellsOf(sized)]);
  const alike = runs.some((other) => other.entry !== run.entry && size(other) === size(run));
  return alike ? `solvers.${run.entry}` : null;
}

/** Where a sample stands along the fit, and in which group; null where it has no such place. */
export function placeOf(
  { along }: FitSpec,
  values: SweptValues,
  of: Run | SolverLabel,
  twin: string | null,
  t: number | null,
): Place | null {
  const width = "width" in of ? of.width : undefined;
  const cells = "cells" in of ? of.cells : undefined;
  const x = { width, cells: cells?.[0], time: t ?? undefined }[along] ?? values[along];
  if (typeof x !== "number") return null;
  const others = Object.entries(values).filter(
    ([key]) => key !== along && !((along === "width" || along === "cells") && key.endsWith(`.${along}`)),
  );
  return {
    x,
    group: {
      ...Object.fromEntries(others),
      ...(twin === null ? {} : { solver: twin }),
      ...(along === "width" || width === undefined ? {} : { width }),
      ...(along === "cells" || cells === undefined ? {} : { cells: cells.join("×") }),
    },
  };
}
