// Birth and death among N neurons (τ = 0): transport over h, then jumps over h decided all at once from the moved population.
// With r_j = κ(Φ(θ_j) − ⟨Φ⟩) a neuron is killed with probability 1 − e^(−r_j h) where r_j > 0, cloned with 1 − e^(r_j h) where
// r_j < 0; then of the T copies there are, uniformly random ones are dropped, or doubled, one by one until they are N.
//
// Limit: E copies_j = 1 − r_j h + O(h²) for either sign, and dropping or doubling multiplies every neuron's expectation by N/T,
// where E T/N = 1 + O(h²) because ⟨r⟩ = 0: μ_N goes to μ − hκμ(Φ − ∫Φdμ) + O(h²), a step of + κμ(∫Φdμ − Φ). With transport of
// any order this Lie splitting is of order 1 (measured 1.0). Finite N: a jump moves mass 1/N, about Nκ⟨|Φ − ⟨Φ⟩|⟩ of them in unit
// time, so fluctuations stay O(N^(−1/2)) and biases O(1/N); but no noise parts clones, so the number of different neurons can
// only fall, and a region that the start left empty stays empty. Finite h: probabilities never exceed 1, every h is stable
// as far as jumps go; accurate where κh|Φ − ⟨Φ⟩| ≪ 1.
// Cost: transport, one more observation, N values of Φ (O(N·M·d)), and O(N) by every thread. Restrictions: τ = 0 (else log μ
// would be needed), Φ of all data. Source: Rotskoff, Jelassi, Bruna, Vanden-Eijnden, ICML 2019.

import type { Breach } from "../base/breach.ts";
import { expm1 } from "../base/elementary.ts";
import { below, fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { type Dynamics, hasJumps, jumpRate } from "../dynamics/dynamics.ts";
import { lanesIn, TILE } from "../kernels/layout.ts";
import { average, type Ensemble } from "./ensemble.ts";
import type { RunMemory } from "./memory.ts";
import {
  type FirstOrderSystem,
  type Integrator,
  moved,
  type ParticleSystem,
  type Population,
} from "./system.ts";

/** The population of a run with births and deaths; null without. */
export function population(
  dynamics: Dynamics,
  { part }: Ensemble,
  { state, copies }: RunMemory,
  { seed, replica }: { seed: number; replica: number },
): Population | null {
  if (!hasJumps(dynamics)) return null;
  return {
    state,
    copies,
    potentials: new Float64Array(part.tiles * TILE),
    key: deriveKey(seed, PURPOSE.jump, replica),
  };
}

/** What births and deaths would need that N neurons do not have, or a batch of data does not show. */
export function birthDeathBreaches(
  { temperature }: { readonly temperature: number },
  batch: unknown,
): Breach[] {
  const noise = {
    key: ["problem", "temperature"],
    found: temperature,
    allowed:
      "0 with birth-death on particles: with noise it needs log μ, which N neurons do not have; solve it on a grid, or set temperature 0",
  };
  const batches = {
    key: ["batch"],
    found: batch,
    allowed: "nothing with birth-death, which weighs neurons by Φ of all data",
  };
  return [...(temperature > 0 ? [noise] : []), ...(batch === undefined ? [] : [batches])];
}

/** Counters are (neuron, step, FATE) for its own fate, and (draw, step, CHOICE) for what is dropped or doubled. */
const FATE = 0;
const CHOICE = 1;

/** A step of transport, then of births and deaths. */
export function withBirthDeath(system: FirstOrderSystem, transport: Integrator, h: number): Integrator {
  const { particles, population } = system;
  if (population === null) throw new Error("unreachable: a dynamics with jumps has a population");
  const { team, part } = particles;
  const heirs = new Heirs(part.width, population.key);
  return {
    step(n) {
      transport.step(n);
      decide(system, population, h, n);
      team.barrier();
      const jumped = heirs.settle(population.copies, n);
      if (jumped) inherit(particles, population.state, heirs.parents);
      // Nobody moves a parent, or decides anew, before all have read.
      team.barrier();
      if (jumped) moved(system);
    },
  };
}

/** Var_{μ_N} Φ at the ensemble's state: births and deaths lower F at κ times this rate. */
export function potentialVariance(system: ParticleSystem): number {
  const { particles, population } = system;
  if (population === null) return 0;
  const mean = weigh(system, population);
  return averageOf(particles, population.potentials, (phi) => (phi - mean) * (phi - mean));
}

/**
 * Fills `potentials`; returns their mean, to the last bit or so by a second pass: where all are equal, nothing may jump. A
 * neuron that is not finite makes it NaN, at which nothing jumps: it must stop the run, and not be replaced by a sound one.
 */
function weigh({ particles, field }: ParticleSystem, { potentials }: Population): number {
  const { state, rows, dimension, part } = particles;
  field.potential(potentials);
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let k = 0; k < dimension; k++) {
      const from = (tile * rows + k) * TILE;
      for (let lane = 0; lane < TILE; lane++) potentials[tile * TILE + lane] += 0 * state[from + lane];
    }
  }
  const rough = averageOf(particles, potentials, (phi) => phi);
  return rough + averageOf(particles, potentials, (phi) => phi - rough);
}

function averageOf(particles: Ensemble, values: Float64Array, of: (value: number) => number): number {
  const { rows } = particles;
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, sums) => {
    const from = base / rows;
    for (let i = 0; i < lanes; i++) sums[i] += of(values[from + i]);
  });
  return out[0];
}

const FATES = new Float64Array(TILE);

/** Publishes the copies of this thread's neurons. */
function decide(system: FirstOrderSystem, population: Population, h: number, n: number): void {
  const { part } = system.particles;
  const { copies, potentials, key } = population;
  const mean = weigh(system, population);
  const exponent = jumpRate(system.dynamics) * h;
  for (let tile = 0; tile < part.tiles; tile++) {
    const first = (part.firstTile + tile) * TILE;
    fillUniforms(FATES, 0, TILE, key[0], key[1], first, n, FATE);
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      const excess = potentials[tile * TILE + lane] - mean;
      const jumps = FATES[lane] < -expm1(-exponent * Math.abs(excess));
      copies[first + lane] = jumps ? (excess > 0 ? 0 : 2) : 1;
    }
  }
}

/** Slots whose neuron has died take the rows of their parents, who survive and stay where they are. */
function inherit({ part, rows, state }: Ensemble, all: Float64Array, parents: Int32Array): void {
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      const slot = (part.firstTile + tile) * TILE + lane;
      const parent = parents[slot];
      if (parent === slot) continue;
      const from = Math.floor(parent / TILE) * rows * TILE + (parent % TILE);
      const to = tile * rows * TILE + lane;
      for (let row = 0; row < rows * TILE; row += TILE) state[to + row] = all[from + row];
    }
  }
}

/** Who lives on, derived alike by every thread from what all have published. */
class Heirs {
  /** Whose rows each slot holds after `settle`: its own neuron's where that survives. */
  readonly parents: Int32Array;
  /** The neuron of each copy, at most 2N; its first half becomes `parents`. */
  private readonly line: Int32Array;
  private readonly count: Int32Array;
  private readonly draws = new Float64Array(TILE);

  constructor(
    private readonly width: number,
    private readonly key: readonly [number, number],
  ) {
    this.line = new Int32Array(2 * width);
    this.parents = this.line.subarray(0, width);
    this.count = new Int32Array(width);
  }

  /** Makes N of the copies and gives each a slot; false where nothing has jumped. */
  settle(copies: Uint8Array, n: number): boolean {
    const { width, line, count, parents } = this;
    let total = 0;
    let jumps = 0;
    for (let j = 0; j < width; j++) {
      if (copies[j] !== 1) jumps += 1;
      for (let copy = 0; copy < copies[j]; copy++) line[total++] = j;
    }
    if (jumps === 0) return false;
    if (total === 0) throw new Error("unreachable: the least Φ lies below the mean");
    let drawn = 0;
    while (total > width) {
      const dropped = this.choose(total, drawn++, n);
      line[dropped] = line[--total];
    }
    while (total < width) {
      const doubled = this.choose(total, drawn++, n);
      line[total++] = line[doubled];
    }
    count.fill(0);
    for (let i = 0; i < width; i++) count[line[i]] += 1;
    let spare = 0;
    for (let j = 0; j < width; j++) {
      if (count[j] > 0) {
        parents[j] = j;
        continue;
      }
      while (count[spare] < 2) spare += 1;
      parents[j] = spare;
      count[spare] -= 1;
    }
    return true;
  }

  /** A uniformly random index below `total`, the draws of a step counted from 0. */
  private choose(total: number, draw: number, n: number): number {
    const { draws, key } = this;
    const at = draw % TILE;
    if (at === 0) fillUniforms(draws, 0, TILE, key[0], key[1], draw, n, CHOICE);
    return below(total, draws[at]);
  }
}
