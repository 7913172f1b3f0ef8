// The order of a scheme as evidence: p of errors e ~ x^p under refinement, its error from the last two
// refinements, and the figure that shows the errors over the line that theory draws through the finest of
// them.

import { MuflowError } from "../../base/errors.ts";
import type { ClaimCurve, Evidence } from "../../claims/claim.ts";
import { observedOrder, type Refinement } from "../../statistics/order.ts";

export interface OrderFigure {
  /** The refinements: errors against an exact solution, > 0. */
  readonly errors: readonly Refinement[];
  /** What the errors are known to, absolute: that of the exact solution. Default 0. */
  readonly floor?: number;
  /** The order that theory gives: the dashed line's. */
  readonly predicted: number;
  /** What is refined, and what is measured: the axes. */
  readonly x: string;
  readonly y: string;
  readonly caption: string;
  readonly notes?: readonly string[];
}

/** Errors (numerics): fewer than three errors above their floor. */
export function orderEvidence(given: OrderFigure): Evidence {
  const { errors, floor = 0, predicted, x, y, caption, notes = [] } = given;
  const { order, error, levels, findings } = observedOrder(errors, { values: "errors", floor });
  if (order === null || error === null) {
    throw new MuflowError("numerics", `order: ${findings.map(({ reason }) => reason).join("; ")}`);
  }
  const left = levels.flatMap(({ x: at, leftOut }) =>
    leftOut === null ? [] : [`${at} is left out: ${leftOut.reason}.`],
  );
  return {
    measured: order,
    error,
    figure: {
      x: { label: x, log: true },
      y: { label: y, log: true },
      curves: [
        {
          label: "measured",
          style: "points",
          points: levels.map(({ x: at, value }) => [at, value] as const),
        },
        powerLine(levels, predicted),
      ],
      caption,
    },
    notes: [...notes, ...findings.map(({ reason }) => `${reason}.`), ...left],
  };
}

/** C x^p through the finest level that counts. */
function powerLine(
  levels: readonly { x: number; value: number; leftOut: unknown }[],
  order: number,
): ClaimCurve {
  const { x, value } = levels.findLast(({ leftOut }) => leftOut === null)!;
  return {
    label: `order ${order}`,
    style: "dashed",
    points: levels.map((level) => [level.x, value * (level.x / x) ** order] as const),
  };
}
