// The order of a scheme as a claim: p of errors e ~ h^p, h halved from run to run, its error from the last two halvings, and the
// figure that shows the errors over the line that theory draws through the finest of them.

import { MuflowError } from "../../base/errors.ts";
import { type Claim, type ClaimCurve, claim } from "../../claims/claim.ts";
import { observedOrder } from "../../statistics/order.ts";
import { dashed, dots } from "./curves.ts";
import { inTurn } from "./in-turn.ts";

/** 1/h of the coarsest run and of the finest; each is twice the one before. */
type Halvings = readonly [coarsest: number, finest: number];

export interface OrderClaim extends Omit<Claim, "predicted" | "measure"> {
  /** The order that theory gives. */
  readonly order: number;
  readonly quick: Halvings;
  readonly full: Halvings;
  /** Of the run with h = 1/n; default n. */
  readonly work?: (n: number) => number;
  /** What is measured: the axis. */
  readonly y: string;
  readonly caption: string;
  /** The errors of one measurement, against an exact solution. */
  errors(full: boolean): {
    /** At h = 1/n, > 0. */
    of(h: number, n: number): number | Promise<number>;
    /** How far off they may be down to h = 1/n, absolute; asked for once they are measured. Default 0. */
    floor?(n: number): number;
  };
}

/** The claim of that order. Its measurement, errors (numerics): fewer than three errors above their floor. */
export function orderClaim(asked: OrderClaim): Claim {
  const { order: predicted, quick, full, work = (n) => n, y, caption, errors, ...stated } = asked;
  return claim({
    ...stated,
    predicted: { equals: predicted },
    async measure(context) {
      const counts = doublings(context.full ? full : quick);
      const { of, floor = () => 0 } = errors(context.full);
      const errorAt = async (n: number) => ({ x: 1 / n, value: await of(1 / n, n) });
      const course = await inTurn(counts, context.progress, errorAt, work);
      const fit = observedOrder(course, { values: "errors", floor: floor(counts.at(-1)!) });
      const { order, error, levels, findings } = fit;
      if (order === null || error === null) {
        throw new MuflowError("numerics", `order: ${findings.map(({ reason }) => reason).join("; ")}`);
      }
      const left = levels.flatMap(({ x, leftOut }) =>
        leftOut === null ? [] : [`${x} is left out: ${leftOut.reason}.`],
      );
      return {
        measured: order,
        error,
        figure: {
          x: { label: "h", log: true },
          y: { label: y, log: true },
          curves: [dots("measured", levels, ({ x, value }) => [x, value]), powerLine(levels, predicted)],
          caption,
        },
        notes: [...findings.map(({ reason }) => `${reason}.`), ...left],
      };
    },
  });
}

/** n, 2n, 4n … to the last. */
function doublings([first, last]: Halvings): number[] {
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
