// μ(x − a) along one axis as a conservative remap (remap.ts): with a/Δ = m + α, 0 ≤ α < 1, the right fraction α of cell i
// goes to cell i + m + 1 and the rest to cell i + m, around the period or, on a bounded axis, no further than the last
// cell: walls closed to flux, where what would leave gathers (the boundary mass tells).
// ≥ 0 exactly, mass to round-off, order 7 in Δ where the clamp is idle. Any number of cells ≥ 4. Cost O(7 n) a line.
// O by a matrix (positive-relaxation.ts), at τ = 0 by a remap.

import type { Axis } from "../../grid/axis.ts";
import type { Grid } from "../../grid/grid.ts";
import { changePanels, LANES } from "../../grid/panel.ts";
import { backend } from "../../kernels/backend/backend.ts";
import { Contraction } from "./contraction.ts";
import { type Amounts, amountOf, type LineMoves } from "./line-moves.ts";
import { positiveKernel } from "./positive-kernel.ts";
import { writePropagator } from "./positive-relaxation.ts";
import { Propagator } from "./propagator.ts";
import { pad, partsByLane, REACH, setCuts, WIDTH } from "./remap.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** O on the panels of an axis, for one damping after another. */
interface Relaxation {
  set(damping: number): void;
  apply(lines: Float64Array, padded: Float64Array, parts: Float64Array): void;
}

/** Positive moves along one axis. */
export function positiveMoves(grid: Grid, axis: number, amounts: Amounts, temperature: number): LineMoves {
  const { engine } = backend();
  return engine === null
    ? inJavaScript(grid, axis, amounts, temperature)
    : positiveKernel(engine, grid, axis, amounts, temperature);
}

/** The reference. */
function inJavaScript(grid: Grid, axis: number, amounts: Amounts, temperature: number): LineMoves {
  const { cells, periodic } = grid.axes[axis];
  /** m by amount */
  const whole = new Int32Array(amounts.count);
  const weights = new Float64Array(WIDTH * amounts.count);
  /** Those of the lanes of a panel. */
  const cuts = new Int32Array(ROW);
  const byLane = new Float64Array(WIDTH * ROW);
  const lines = new Float64Array(ROW * cells);
  const padded = new Float64Array(ROW * (cells + 2 * REACH));
  const parts = new Float64Array(ROW * cells);
  let relaxation: Relaxation | null = null;

  return {
    set: (distances) => setCuts(grid.axes[axis], distances, whole, weights),
    damp(damping) {
      relaxation ??= relaxationOn(grid.axes[axis], temperature);
      relaxation.set(damping);
    },
    apply(values, moves) {
      changePanels(grid, axis, values, lines, (panel) => {
        for (const move of moves) {
          if (move === "relax") {
            relaxation!.apply(lines, padded, parts);
            continue;
          }
          pad(lines, cells, periodic, padded);
          for (let lane = 0; lane < ROW; lane++) {
            const amount = amountOf(amounts, panel, lane);
            cuts[lane] = whole[amount];
            for (let c = 0; c < WIDTH; c++) byLane[c * ROW + lane] = weights[WIDTH * amount + c];
          }
          partsByLane(padded, cells, byLane, parts);
          for (let lane = 0; lane < panel.lanes; lane++) {
            if (periodic) moveAround(padded, parts, lane, cuts[lane], lines, cells);
            else moveBetweenWalls(padded, parts, lane, cuts[lane], lines, cells);
          }
        }
      });
    },
  };
}

function relaxationOn(axis: Axis, temperature: number): Relaxation {
  if (temperature === 0) return new Contraction(axis);
  const propagator = new Propagator(axis.cells);
  return {
    set(damping) {
      writePropagator(axis, damping, temperature, propagator);
    },
    apply(lines, _padded, moved) {
      propagator.apply(lines, moved);
      lines.set(moved);
    },
  };
}

function moveAround(
  padded: Float64Array,
  parts: Float64Array,
  lane: number,
  whole: number,
  out: Float64Array,
  cells: number,
): void {
  let to = ((whole % cells) + cells) % cells;
  let before = parts[(cells - 1) * ROW + lane];
  for (let i = 0; i < cells; i++) {
    const part = parts[i * ROW + lane];
    out[to * ROW + lane] = padded[(REACH + i) * ROW + lane] - part + before;
    before = part;
    to = to + 1 === cells ? 0 : to + 1;
  }
}

function moveBetweenWalls(
  padded: Float64Array,
  parts: Float64Array,
  lane: number,
  whole: number,
  out: Float64Array,
  cells: number,
): void {
  for (let i = 0; i < cells; i++) out[i * ROW + lane] = 0;
  for (let i = 0; i < cells; i++) {
    const to = i + whole;
    const stay = to < 0 ? 0 : to < cells ? to : cells - 1;
    const move = to < -1 ? 0 : to + 1 < cells ? to + 1 : cells - 1;
    const part = parts[i * ROW + lane];
    out[stay * ROW + lane] += padded[(REACH + i) * ROW + lane] - part;
    out[move * ROW + lane] += part;
  }
}
