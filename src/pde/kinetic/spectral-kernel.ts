// The spectral moves of spectral-moves.ts by kernels (src/kernels/c/spectral.h), on all threads of the crew, with the same bits.

import type { Axis } from "../../grid/axis.ts";
import type { Grid } from "../../grid/grid.ts";
import { LANES, PANEL_FIELDS, runPanels } from "../../grid/panel.ts";
import { FOURIER_FIELDS, tileFourier } from "../../grid/tile-fourier.ts";
import type { Block, Engine } from "../../kernels/backend/kernels.ts";
import { runParts } from "../../kernels/crew.ts";
import { writeHead } from "../../kernels/head.ts";
import { TILE } from "../../kernels/layout.ts";
import { withAddress } from "../../kernels/resident.ts";
import { scratch } from "../../kernels/scratch.ts";
import { Dilation } from "./dilation.ts";
import { type Amounts, type LineMoves, movesWord } from "./line-moves.ts";

/** Doubles of `struct spectral` and `struct phases`. */
const HEAD = 20;
const PHASES_HEAD = 3;
/** About what a move of a cell takes, and the phases of a mode. */
const CELL_NS = 5;
const MODE_NS = 2;

export function spectralKernel(
  engine: Engine,
  grid: Grid,
  axis: number,
  amounts: Amounts,
  temperature: number,
): LineMoves {
  const { cells, low, high } = grid.axes[axis];
  const fourier = tileFourier(engine, cells);
  const tiles = Math.ceil(amounts.count / TILE);
  const turns = engine.allocate(TILE * tiles);
  const phases = engine.allocate(TILE * tiles * (cells + 2));
  const phasesHead = engine.allocate(PHASES_HEAD);
  const head = engine.allocate(HEAD);
  const dilation = dilationKernel(engine, grid.axes[axis], temperature);
  turns.numbers.fill(0);
  writeHead(phasesHead, [turns.address, phases.address, [cells / 2, 0]]);

  return {
    set(distances) {
      for (let at = 0; at < distances.length; at++) turns.numbers[at] = distances[at] / (high - low);
      runParts(engine, "fill_phases", phasesHead, tiles, MODE_NS * TILE * cells);
    },
    damp(damping) {
      dilation.set(damping);
    },
    apply(values, moves) {
      const { length, fields } = dilation;
      const room = LANES * (3 * cells + fourier.parts + 2 + 2 * length);
      const { address, apart } = scratch(engine, room);
      const rest = [
        [amounts.divisor, amounts.count] as const,
        [moves.length, movesWord(moves)] as const,
        phases.address,
        ...fourier.fields,
        ...fields(),
        address,
        apart,
      ];
      writeHead(head, rest, PANEL_FIELDS);
      const nanoseconds = CELL_NS * LANES * cells * moves.length;
      withAddress(engine, values, true, (at) =>
        runPanels(engine, "move_spectral", head, grid, axis, at, nanoseconds),
      );
    },
  };
}

/** O of an axis, as `struct dilation` has it: nothing before it is set. */
function dilationKernel(engine: Engine, axis: Axis, temperature: number) {
  let dilation: Dilation | null = null;
  let tables: Block | null = null;
  let fourier: ReturnType<typeof tileFourier> | null = null;
  return {
    get length() {
      return dilation?.length ?? 0;
    },
    set(damping: number): void {
      dilation ??= new Dilation(axis, temperature);
      const { before, kernel, after, length } = dilation;
      fourier ??= tileFourier(engine, length);
      tables ??= engine.allocate(before.length + kernel.length + after.length);
      dilation.set(damping);
      tables.numbers.set(before);
      tables.numbers.set(kernel, before.length);
      tables.numbers.set(after, before.length + kernel.length);
    },
    fields() {
      if (dilation === null || tables === null || fourier === null)
        return new Array<number>(3 + FOURIER_FIELDS).fill(0);
      const { before, kernel } = dilation;
      const address = (doubles: number) => tables!.address + Float64Array.BYTES_PER_ELEMENT * doubles;
      return [address(0), address(before.length), address(before.length + kernel.length), ...fourier.fields];
    },
  };
}
