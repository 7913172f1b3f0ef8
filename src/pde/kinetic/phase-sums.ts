// What a density of phase space is summed to in one pass: its laws ρ of θ and of ω, its least and its largest cell, and its negative mass.
// Rows, all cells of ω at one of θ, are summed as in field/phase.ts. Columns are summed over parts of at most so many rows, and the parts in order;
// so is what is negative, in eight running sums. By a kernel (src/kernels/c/density-sums.h) on all threads of the crew with the same bits.

import { sumOf } from "../../base/sum.ts";
import { type FaceMass, faceMassesOf, momentsOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { backend } from "../../kernels/backend/backend.ts";
import type { Engine } from "../../kernels/backend/kernels.ts";
import { runParts } from "../../kernels/crew.ts";
import { writeHead } from "../../kernels/head.ts";
import { withAddress } from "../../kernels/resident.ts";
import { positionGrid, rowSum } from "../field/phase.ts";

/** Parts of a density. */
const PARTS = 64;
/** Running sums. */
const RUNNING = 8;
/** Least, largest, and minus the sum of what is negative. */
const EXTREMES = 3;

/** What is found of the rows that one part after the other has; columns and extremes by part. */
interface Found {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly extremes: Float64Array;
}

/** Sums densities on one phase grid; what it found is its own until it sums the next one. */
export class PhaseSums {
  /** ρ at the cells of θ. */
  readonly rho: Float64Array;
  least = 0;
  most = 0;
  /** −∫min(μ, 0) */
  negative = 0;
  private readonly theta: Grid;
  private readonly omega: Grid;
  /** The law of ω at its cells. */
  private readonly momenta: Float64Array;
  private readonly summed: Summed;

  constructor(private readonly phase: Grid) {
    this.theta = positionGrid(phase);
    this.omega = grid(phase.axes.slice(phase.axes.length / 2));
    this.rho = new Float64Array(this.theta.size);
    this.momenta = new Float64Array(this.omega.size);
    const { engine } = backend();
    const shape = shapeOf(this.theta.size, this.omega.size);
    this.summed = engine === null ? inJavaScript(shape) : inKernels(engine, shape);
  }

  /** Sums that density. */
  read(values: Float64Array): void {
    const { phase, theta, omega, momenta, summed, rho } = this;
    const { rows, columns, extremes } = summed.all(values);
    for (let cell = 0; cell < rho.length; cell++) rho[cell] = omega.volume * rows[cell];
    momenta.fill(0);
    for (let at = 0; at < columns.length; at += momenta.length) {
      for (let j = 0; j < momenta.length; j++) momenta[j] += columns[at + j];
    }
    for (let j = 0; j < momenta.length; j++) momenta[j] *= theta.volume;
    let negative = 0;
    [this.least, this.most] = [0, 0];
    for (let at = 0; at < extremes.length; at += EXTREMES) {
      if (extremes[at] < this.least) this.least = extremes[at];
      if (extremes[at + 1] > this.most) this.most = extremes[at + 1];
      negative += extremes[at + 2];
    }
    this.negative = phase.volume * negative;
  }

  /** Its law of θ alone, into `out`. */
  readPosition(values: Float64Array, out: Float64Array): void {
    const { volume } = this.omega;
    const { rows } = this.summed.rows(values);
    for (let cell = 0; cell < out.length; cell++) out[cell] = volume * rows[cell];
  }

  /** ∫dμ */
  mass(): number {
    return this.theta.volume * sumOf(this.rho);
  }

  /** Mean and variance of every coordinate of ω. */
  momentumLaws(): { mean: number; variance: number }[] {
    return momentsOf(this.omega, this.momenta);
  }

  /** The mass beside every face. */
  faces(): FaceMass[] {
    const { theta, omega, rho, momenta } = this;
    const beyond = faceMassesOf(omega, momenta).map((face) => ({
      ...face,
      axis: theta.axes.length + face.axis,
    }));
    return [...faceMassesOf(theta, rho), ...beyond];
  }
}

interface Shape {
  /** Rows, cells of a row, rows of a part. */
  readonly count: number;
  readonly row: number;
  readonly each: number;
  readonly parts: number;
}

function shapeOf(count: number, row: number): Shape {
  const each = Math.ceil(count / PARTS);
  return { count, row, each, parts: Math.ceil(count / each) };
}

interface Summed {
  all(values: Float64Array): Found;
  rows(values: Float64Array): Pick<Found, "rows">;
}

function inJavaScript({ count, row, each, parts }: Shape): Summed {
  const rows = new Float64Array(count);
  const columns = new Float64Array(parts * row);
  const extremes = new Float64Array(EXTREMES * parts);
  const found = { rows, columns, extremes };
  const whole = row - (row % RUNNING);
  const negative = new Float64Array(2 * RUNNING);

  function sumRows(values: Float64Array): void {
    for (let k = 0; k < count; k++) rows[k] = rowSum(values, k * row, row);
  }

  function sumPart(values: Float64Array, part: number): void {
    let least = 0;
    let most = 0;
    negative.fill(0);
    for (let k = part * each; k < Math.min(count, (part + 1) * each); k++) {
      for (let j = 0; j < row; j++) {
        const value = values[k * row + j];
        columns[part * row + j] += value;
        if (value < least) least = value;
        if (value > most) most = value;
        // Cells beyond the last eight have sums of their own.
        if (value < 0) negative[j < whole ? j % RUNNING : RUNNING + j - whole] -= value;
      }
    }
    for (let k = 0; k < RUNNING; k++) negative[k] += negative[RUNNING + k];
    extremes.set([least, most, rowSum(negative, 0, RUNNING)], EXTREMES * part);
  }

  return {
    rows(values) {
      sumRows(values);
      return found;
    },
    all(values) {
      sumRows(values);
      columns.fill(0);
      for (let part = 0; part < parts; part++) sumPart(values, part);
      return found;
    },
  };
}

/** Doubles of `struct density_sums`. */
const HEAD = 6;
/** About what a cell takes. */
const CELL_NS = 0.5;

function inKernels(engine: Engine, { count, row, each, parts }: Shape): Summed {
  const head = engine.allocate(HEAD);
  const lengths = [count, parts * row, EXTREMES * parts];
  const blocks = lengths.map((length) => engine.allocate(length));
  const [rows, columns, extremes] = blocks.map(({ numbers }, k) => numbers.subarray(0, lengths[k]));
  const found = { rows: rows!, columns: columns!, extremes: extremes! };
  const run = (kernel: "sum_rows" | "sum_density", values: Float64Array) => {
    withAddress(engine, values, false, (address) => {
      writeHead(head, [address, ...blocks.map((block) => block.address), [count, row], [each, 0]]);
      runParts(engine, kernel, head, parts, CELL_NS * each * row);
    });
    return found;
  };
  return { all: (values) => run("sum_density", values), rows: (values) => run("sum_rows", values) };
}
