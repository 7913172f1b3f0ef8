// Equilibria z = z(e^(−Φ[z]/τ)) in the numbers of μ, where no scan finds them all: Newton with GMRES on G(z) = z − z(μ̂(z)),
//   G′ dz = dz + z(μ̂ (δΦ − ⟨δΦ⟩))/τ,  δΦ = Φ′(z) dz,
// from a fixed family of starts, deflated at what is found already (Farrell, Birkisson, Funke 2015), and from where mirror descent
// μ ← μ^(1−α) e^(−αΦ/τ) leads, downhill from these starts and from what is found unstable, and from between any two that are stable, where
// a pass lies: it finds, it does not prove.

import { cos, exp, log, sin } from "../../base/elementary.ts";
import { placedError } from "../../base/errors.ts";
import { dotOf } from "../../base/sum.ts";
import { massOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { Gmres } from "../../linear/gmres.ts";
import { leastEigenpair } from "../../linear/lanczos.ts";
import type { GridField } from "../field/field.ts";
import { gibbsDensity } from "./gibbs.ts";
import { cooled, freeEnergyOf } from "./stationary.ts";

export interface Equilibrium {
  readonly density: Float64Array;
  /** Least eigenvalue of the second variation relative to that of τ∫μ log μ, zero mode aside. */
  readonly curvature: number;
  /** |curvature| up to which it may be 0. */
  readonly flat: number;
  readonly zeroMode: string | null;
}

export interface SearchOptions {
  /** Stop at the first: there is no other. */
  unique: boolean;
  /** One coordinate, free to rotate: look among even densities only. */
  symmetric: boolean;
}

/** Residuals relative to the size of z: done, and accepted where round-off allows no further progress. */
const DONE = 1e-14;
const ACCEPTED = 1e-11;
const MOST_ITERATIONS = 60;
const SHORTEST = 2 ** -12;
const LINEAR_TOLERANCE = 1e-10;
/** Two equilibria are one when their numbers differ by less, relative to the size of z. */
const SAME = 1e-6;
/** Equilibria looked for from one start. */
const MOST_PER_START = 8;
/** Error of an eigenvalue by Lanczos, relative to the spectrum. */
const EIGENVALUE = 1e-12;

/** Mirror descent: how far off along the unstable direction it begins, its steps, and the residual where Newton takes over. */
const OFFSET = 0.5;
/** Shares of one equilibrium in what lies between two. */
const BETWEEN = [0.25, 0.5, 0.75];
const MOST_DESCENTS = 500;
const NEAR = 1e-3;

/**
 * The equilibria that the search finds, in the order of finding.
 * Errors (numerics): none, or no stable one although E_τ has a minimum.
 */
export function equilibriaFrom(field: GridField, { unique, symmetric }: SearchOptions): Equilibrium[] {
  const starts = startsOf(field, unique, symmetric);
  const search = deflatedNewton(field, starts, symmetric);
  for (const start of starts) {
    for (let round = 0; round < MOST_PER_START && search.run(start); round++) if (unique) break;
    if (unique && search.solutions.length > 0) break;
  }
  if (!unique) {
    for (const start of starts) search.run(settled(field, exponentOf(field, start)));
    for (const [i, { density: a }] of [...search.solutions].entries()) {
      for (const { density: b } of search.solutions.slice(0, i)) {
        for (const share of BETWEEN) search.run(between(field, a, b, share));
      }
    }
  }
  const { data, potential } = field.problem;
  const even = !unique && !symmetric && data.size === 0 && potential.joint === null;
  const equilibria: Equilibrium[] = [];
  for (let i = 0; i < search.solutions.length; i++) {
    // `solutions` grows here: by mirror images, and by what lies downhill of the unstable.
    if (even) search.mirror(search.solutions[i]);
    const { density, z } = search.solutions[i];
    const { direction, ...labels } = stabilityOf(field, density, z, symmetric);
    equilibria.push({ density, ...labels });
    if (labels.curvature >= -labels.flat) continue;
    for (const side of [OFFSET, -OFFSET]) search.run(descended(field, density, direction, side));
  }
  if (!equilibria.some(({ curvature, flat }) => curvature >= -flat)) {
    throw placedError("numerics", null, [
      `equilibria: ${equilibria.length === 0 ? "none" : `only ${equilibria.length} unstable`} found from ${starts.length} starts `,
      `at temperature ${field.problem.temperature}; raise problem.temperature, or refine `,
      ["grid", "cells"],
    ]);
  }
  return equilibria;
}

/** −τ log μ, so that no cell is lost to underflow. */
function exponentOf({ problem }: GridField, density: Float64Array): Float64Array {
  return density.map((mu) => -problem.temperature * log(Math.max(mu, Number.MIN_VALUE)));
}

/** The density on the way from b to a, ∝ a^share b^(1 − share). */
function between(field: GridField, a: Float64Array, b: Float64Array, share: number): Float64Array {
  const [from, to] = [exponentOf(field, b), exponentOf(field, a)];
  const out = new Float64Array(a.length);
  const mixed = from.map((value, i) => value + share * (to[i] - value));
  gibbsDensity(mixed, field.problem.temperature, field.grid.volume, out);
  return out;
}

/** Where E_τ leads from a density moved along h = √(μ|cell|) v. */
function descended(field: GridField, density: Float64Array, v: Float64Array, side: number): Float64Array {
  const exponent = exponentOf(field, density);
  for (const [i, mu] of density.entries()) {
    const eta = v[i] / Math.sqrt(Math.max(mu * field.grid.volume, Number.MIN_VALUE));
    exponent[i] -= field.problem.temperature * side * Math.max(-1, Math.min(1, eta));
  }
  return settled(field, exponent);
}

/** Where E_τ leads from the density of that exponent: near an equilibrium, or as far as the steps go. */
function settled(field: GridField, exponent: Float64Array): Float64Array {
  const { volume, size } = field.grid;
  const { temperature } = field.problem;
  const phi = new Float64Array(size);
  const z = new Float64Array(field.count);
  const state = new Float64Array(size);
  let now = exponent;
  const enter = (of: Float64Array) => {
    gibbsDensity(of, temperature, volume, state);
    field.observe(state, z);
    return freeEnergyOf(field, state, z);
  };
  let energy = enter(now);
  let share = 0.5;
  for (let round = 0; round < MOST_DESCENTS && share > SHORTEST; round++) {
    field.potential(z, phi);
    const tried = now.map((value, i) => (1 - share) * value + share * phi[i]);
    const next = enter(tried);
    if (next > energy) {
      share *= 0.5;
      energy = enter(now);
      continue;
    }
    const done = energy - next <= NEAR * NEAR * temperature * share;
    now = tried;
    energy = next;
    share = Math.min(1, 1.5 * share);
    if (done) break;
  }
  return state;
}

/** The Gibbs measure without W (uniform on a free torus), and bumps here and there. */
function startsOf(field: GridField, unique: boolean, symmetric: boolean): Float64Array[] {
  const { grid } = field;
  if (symmetric) return [0, 1, 2, 3].map((waves) => bump(grid, [0], 6, waves));
  const first = cooled(field).state.density.slice();
  if (unique) return [first];
  const places = grid.axes.length === 1 ? 9 : 3;
  let centres: number[][] = [[]];
  for (const { low, high } of grid.axes) {
    const along = Array.from({ length: places }, (_, i) => low + ((i + 0.5) / places) * (high - low));
    centres = centres.flatMap((before) => along.map((place) => [...before, place]));
  }
  return [first, ...centres.map((centre) => bump(grid, centre, 24, 1))];
}

/** The density ∝ Π_k e^(κ cos(waves · 2π(θ_k − centre_k)/extent_k)). */
function bump(grid: Grid, centre: readonly number[], kappa: number, waves: number): Float64Array {
  const density = new Float64Array(grid.size);
  for (let at = 0; at < grid.size; at++) {
    let total = 0;
    for (const [k, { centres, cells, low, high }] of grid.axes.entries()) {
      const theta = centres[Math.floor(at / grid.strides[k]) % cells];
      total += cos((2 * Math.PI * waves * (theta - centre[k])) / (high - low));
    }
    density[at] = exp(kappa * (total - grid.axes.length));
  }
  const mass = massOf(grid, density);
  return density.map((value) => value / mass);
}

interface Solution {
  readonly z: Float64Array;
  readonly density: Float64Array;
}

function deflatedNewton(field: GridField, starts: readonly Float64Array[], symmetric: boolean) {
  const solutions: Solution[] = [];
  const { grid, problem } = field;
  // What W sees of an even spread may be 0, which is no size to compare with: that of the starts is.
  const squares = starts.map((start) => {
    const z = new Float64Array(field.count);
    field.observe(start, z);
    return dotOf(z, z);
  });
  const sizeOf = (z: Float64Array) => Math.sqrt(Math.max(dotOf(z, z), ...squares));
  const gmres = new Gmres(field.count, 80);
  const phi = new Float64Array(grid.size);
  const density = new Float64Array(grid.size);
  const change = new Float64Array(grid.size);
  const residual = new Float64Array(field.count);

  /** Looks for an equilibrium not found before, from that density; true where there is one. */
  function run(start: Float64Array): boolean {
    const z = new Float64Array(field.count);
    field.observe(start, z);
    const tried = new Float64Array(z.length);
    const right = new Float64Array(z.length);
    const direction = new Float64Array(z.length);
    let norm = evaluate(z);
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      const size = sizeOf(z);
      if (norm <= DONE * size) return keep(z, size);
      for (let i = 0; i < z.length; i++) right[i] = -residual[i];
      gmres.solve((dz, out) => derivative(z, dz, out), right, direction, LINEAR_TOLERANCE);
      const stretch = stretchOf(z, direction, size);
      const merit = norm * deflation(z, size);
      let next = Number.POSITIVE_INFINITY;
      let step = 1;
      for (; step >= SHORTEST; step *= 0.5) {
        for (let i = 0; i < z.length; i++) tried[i] = z[i] + step * stretch * direction[i];
        next = evaluate(tried);
        if (next * deflation(tried, size) < (1 - 1e-4 * step) * merit) break;
      }
      if (step < SHORTEST) {
        if (norm > ACCEPTED * size) return false;
        evaluate(z);
        return keep(z, size);
      }
      z.set(tried);
      norm = next;
    }
    return false;
  }

  /** G(z) into `residual` and μ̂(z) into `density`; returns |G|. */
  function evaluate(z: Float64Array): number {
    field.potential(z, phi);
    gibbsDensity(phi, problem.temperature, grid.volume, density);
    if (symmetric) symmetrise(density);
    field.observe(density, residual);
    for (let i = 0; i < z.length; i++) residual[i] = z[i] - residual[i];
    const norm = Math.sqrt(dotOf(residual, residual));
    return Number.isFinite(norm) ? norm : Number.POSITIVE_INFINITY;
  }

  /** G′(z) dz at the z last evaluated. */
  function derivative(z: Float64Array, dz: Float64Array, out: Float64Array): void {
    field.potentialDerivative(z, dz, change);
    const mean = grid.volume * dotOf(density, change);
    for (let i = 0; i < change.length; i++) {
      change[i] = (density[i] * (change[i] - mean)) / problem.temperature;
    }
    if (symmetric) symmetrise(change);
    field.observe(change, out);
    for (let i = 0; i < dz.length; i++) out[i] += dz[i];
  }

  /** Π_k (1 + |size|²/|z − z_k|²): grows without bound towards what was found. */
  function deflation(z: Float64Array, size: number): number {
    let product = 1;
    for (const { z: known } of solutions) {
      const ratio = size / distance(z, known);
      product *= 1 + ratio * ratio;
    }
    return product;
  }

  /** Newton's step for the deflated equation is the plain one stretched by 1/(1 − ∇log(deflation)·dz). */
  function stretchOf(z: Float64Array, dz: Float64Array, size: number): number {
    let along = 0;
    for (const { z: known } of solutions) {
      const far = distance(z, known);
      const square = far * far;
      let inner = 0;
      for (let i = 0; i < z.length; i++) inner += (z[i] - known[i]) * dz[i];
      along -= (2 * size * size * inner) / (square * (square + size * size));
    }
    const factor = 1 / (1 - along);
    return Number.isFinite(factor) ? Math.max(-10, Math.min(10, factor)) : 1;
  }

  function keep(z: Float64Array, size: number): boolean {
    if (solutions.some(({ z: known }) => distance(z, known) <= SAME * size)) return false;
    if (symmetric && solutions.some((known) => areTurned(grid, known.density, density))) return false;
    solutions.push({ z: z.slice(), density: density.slice() });
    return true;
  }

  return {
    solutions,
    run,
    /** Looks for the mirror image θ → −θ of what was found on one axis, where V and the extent are even. */
    mirror({ density }: Solution): void {
      if (grid.axes.length === 1 && grid.axes[0].low === -grid.axes[0].high) run(density.slice().reverse());
    },
  };
}

/**
 * The second variation on h = √(μ|cell|) v, in which τ∫η² dμ is τ|v|²: A v = v + √(μ|cell|) Φ′(z)[z(h)]/τ off √(μ|cell|),
 * its least eigenvalue and, as `direction`, the eigenvector.
 */
function stabilityOf(field: GridField, density: Float64Array, z: Float64Array, symmetric: boolean) {
  const { volume, size } = field.grid;
  const { temperature } = field.problem;
  const root = density.map((mu) => Math.sqrt(mu * volume));
  const perturbation = new Float64Array(size);
  const dz = new Float64Array(field.count);
  const dphi = new Float64Array(size);
  const apply = (v: Float64Array, out: Float64Array) => {
    for (let i = 0; i < size; i++) perturbation[i] = (root[i] * v[i]) / volume;
    field.observe(perturbation, dz);
    field.potentialDerivative(z, dz, dphi);
    for (let i = 0; i < size; i++) out[i] = v[i] + (root[i] * dphi[i]) / temperature;
  };
  const mass = Math.sqrt(dotOf(root, root));
  const constant = root.map((value) => value / mass);
  const first = leastEigenpair(apply, size, [constant], EIGENVALUE);
  const direction = first.vector;
  const flat = Math.max(1e-10, 100 * EIGENVALUE * first.size);
  const uniform = density.every((mu) => Math.abs(mu - density[0]) <= SAME * density[0]);
  if (!symmetric || uniform || Math.abs(first.value) > 1e-8) {
    return { curvature: Math.min(1, first.value), flat, zeroMode: null, direction };
  }
  const rest = leastEigenpair(apply, size, [constant, first.vector], EIGENVALUE);
  return { curvature: Math.min(1, rest.value), flat, zeroMode: "rotation", direction };
}

/**
 * Whether one of two even densities on the circle is the other turned, and so of its orbit. Turned by φ, ∫cos kθ dμ = c_k becomes c_k cos kφ,
 * and the density stays even where all c_k sin kφ vanish: where it has period 2π/m, for φ = π/m, and at m = 1 always.
 */
export function areTurned({ axes: [{ centres }], volume }: Grid, a: Float64Array, b: Float64Array): boolean {
  const waves = Array.from({ length: centres.length >> 1 }, (_, k) =>
    centres.map((theta) => volume * cos((k + 1) * theta)),
  );
  const [from, to] = [a, b].map((density) => waves.map((wave) => dotOf(density, wave)));
  return waves.some((_, m) => {
    const angle = Math.PI / (m + 1);
    return from!.every((c, k) => {
      const turned = c * cos((k + 1) * angle);
      return Math.abs(turned - to![k]!) <= SAME && Math.abs(c * sin((k + 1) * angle)) <= SAME;
    });
  });
}

function symmetrise(values: Float64Array): void {
  for (let i = 0, j = values.length - 1; i < j; i++, j--) {
    values[i] = 0.5 * (values[i] + values[j]);
    values[j] = values[i];
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] - b[i]) * (a[i] - b[i]);
  return Math.sqrt(total);
}
