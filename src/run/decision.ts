// What is decided where: f over the plane of two inputs with labels ±1, whose zero set parts them. For the first replica of each network
// and for each density, at its last snapshot:
//   f(x) = (1/N) Σ_j ψ(θ_j; x),   f(x) = Σ_i ψ(θ_i; x) μ_i |cell|.
// Cost: points × neurons (cells that hold mass) evaluations of ψ, 2e8 in all at most: the more neurons, the fewer points.

import { listen } from "../base/interrupt.ts";
import { type DataSet, hasSigns } from "../problem/data.ts";
import { type Feature, firstInner, isRidge, outerWeight } from "../problem/feature.ts";
import type { BuiltExperiment } from "./build.ts";
import type { DensitySnapshot, NetworkSnapshot, Progress } from "./progress.ts";
import { gridOf, isAtRest, isFirstReplica, isOnGrid, type OnGrid } from "./runs.ts";

/** f on even cells over a rectangle of inputs. */
export interface DecisionPlane {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Cells along either side. */
  readonly cells: number;
  /** By run, row by row, the rows upwards: f at the middles of the cells. */
  readonly values: ReadonlyMap<number, Float64Array>;
}

/** Neurons, or cells of θ, with what each counts. */
interface Measure {
  readonly run: number;
  readonly count: number;
  /** Coordinate k of neuron j at theta[j·p + k]. */
  readonly theta: Float64Array;
  readonly weight: Float64Array;
}

const [FEWEST_CELLS, MOST_CELLS] = [8, 96];
const MOST_EVALUATIONS = 2e8;
/** Of the data's extent, on every side. */
const MARGIN = 0.08;

/** Whether data have two inputs and labels ±1, both of them. */
export function isPlanar(data: DataSet): boolean {
  return data.inputs === 2 && hasSigns(data) && data.y.includes(1) && data.y.includes(-1);
}

/** The plane, of what the runs came to; undefined where there is none to draw. */
export async function decisionPlane(
  { problem, runs }: BuiltExperiment,
  results: readonly (Pick<Progress, "snapshots"> | null)[],
): Promise<DecisionPlane | undefined> {
  const { data, neuron, dimension: p } = problem;
  if (neuron === null || !isPlanar(data)) return undefined;
  const measures = runs.flatMap((run, index) => {
    if (isAtRest(run) || !isFirstReplica(run)) return [];
    const last = results[index]?.snapshots.at(-1);
    if (last === undefined) return [];
    if ("theta" in last) return { run: index, ...ofNetwork(last, p) };
    return isOnGrid(run) ? { run: index, ...ofDensity(last, run, p) } : [];
  });
  const count = measures.reduce((sum, measure) => sum + measure.count, 0);
  if (count === 0) return undefined;
  const cells = cellsFor(count);
  const [x, y] = [sideOf(data, 0), sideOf(data, 1)];
  const values = new Map<number, Float64Array>();
  for (const measure of measures) values.set(measure.run, await evaluated(neuron, measure, x, y, cells));
  return { x, y, cells, values };
}

/** Cells along either side, for so many neurons in all. */
export function cellsFor(neurons: number): number {
  const affordable = Math.floor(Math.sqrt(MOST_EVALUATIONS / neurons));
  return Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, affordable));
}

function sideOf({ x, size }: DataSet, k: number): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = k * size; i < (k + 1) * size; i++) {
    low = Math.min(low, x[i]);
    high = Math.max(high, x[i]);
  }
  const margin = MARGIN * (high - low) || 1;
  return [low - margin, high + margin];
}

function ofNetwork({ theta }: NetworkSnapshot, p: number): Omit<Measure, "run"> {
  const count = theta.length / p;
  return { count, theta, weight: new Float64Array(count).fill(1 / count) };
}

/** Momenta are the last axes, and are summed over. */
function ofDensity({ density }: DensitySnapshot, run: OnGrid, p: number): Omit<Measure, "run"> {
  const axes = gridOf(run)
    .axes.slice(0, p)
    .map(({ centres }) => centres);
  const size = axes.reduce((product, { length }) => product * length, 1);
  const inner = density.length / size;
  const masses = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let m = i * inner; m < (i + 1) * inner; m++) sum += density[m];
    return sum;
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const held = [...masses.keys()].filter((i) => masses[i] > FAINT * total);
  const theta = new Float64Array(held.length * p);
  for (const [j, i] of held.entries()) {
    for (let k = p - 1, rest = i; k >= 0; k--) {
      theta[j * p + k] = axes[k][rest % axes[k].length];
      rest = Math.floor(rest / axes[k].length);
    }
  }
  return { count: held.length, theta, weight: Float64Array.from(held, (i) => masses[i] / total) };
}

/** Cells with a smaller share of the mass are left out: at most 1e-6 of it in a million cells. */
const FAINT = 1e-12;

async function evaluated(
  neuron: Feature,
  measure: Measure,
  x: readonly [number, number],
  y: readonly [number, number],
  cells: number,
): Promise<Float64Array> {
  const out = new Float64Array(cells * cells);
  const f = functionOf(neuron, measure);
  const middle = ([low, high]: readonly [number, number], i: number) =>
    low + ((i + 0.5) * (high - low)) / cells;
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) out[j * cells + i] = f(middle(x, i), middle(y, j));
    await listen();
  }
  return out;
}

/** x ↦ f(x); of perceptrons all arguments at once. */
function functionOf(neuron: Feature, { count, theta, weight }: Measure): (x1: number, x2: number) => number {
  const p = neuron.dimension;
  const input = new Float64Array(2);
  if (!isRidge(neuron)) {
    return (x1, x2) => {
      input.set([x1, x2]);
      let sum = 0;
      for (let j = 0; j < count; j++) {
        sum += weight[j] * neuron.value(theta.subarray(j * p, (j + 1) * p), input);
      }
      return sum;
    };
  }
  const { activation, bias } = neuron;
  const first = firstInner(neuron);
  const factor = weight.map((q, j) => q * outerWeight(neuron, theta[j * p]));
  const [z, s] = [new Float64Array(count), new Float64Array(count)];
  return (x1, x2) => {
    for (let j = 0; j < count; j++) {
      const at = j * p + first;
      z[j] = theta[at] * x1 + theta[at + 1] * x2 + (bias ? theta[at + 2] : 0);
    }
    activation.values(z, s, 0, count);
    let sum = 0;
    for (let j = 0; j < count; j++) sum += factor[j] * s[j];
    return sum;
  };
}
