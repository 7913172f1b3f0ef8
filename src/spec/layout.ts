// What follows from the shapes of an experiment file: the length of θ, the steps of time. Types of the shapes alone: workers need no schema.

import { formOfNeuron } from "./neurons/list.ts";
import type { InitialShape } from "./shapes/initial.ts";
import type { ProblemShape } from "./shapes/problem.ts";
import type { NumberOrList } from "./shapes/shared.ts";

/** The vectors in θ order that say where the neurons start, with their keys. */
export function positionVectors(initial: InitialShape): [key: string, value: NumberOrList][] {
  switch (initial.kind) {
    case "gaussian":
      return [
        ["mean", initial.mean],
        ["std", initial.std],
      ];
    case "uniform":
      return [
        ["low", initial.low],
        ["high", initial.high],
      ];
    default:
      return [];
  }
}

/** What gives p. */
interface Dimensioned {
  readonly problem: Pick<ProblemShape, "neuron">;
  readonly initial: InitialShape;
}

/** p: from the neuron, or without one from the first list among the initial vectors, if any. */
export function knownDimension({ problem: { neuron }, initial }: Dimensioned): number | undefined {
  if (neuron !== undefined) return formOfNeuron(neuron).dimension(neuron);
  for (const [, value] of positionVectors(initial)) if (Array.isArray(value)) return value.length;
  return undefined;
}

/** p of a complete experiment. */
export function parameterDimension(experiment: Dimensioned): number {
  return knownDimension(experiment)!;
}

/** One value for each coordinate. */
export function broadcast<Value>(value: Value | readonly Value[], p: number): Value[] {
  return Array.isArray(value) ? [...value] : Array.from({ length: p }, () => value as Value);
}

/** The number of steps from 0 to `until`. */
export function stepCount({ until, step }: { until: number; step: number }): number {
  return Math.round(until / step);
}

/** The divisors of n, ascending. */
export function divisors(n: number): number[] {
  const low: number[] = [];
  for (let d = 1; d * d <= n; d++) if (n % d === 0) low.push(d);
  const high = low.map((d) => n / d).reverse();
  return [...low, ...(low.at(-1) === high[0] ? high.slice(1) : high)];
}
