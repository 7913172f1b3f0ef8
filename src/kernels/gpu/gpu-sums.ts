// ψ-sums of ridges on a GPU, in single precision: for many neurons at once, as their pass has moved them, not strip by strip. What θ means, and sums
// over blocks of neurons, are in double precision. The order of additions is by blocks of each chunk, by data, and otherwise the device's own: threads
// change no bit, another adapter may. The first sums are compared with those in double precision (accuracy.ts).

import { stopRequested } from "../../base/interrupt.ts";
import type { DataSet } from "../../problem/data.ts";
import { firstInner, outerWeight, type Ridge } from "../../problem/feature.ts";
import { type Slice, TILE } from "../layout.ts";
import type { Pass, TileWork } from "../pass.ts";
import type { PsiSums } from "../psi-sums.ts";
import type { Reduction } from "../reduction.ts";
import { type Compared, compareOutputs, compareSums, type RidgeNeuron } from "./accuracy.ts";
import { ELSEWHERE, type Gpu, GpuError, type RidgeGpu } from "./device.ts";
import { BLOCK, type Held, MOST_COLUMNS, MOST_NUMBERS, type RidgeSizes, type Sum } from "./program.ts";
import { noteError } from "./report.ts";

/** The largest number in single precision. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** Evaluations of ψ in a call: as many as take a tenth of a second, so that a stop is heard of. */
const EVALUATIONS = { first: 2 ** 20, most: 2 ** 32 };
const SHORT_MS = 50;
const LONG_MS = 200;

/** Neurons that are on the GPU at a time: their arrays stay small. */
const AT_A_TIME = 2 ** 18;

/** What of the first sums is compared, as far as that takes no more evaluations. */
const SAMPLE = { data: 16, neurons: 64, evaluations: 2 ** 22 };

/** Consecutive blocks of the slice, that are on the GPU together. */
interface Segment {
  readonly firstBlock: number;
  /** Neurons, from the first on to the one past the last. */
  readonly first: number;
  end: number;
  /** The chunk of each block, and the neuron that it begins with. */
  readonly chunks: number[];
  readonly bounds: number[];
}

/** Of a thread that has no neurons. */
const NOTHING: Segment = { firstBlock: 0, first: 0, end: 0, chunks: [], bounds: [] };

export class GpuSums implements PsiSums {
  private readonly sizes: RidgeSizes;
  private readonly ridge: RidgeGpu;
  private readonly segments: readonly Segment[];
  /** The one that is on the GPU, or comes next. */
  private segment: Segment;
  private readonly forward: TileWork;
  /** Neurons of the slice that are there. */
  private readonly width: number;
  /** c of a chunk, and of the slice. */
  private readonly outputs: Float64Array;
  private readonly total: Float64Array;
  /** Of one call. */
  private evaluations = EVALUATIONS.first;
  /** Whether all that was put on the GPU is finite. */
  private finite = true;
  /** What waits is of that state, and for that reduction. */
  private state: Float64Array = new Float64Array(0);
  private rows = 0;
  private reduction: Reduction | null = null;
  /** Whether sums over neurons, and over data, were compared. */
  private readonly compared = { outputs: false, sums: false };

  constructor(
    gpu: Gpu,
    private readonly neuron: Ridge,
    private readonly data: DataSet,
    private readonly pass: Pass,
  ) {
    const { part } = pass;
    const neurons = part.tiles * TILE;
    this.width = Math.min(neurons, part.width - part.firstTile * TILE);
    this.segments = segmentsOf(part);
    this.segment = this.segments[0] ?? NOTHING;
    const { size, inputs } = data;
    this.sizes = {
      ...{ activation: neuron.activation.name, inputs, size },
      neurons: Math.max(TILE, ...this.segments.map(({ first, end }) => end - first)),
      blocks: Math.max(1, ...this.segments.map(({ chunks }) => chunks.length)),
    };
    requireRoom(this.sizes);
    this.outputs = new Float64Array(size);
    this.total = new Float64Array(size);
    this.ridge = gpu.ridge(this.sizes);
    pass.own(this.ridge);
    this.put("x", data.x);
    this.forward = {
      run: (first, end) => {
        if (first === 0) this.total.fill(0);
        this.putNeurons(first * TILE, end * TILE);
        // Its last strip: all of it has moved.
        if (end * TILE === this.segment.end) this.sumOutputs();
      },
    };
  }

  observe(state: Float64Array, rows: number, reduction: Reduction): void {
    this.pass.clear(this.forward);
    this.begin(state, rows);
    this.reduction = reduction;
    this.pass.add(this.forward);
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    const { outer, dimension } = this.neuron;
    const sums: Sum[] = outer === undefined ? ["slopes"] : ["weigh", "slopes"];
    const isDone = this.sumOverData(sums, state, rows, g, (first, count, found) =>
      this.putGradient(first, count, found, gradient),
    );
    if (!isDone) gradient.fill(Number.NaN);
    this.clearUnused(gradient, dimension);
  }

  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void {
    const isDone = this.sumOverData(["weigh"], state, rows, g, (first, count, found) => {
      for (let j = 0; j < count; j++) values[first + j] = this.weightOf(first + j) * found[j];
    });
    if (!isDone) values.fill(Number.NaN);
    this.clearUnused(values, 1);
  }

  // ---- What is put on the GPU ----

  private begin(state: Float64Array, rows: number): void {
    this.state = state;
    this.rows = rows;
    this.finite = true;
    if (this.data.changes === true) this.put("x", this.data.x);
  }

  private put(held: Held, numbers: Float64Array): void {
    const array = this.ridge.arrays[held];
    for (let i = 0; i < numbers.length; i++) this.write(held, array, i, numbers[i]);
  }

  /** As a number in single precision. Errors (numerics): it holds none as large. */
  private single(x: number): number {
    if (Math.abs(x) <= LARGEST) return x;
    if (Math.abs(x) < Number.POSITIVE_INFINITY) throw overflow();
    this.finite = false;
    return 0;
  }

  /** Weights and inner rows of those neurons, which are of one segment; unused lanes have the weight 0. */
  private putNeurons(from: number, end: number): void {
    const { neuron, state, rows, sizes, width } = this;
    const { weights, inner } = this.ridge.arrays;
    if (from === 0 || from === this.segment.end) this.putSegment(from);
    const { first } = this.segment;
    const given = neuron.inputs + (neuron.bias ? 1 : 0);
    const row = firstInner(neuron);
    for (let j = from; j < end; j++) {
      const at = this.place(j, rows);
      const isThere = j < width;
      this.write("weights", weights, j - first, isThere ? this.weightOf(j) : 0);
      for (let k = 0; k < given; k++) {
        const x = isThere ? state[at + (row + k) * TILE] : 0;
        this.write("inner", inner, k * sizes.neurons + j - first, x);
      }
    }
  }

  /** The segment whose first neuron that is. */
  private putSegment(from: number): void {
    this.segment = this.segments.find(({ first }) => first === from)!;
    const { first, bounds } = this.segment;
    for (const [k, bound] of bounds.entries()) {
      this.write("bounds", this.ridge.arrays.bounds, k, bound - first);
    }
  }

  /** What is there already, as where a gradient follows the outputs, need not go to the GPU again. */
  private write(held: Held, array: Float32Array, at: number, x: number): void {
    const single = Math.fround(this.single(x));
    if (array[at] === single) return;
    array[at] = single;
    this.ridge.changed(held);
  }

  /** Where the first of neuron j's coordinates is, among so many. */
  private place(j: number, rows: number): number {
    return Math.floor(j / TILE) * rows * TILE + (j % TILE);
  }

  private weightOf(j: number): number {
    return outerWeight(this.neuron, this.state[this.place(j, this.rows)]);
  }

  // ---- What comes back ----

  /** Adds what the segment has to c of its chunks, and gives the reduction those that are whole. */
  private sumOutputs(): void {
    const { segment, sizes, outputs, total, ridge, reduction } = this;
    const { size } = sizes;
    const { chunks, firstBlock } = segment;
    const chunkOf = (block: number) => this.chunkOf(firstBlock + block);
    const isDone = this.inTurn(chunks.length, BLOCK * size, size, (first, count) => {
      const found = this.finite ? ridge.rows(["outputs"], first, count) : null;
      for (let block = first; block < first + count; block++) {
        const chunk = chunks[block];
        if (chunkOf(block - 1) !== chunk) outputs.fill(0);
        for (let i = 0; i < size; i++) {
          const c = found === null ? Number.NaN : known(found[(block - first) * size + i]);
          outputs[i] += c;
          total[i] += c;
        }
        if (chunkOf(block + 1) !== chunk) reduction?.put(chunk, outputs);
      }
    });
    const isLast = segment === this.segments.at(-1);
    if (isDone && isLast && this.finite && !this.compared.outputs) this.compareOutputs();
  }

  /** Of a block of the slice; −1 before the first and after the last. */
  private chunkOf(block: number): number {
    for (const { firstBlock, chunks } of this.segments) {
      const at = block - firstBlock;
      if (at >= 0 && at < chunks.length) return chunks[at];
    }
    return -1;
  }

  /** `put` has the rows of those sums of `count` neurons from `first` on, row by row. False where what they are of is not finite. */
  private sumOverData(
    sums: readonly Sum[],
    state: Float64Array,
    rows: number,
    g: Float64Array,
    put: (first: number, count: number, found: Float32Array) => void,
  ): boolean {
    const { pass, data, width, ridge } = this;
    pass.settle();
    this.begin(state, rows);
    this.put("residual", g);
    for (const { first: from, end } of this.segments) {
      this.putNeurons(from, end);
      if (!this.finite) return false;
      const isDone = this.inTurn(Math.min(end, width) - from, data.size, data.size, (first, count) => {
        const found = ridge.rows(sums, first, count);
        for (let at = 0; at < found.length; at++) known(found[at]);
        put(from + first, count, found);
        if (this.compared.sums) return;
        this.compareSums(sums, from + first, count, g, found);
        this.compared.sums = true;
      });
      if (!isDone) return true;
    }
    return true;
  }

  /** As many of `all` at a time as take a while. A call gives `numbers` for each, and evaluates ψ so often. False where asked to stop. */
  private inTurn(
    all: number,
    evaluations: number,
    numbers: number,
    work: (first: number, count: number) => void,
  ): boolean {
    const most = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(MOST_NUMBERS / Math.max(1, numbers))));
    let first = 0;
    while (first < all) {
      if (stopRequested()) return false;
      const few = Math.max(1, Math.floor(this.evaluations / Math.max(1, evaluations)));
      const count = Math.min(few, most, all - first);
      const started = performance.now();
      work(first, count);
      const took = performance.now() - started;
      if (took > LONG_MS) this.evaluations = Math.max(1, this.evaluations / 2);
      else if (took < SHORT_MS && count === few) {
        this.evaluations = Math.min(EVALUATIONS.most, 2 * this.evaluations);
      }
      first += count;
    }
    return true;
  }

  private putGradient(first: number, count: number, found: Float32Array, gradient: Float64Array): void {
    const { inputs, outer, dimension, bias } = this.neuron;
    const slopes = outer === undefined ? 0 : count;
    const from = firstInner(this.neuron);
    for (let j = 0; j < count; j++) {
      const a = this.weightOf(first + j);
      const to = this.place(first + j, dimension);
      if (outer !== undefined) gradient[to] = outer.slope(a) * found[j];
      for (let k = 0; k < inputs; k++) {
        gradient[to + (from + k) * TILE] = a * found[slopes + (k + 1) * count + j];
      }
      if (bias) gradient[to + (from + inputs) * TILE] = a * found[slopes + j];
    }
  }

  private clearUnused(array: Float64Array, rows: number): void {
    // Of the slice, not of what is on the GPU at a time.
    for (let j = this.width; j < this.pass.part.tiles * TILE; j++) {
      for (let k = 0; k < rows; k++) array[this.place(j, rows) + k * TILE] = 0;
    }
  }

  // ---- The first sums beside those in double precision ----

  private compareOutputs(): void {
    const { neuron, data, width, total } = this;
    const count = Math.max(1, Math.min(SAMPLE.data, Math.floor(SAMPLE.evaluations / Math.max(1, width))));
    const at = spread(data.size, count);
    this.judge(compareOutputs(neuron.activation, data, this.neurons(0, width), at, total));
    this.compared.outputs = true;
  }

  private compareSums(
    sums: readonly Sum[],
    first: number,
    count: number,
    g: Float64Array,
    found: Float32Array,
  ): void {
    const { neuron, data } = this;
    const most = Math.max(
      1,
      Math.min(SAMPLE.neurons, Math.floor(SAMPLE.evaluations / Math.max(1, data.size))),
    );
    const at = spread(count, most);
    const neurons = at.map((j) => [...this.neurons(first + j, first + j + 1)][0]);
    // Σ g σ, then the slopes, as far as they are there.
    const skipped = sums[0] === "weigh" ? 0 : 1;
    const rowsFound = (j: number) =>
      Array.from({ length: data.inputs + 2 }, (_, row) => found[(row - skipped) * count + at[j]] ?? null);
    this.judge(compareSums(neuron.activation, data, neurons, g, rowsFound));
  }

  /** Those neurons, in double precision, one after the other. */
  private *neurons(first: number, end: number): Generator<RidgeNeuron> {
    const { neuron, state, rows } = this;
    const given = neuron.inputs + (neuron.bias ? 1 : 0);
    for (let j = first; j < end; j++) {
      const at = this.place(j, rows) + firstInner(neuron) * TILE;
      const inner = new Float64Array(neuron.inputs + 1);
      for (let k = 0; k < given; k++) inner[k] = state[at + k * TILE];
      yield { weight: this.weightOf(j), inner };
    }
  }

  /** Errors (numerics): a difference that rounding does not explain. */
  private judge({ error, excess }: Compared): void {
    if (excess <= 1) {
      noteError(error);
      return;
    }
    throw new GpuError(
      "numerics",
      `the sums of the GPU differ from those in double precision by ${error.toPrecision(2)} of the largest, ${excess.toPrecision(2)} times what rounding in single precision explains: its driver computes wrongly; ${ELSEWHERE}`,
    );
  }
}

/** Numbers 0 … n − 1, `count` of them at most, evenly spread. */
function spread(n: number, count: number): number[] {
  const few = Math.min(n, count);
  return Array.from({ length: few }, (_, k) => Math.floor((k * n) / few));
}

/** Errors (numerics): no number came of finite ones. */
function known(found: number): number {
  if (Math.abs(found) <= LARGEST) return found;
  throw overflow();
}

function overflow(): GpuError {
  return new GpuError(
    "numerics",
    `single precision holds no number above ${LARGEST.toPrecision(2)}, which θ, the data or their sums exceed. Take a smaller time.step, or standardise the data; ${ELSEWHERE}`,
  );
}

/** Errors (input): more data than a GPU counts. */
function requireRoom({ size }: RidgeSizes): void {
  if (size <= MOST_COLUMNS) return;
  throw new GpuError("input", `found ${size} data; allowed on a GPU: ${MOST_COLUMNS}; ${ELSEWHERE}`);
}

/** A slice's blocks, of one chunk each, in segments. Which blocks there are depends on N alone, and what is added up is a block. */
function segmentsOf({ chunks }: Slice): Segment[] {
  const segments: Segment[] = [];
  let block = 0;
  for (const { index, from, to } of chunks) {
    for (let first = from * TILE; first < to * TILE; first += BLOCK, block++) {
      const end = Math.min(first + BLOCK, to * TILE);
      const last = segments.at(-1);
      if (last === undefined || end - last.first > AT_A_TIME) {
        segments.push({ firstBlock: block, first, end, chunks: [index], bounds: [first, end] });
        continue;
      }
      last.end = end;
      last.chunks.push(index);
      last.bounds.push(end);
    }
  }
  return segments;
}
