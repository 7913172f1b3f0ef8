// Distances between laws of a neuron, networks (N equal atoms) and densities on grids in any pairing. p = 1: W₁, W₂ and the energy
// distance, exact. p = 2, 3: of one-dimensional images, W₁ their mean, W₂ their root mean square (sliced; Rabin, Peyré, Delon,
// Bernot, SSVM 2011), and the energy distance itself, by |x| = C_p · mean over the sphere of |x·ω|, C₂ = π/2, C₃ = 2.

import { inputError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { Sum } from "../../base/sum.ts";
import { circleEnergySquared, circleW1, circleW2Squared } from "./circle-law.ts";
import type { LineLaw } from "./line-law.ts";
import { lineEnergySquared, lineTransport } from "./line-law.ts";
import { type Direction, directionsOf, type Law, type Slices, type Space, slicesOfPoints } from "./slices.ts";

export { slicesOf, spaceOf } from "./slices.ts";
export type { Law, Slices, Space };

export interface Distances {
  /** W₁ for p = 1, sliced above. */
  readonly w1: number;
  /** W₂ for p = 1, sliced above. */
  readonly w2: number;
  /**
   * (2E|X − Y| − E|X − X′| − E|Y − Y′|)^{1/2}, a metric; on the circle |z|(1 − |z|/L) stands for |z|; null on a torus of
   * p ≥ 2, where no distance is a mean over directions.
   */
  readonly energy: number | null;
  /** The most mass of either law that was left out: see Slices. It moves W₁ by at most that times the diameter. */
  readonly discarded: number;
}

/** |x| over the mean of |x·ω|. */
const SPHERE_FACTOR = [1, 0.5 * Math.PI, 2] as const;

/** The distances between two laws through their images: O(directions × (pieces of a + pieces of b)), some 30 times that for W₂ on a torus. */
export function distancesOfSlices(a: Slices, b: Slices): Distances {
  requireSame(a.space, b.space);
  const means = new Means(a.space);
  for (const [i, direction] of directionsOf(a.space).entries()) means.add(direction, a.laws[i], b.laws[i]);
  return means.distances(Math.max(a.discarded, b.discarded));
}

/** The distances of N neurons of equal weight from each of several laws. Each image of the neurons is made once, and one is held at a time. */
export function distancesOfPoints(
  points: Float64Array,
  others: readonly Slices[],
  space: Space,
): Distances[] {
  for (const other of others) requireSame(space, other.space);
  const means = others.map(() => new Means(space));
  let i = 0;
  for (const [direction, image] of slicesOfPoints(points, space)) {
    for (const [k, other] of others.entries()) means[k].add(direction, image, other.laws[i]);
    i += 1;
  }
  return others.map(({ discarded }, k) => means[k].distances(discarded));
}

function requireSame(a: Space, b: Space): void {
  const same =
    a.dimension === b.dimension && a.torus?.low === b.torus?.low && a.torus?.high === b.torus?.high;
  if (!same) throw inputError("distances", "found laws on different spaces");
}

/** Means of distances over directions. */
class Means {
  private readonly first = new Sum();
  private readonly second = new Sum();
  private readonly energy = new Sum();
  private count = 0;

  constructor(private readonly space: Space) {}

  add({ scale }: Direction, left: LineLaw, right: LineLaw): void {
    const { dimension, torus } = this.space;
    checkpoint();
    this.count += 1;
    if (torus === null) {
      const { w1, w2Squared } = lineTransport(left, right);
      this.first.add(w1);
      this.second.add(w2Squared);
      this.energy.add(lineEnergySquared(left, right));
      return;
    }
    const circumference = torus.high - torus.low;
    this.first.add(circleW1(left, right, circumference) / scale);
    this.second.add(circleW2Squared(left, right, circumference) / (scale * scale));
    if (dimension === 1) this.energy.add(circleEnergySquared(left, right, circumference));
  }

  distances(discarded: number): Distances {
    const { count } = this;
    const { dimension, torus } = this.space;
    const hasEnergy = torus === null || dimension === 1;
    return {
      w1: this.first.value() / count,
      w2: Math.sqrt(this.second.value() / count),
      energy: hasEnergy ? Math.sqrt((SPHERE_FACTOR[dimension - 1] * this.energy.value()) / count) : null,
      discarded,
    };
  }
}

/** (Σ q_i (f(x_i) − g(x_i))²)^{1/2} for values at the data points and their weights. */
export function rmsDifference(f: Float64Array, g: Float64Array, weight: Float64Array): number {
  if (f.length !== weight.length || g.length !== weight.length) {
    throw inputError("outputs", `found ${f.length} and ${g.length} values for ${weight.length} data points`);
  }
  const total = new Sum();
  for (let i = 0; i < weight.length; i++) total.add(weight[i] * (f[i] - g[i]) * (f[i] - g[i]));
  return Math.sqrt(total.value());
}
