// μ(x − a) along one axis as a conservative remap (remap.ts): with a/Δ = m + α, 0 ≤ α < 1, the right fraction α of cell i
// goes to cell i + m + 1 and the rest to cell i + m, around the period or, on a bounded axis, no further than the last
// cell: walls closed to flux, where what would leave gathers (the boundary mass tells).
// ≥ 0 exactly, mass to round-off, order 7 in Δ where the clamp is idle. Any number of cells ≥ 4. Cost O(7 n) a line.
// O by Mehler's kernel where its width √v, v = τ(1 − a²), is at least 1.1 Δω, else by the exponential of Chang and Cooper's
// matrix, at τ = 0 by a remap.

import { log } from "../../base/elementary.ts";
import type { Axis } from "../../grid/axis.ts";
import type { Grid } from "../../grid/grid.ts";
import { changCooper } from "./chang-cooper.ts";
import { Contraction } from "./contraction.ts";
import { type Amounts, amountOf, type LineMoves } from "./line-moves.ts";
import { mehler, RESOLVED } from "./mehler.ts";
import { eachPanel, LANES } from "./panel.ts";
import { Propagator } from "./propagator.ts";
import { pad, partsByLane, REACH, rightWeights, WIDTH } from "./remap.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** O on the panels of an axis, for one damping after another. */
interface Relaxation {
  set(damping: number): void;
  apply(lines: Float64Array, padded: Float64Array, parts: Float64Array): void;
}

/** Positive moves along one axis. */
export function positiveMoves(grid: Grid, axis: number, amounts: Amounts, temperature: number): LineMoves {
  const { cells, periodic, spacing } = grid.axes[axis];
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
    set(distances) {
      for (let line = 0; line < distances.length; line++) {
        // A shift by more than the whole axis is that of its length: everything at the wall, or around once more.
        const distance = Math.max(-cells, Math.min(cells, distances[line] / spacing));
        whole[line] = Math.floor(distance);
        rightWeights(distance - whole[line], weights, WIDTH * line);
      }
    },
    damp(damping) {
      relaxation ??= relaxationOn(grid.axes[axis], temperature);
      relaxation.set(damping);
    },
    apply(values, moves) {
      eachPanel(grid, axis, values, lines, (panel) => {
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
      writePropagator(axis, damping, temperature, propagator.matrix);
      propagator.findBand();
    },
    apply(lines, _padded, moved) {
      propagator.apply(lines, moved);
      lines.set(moved);
    },
  };
}

/** The matrix of O on an axis, τ > 0. */
function writePropagator(axis: Axis, damping: number, temperature: number, matrix: Float64Array): void {
  if (isResolved(temperature, damping, axis.spacing)) {
    mehler(axis, damping, temperature * (1 - damping) * (1 + damping), matrix);
  } else changCooper(axis, -log(damping), temperature, matrix);
}

/** Whether cells of that width resolve the kernel of O. */
export function isResolved(temperature: number, damping: number, spacing: number): boolean {
  return Math.sqrt(temperature * (1 - damping) * (1 + damping)) / spacing >= RESOLVED;
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
