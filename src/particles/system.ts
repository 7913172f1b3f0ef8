// Everything an integrator moves: the ensemble, its mean field, the law of motion, and the noise.

import type { Dynamics, FirstOrderDynamics, KineticDynamics } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { WALLS, wallsOf } from "../dynamics/reflected-langevin.ts";
import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import type { Problem } from "../problem/problem.ts";
import type { BatchPlan } from "./batch.ts";
import type { Drift } from "./drift.ts";
import type { Ensemble } from "./ensemble.ts";
import type { MeanField } from "./field.ts";
import type { NoiseSource } from "./noise.ts";
import type { TestOutputs } from "./test-outputs.ts";
import { wrap } from "./torus.ts";

/** What births and deaths need of a run beyond a thread's own slice. */
export interface Population {
  /** Every tile of the run: a parent may be any thread's. */
  readonly state: Float64Array;
  /** How many copies of each neuron there shall be, 0, 1 or 2, published by the thread that holds it. */
  readonly copies: Uint8Array;
  /** Φ(θ_j) of this thread's neurons. */
  readonly potentials: Float64Array;
  /** Key of the random numbers. */
  readonly key: readonly [number, number];
}

export interface ParticleSystem<D extends Dynamics = Dynamics> {
  readonly problem: Problem;
  readonly dynamics: D;
  readonly particles: Ensemble;
  readonly field: MeanField;
  /** What brings θ back into its domain; null where it goes anywhere. */
  readonly boundary: TileWork | null;
  /** What moves the neurons: the field itself, or an estimate of it. */
  readonly drift: Drift;
  /** The batches of that estimate; null, or absent, for the field itself. */
  readonly batch?: BatchPlan | null;
  readonly noise: NoiseSource;
  /** f_N where it is tested; null, or absent, where it is not. */
  readonly test?: TestOutputs | null;
  /** Where neurons are born and die; null where they do not. */
  readonly population: Population | null;
}

export type FirstOrderSystem = ParticleSystem<FirstOrderDynamics>;
export type KineticSystem = ParticleSystem<KineticDynamics>;

export function isFirstOrder(system: ParticleSystem): system is FirstOrderSystem {
  return !hasMomenta(system.dynamics);
}

export function isKinetic(system: ParticleSystem): system is KineticSystem {
  return hasMomenta(system.dynamics);
}

/** The system of a method that needs momenta. */
export function kineticOf(system: ParticleSystem): KineticSystem {
  if (!isKinetic(system)) throw new Error("unreachable: what a method needs is checked before it is made");
  return system;
}

/** The system of a method that needs θ alone to move. */
export function firstOrderOf(system: ParticleSystem): FirstOrderSystem {
  if (!isFirstOrder(system)) throw new Error("unreachable: what a method needs is checked before it is made");
  return system;
}

/** Advances a system from t = n·h to (n + 1)·h in place. */
export interface Integrator {
  step(n: number): void;
}

/** The traits of dynamics that whoever calls `moved` serves. */
export const SERVED: readonly string[] = [WALLS];

/** To be called after θ changed: wraps the torus, mirrors at walls, and invalidates what was computed of it. */
export function moved(system: ParticleSystem): void {
  const { particles, boundary, field, drift } = system;
  if (boundary !== null) particles.pass.add(boundary);
  field.moved();
  drift.moved();
}

/** What brings θ back into its domain; null where it goes anywhere. */
export function boundaryOf(problem: Problem, dynamics: Dynamics, particles: Ensemble): TileWork | null {
  const { state, rows, dimension: p } = particles;
  const walls = wallsOf(dynamics);
  const torus = problem.domain === "torus";
  if (!torus && walls === null) return null;
  return {
    run(first, end) {
      if (torus) wrap(state, rows, p, first, end);
      if (walls !== null) mirror(state, rows, p, first, end, walls);
    },
  };
}

/** Mirrors rows 0 … p − 1 of tiles at the ends of [low, high], as often as they lie beyond. What is not finite stays so. */
function mirror(
  state: Float64Array,
  rows: number,
  p: number,
  first: number,
  end: number,
  { low, high }: { readonly low: number; readonly high: number },
): void {
  const span = high - low;
  for (let tile = first; tile < end; tile++) {
    const from = tile * rows * TILE;
    for (let i = from; i < from + p * TILE; i++) {
      const theta = state[i]!;
      if (theta >= low && theta <= high) continue;
      // Along a line that is folded up at every wall, θ stands this far from the low one.
      const folded = Math.abs(theta - low) % (2 * span);
      state[i] = low + (folded > span ? 2 * span - folded : folded);
    }
  }
}
