// The order of a scheme as evidence: p of errors e ~ x^p under refinement, its error from the last two
// refinements, and the figure that shows the errors over the line that theory draws through the finest of
// them.

import { MuflowError } from "../../base/errors.ts";
import type { ClaimCurve, Evidence } from "../../claims/claim.ts";
import { observedOrder, type Refinement } from "../../statistics/order.ts";
import { dashed, dots } from "./curves.ts";

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
      curves: [dots("measured", levels, ({ x: at, value }) => [at, value]), powerLine(levels, predicted)],
      caption,
    },
    notes: [...notes, ...findings.map(({ reason }) => `${reason}.`), ...left],
  };
}

/** The errors at h = `duration`/n; the work of one is that of its n steps, or `work` of n. */
export async function refined(
  counts: readonly number[],
  asked: { duration: number; progress: (share: number) => void; work?: (n: number) => number },
  errorOf: (h: number, n: number) => number | Promise<number>,
): Promise<Refinement[]> {
  const { duration, progress, work = (n) => n } = asked;
  const total = counts.reduce((sum, n) => sum + work(n), 0);
  const errors: Refinement[] = [];
  let done = 0;
  for (const n of counts) {
    const h = duration / n;
    errors.push({ x: h, value: await errorOf(h, n) });
    done += work(n);
    progress(done / total);
  }
  return errors;
}

/** n, 2n, 4n … to the last. */
export function doublings([first, last]: readonly [number, number]): number[] {
  return Array.from({ length: 1 + Math.round(Math.log2(last / first)) }, (_, k) => first * 2 ** k);
}

/** C x^p through the finest level that counts. */
function powerLine(
  levels: readonly { x: number; value: number; leftOut: unknown }[],
  order: number,
): ClaimCurve {
  const { x, value } = levels.findLast(({ leftOut }) => leftOut === null)!;
  return dashed(`order ${order}`, levels, (level) => [level.x, value * (level.x / x) ** order]);
}
