// The positive moves of positive-moves.ts by a kernel (src/kernels/c/positive.h), on all threads of the crew, with the same bits.

import type { Axis } from "../../grid/axis.ts";
import type { Grid } from "../../grid/grid.ts";
import { LANES, PANEL_FIELDS, runPanels } from "../../grid/panel.ts";
import type { Block, Engine } from "../../kernels/backend/kernels.ts";
import { type Field, writeHead } from "../../kernels/head.ts";
import { withAddress } from "../../kernels/resident.ts";
import { scratch } from "../../kernels/scratch.ts";
import { Contraction } from "./contraction.ts";
import { type Amounts, type LineMoves, movesWord } from "./line-moves.ts";
import { writePropagator } from "./positive-relaxation.ts";
import { BUNCH, Propagator } from "./propagator.ts";
import { REACH, setCuts, WIDTH } from "./remap.ts";

/** Doubles of `struct positive`. */
const HEAD = 16;
/** About what a shift of a cell takes, and a product. */
const SHIFT_NS = 4;
const PRODUCT_NS = 0.25;

export function positiveKernel(
  engine: Engine,
  grid: Grid,
  axis: number,
  amounts: Amounts,
  temperature: number,
): LineMoves {
  const { cells, periodic } = grid.axes[axis];
  const head = engine.allocate(HEAD);
  const whole = engine.allocate(Math.ceil(amounts.count / 2));
  const weights = engine.allocate(WIDTH * amounts.count);
  const contracts = temperature === 0;
  let relaxation: Relaxation | null = null;

  return {
    set(distances) {
      setCuts(grid.axes[axis], distances, whole.words, weights.numbers);
    },
    damp(damping) {
      relaxation ??= contracts
        ? contraction(engine, grid.axes[axis])
        : product(engine, grid.axes[axis], temperature);
      relaxation.set(damping);
    },
    apply(values, moves) {
      const { address, apart } = scratch(engine, 2 * LANES * (cells + 2 * REACH));
      const rest: Field[] = [
        [periodic ? 1 : 0, contracts ? 1 : 0],
        [moves.length, movesWord(moves)],
        whole.address,
        weights.address,
        [amounts.divisor, amounts.count],
        ...(relaxation?.fields() ?? new Array<Field>(5).fill(0)),
        address,
        apart,
      ];
      writeHead(head, rest, PANEL_FIELDS);
      const each = moves.map((move) => (move === "relax" ? (relaxation?.nanoseconds() ?? 0) : SHIFT_NS));
      const nanoseconds = LANES * cells * each.reduce((sum, taken) => sum + taken, 0);
      withAddress(engine, values, true, (at) =>
        runPanels(engine, "move_positive", head, grid, axis, at, nanoseconds),
      );
    },
  };
}

/** O on an axis: `struct band` and `struct contraction`, of which it is one. */
interface Relaxation {
  set(damping: number): void;
  fields(): Field[];
  /** A cell. */
  nanoseconds(): number;
}

function product(engine: Engine, axis: Axis, temperature: number): Relaxation {
  const { cells } = axis;
  const propagator = new Propagator(cells);
  const { from, to, matrix } = propagator;
  const bunches = from.length;
  const ends = engine.allocate(Math.ceil((3 * bunches) / 2));
  let numbers: Block | null = null;
  let products = 0;
  return {
    set(damping) {
      writePropagator(axis, damping, temperature, propagator);
      let at = 0;
      for (let bunch = 0; bunch < bunches; bunch++) {
        ends.words.set([from[bunch], to[bunch], at], 3 * bunch);
        at += BUNCH * Math.max(0, to[bunch] - from[bunch]);
      }
      products = at / cells;
      if (numbers === null || numbers.numbers.length < at) {
        numbers?.free();
        numbers = engine.allocate(at);
      }
      at = 0;
      for (let bunch = 0; bunch < bunches; bunch++) {
        for (let j = from[bunch]; j < to[bunch]; j++) {
          for (let row = BUNCH * bunch; row < BUNCH * (bunch + 1); row++) {
            numbers.numbers[at++] = row < cells ? matrix[row * cells + j] : 0;
          }
        }
      }
    },
    fields: () => [ends.address, numbers!.address, 0, 0, 0],
    nanoseconds: () => PRODUCT_NS * products,
  };
}

function contraction(engine: Engine, axis: Axis): Relaxation {
  const { cells } = axis;
  const made = new Contraction(axis);
  const left = engine.allocate(Math.ceil(cells / 2));
  const right = engine.allocate(Math.ceil(cells / 2));
  const weights = engine.allocate(WIDTH * cells);
  return {
    set(damping) {
      made.set(damping);
      left.words.set(made.left);
      right.words.set(made.right);
      weights.numbers.set(made.weights);
    },
    fields: () => [0, 0, left.address, right.address, weights.address],
    nanoseconds: () => SHIFT_NS,
  };
}
