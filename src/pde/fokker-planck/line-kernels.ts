// The kernels of c/lines.h on the lines of one axis: a backward-Euler substep, its derivative, and what a density dissipates. They have
// the bits of scharfetter-gummel.ts and of grid/resolvent.ts, which have more to say of the mathematics.

import type { Grid } from "../../grid/grid.ts";
import { countPanels, LANES, PANEL_FIELDS, runPanels } from "../../grid/panel.ts";
import type { Engine, KernelName } from "../../kernels/backend/kernels.ts";
import { NamedHead } from "../../kernels/named-head.ts";
import { Lent, residentArray } from "../../kernels/resident.ts";
import { scratch } from "../../kernels/scratch.ts";

/** About what a cell takes, in nanoseconds. */
const CELL_NS = 3;

/** `struct lines` after its panels. */
const FIELDS = [
  ...["scale", "temperature", "cyclic", "fresh", "phi", "from", "to", "dphi"],
  ...["forward", "inverse", "backward", "after", "conductance"],
  ...["from_zero", "to_zero", "sums", "scratch", "apart"],
] as const;

export type LineField = (typeof FIELDS)[number];

/** The lines along axis k. */
export class LineKernels {
  private readonly head: NamedHead<LineField>;
  private readonly lent: Lent;
  private readonly cells: number;
  /** Lanes of all panels. */
  readonly lanes: number;

  constructor(
    private readonly engine: Engine,
    private readonly grid: Grid,
    private readonly k: number,
  ) {
    this.cells = grid.axes[k]!.cells;
    this.lanes = LANES * countPanels(grid, k);
    this.lent = new Lent(engine, grid.size);
    this.head = new NamedHead(engine, FIELDS, PANEL_FIELDS);
    this.set("cyclic", grid.axes[k]!.periodic ? 1 : 0);
  }

  /** An array of a number a cell, in the order of panels. */
  panels(): Float64Array {
    return residentArray(this.lanes * this.cells, this.engine);
  }

  set(field: LineField, value: number): void {
    this.head.set(field, value);
  }

  /** An array in the order of panels, or of lanes. */
  place(field: LineField, array: Float64Array): void {
    this.head.place(field, array);
  }

  /** An array on the grid that is read. */
  read(field: "phi" | "from" | "dphi", array: Float64Array): void {
    this.set(field, this.lent.read(array, FIELDS.indexOf(field)));
  }

  /** Runs a kernel that writes all of an array on the grid, or none. */
  run(kernel: KernelName, to: Float64Array | null): void {
    const { engine, grid, k, cells, lent } = this;
    const slot = FIELDS.indexOf("to");
    const room = scratch(engine, 3 * LANES * cells);
    this.set("scratch", room.address);
    this.set("apart", room.apart);
    if (to !== null) this.set("to", lent.write(to, slot));
    runPanels(engine, kernel, this.head.block, grid, k, 0, CELL_NS * LANES * cells);
    if (to !== null) lent.written(to, slot);
  }
}
