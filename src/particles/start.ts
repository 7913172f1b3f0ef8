// Neurons at t = 0: θ_j i.i.d. from the initial law, or as given; ω_j i.i.d. Gaussian (problem/law.ts).
// Draws are counted by (neuron, coordinate): wider ensembles extend narrower ones.

import { type Breach, refuse } from "../base/breach.ts";
import { fillNormals, fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { beginsInfinite, hasMomenta, type Motion, motionOf } from "../dynamics/motion.ts";
import { lanesIn, TILE } from "../kernels/layout.ts";
import { checkLaw, type InitialLaw, type MomentumOption, type PositionLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";
import { moved, type ParticleSystem } from "./system.ts";

/** What a motion does not allow of momenta at the start: to have any, or, where friction is infinite at t = 0 and stops them, to move. */
export function startBreaches(
  { position, momentum }: { readonly position?: PositionLaw; readonly momentum?: Partial<MomentumOption> },
  { kind, friction }: Pick<Motion, "kind" | "friction">,
  p: number,
): Breach[] {
  const key = ["initial", "momentum"];
  if (friction === null) {
    const allowed = `nothing with ${kind}; only kinetic dynamics has momentum`;
    return momentum === undefined ? [] : [{ key, found: momentum, allowed }];
  }
  if (!beginsInfinite(friction)) return [];
  const why = "with nesterov friction from 0, infinite at t = 0; or dynamics.friction.from > 0";
  const moving = position?.kind === "points" ? position.rows.flatMap((row) => row.slice(p)).find(Boolean) : 0;
  if (moving) return [{ key: ["initial"], found: moving, allowed: `momenta 0 ${why}` }];
  const rests = [momentum?.mean ?? 0, momentum?.std ?? 0].flat().every((value) => value === 0);
  return rests ? [] : [{ key, found: momentum, allowed: `mean 0 and std 0 ${why}` }];
}

/** Throws an input error where a law does not fit N neurons, or that dynamics. */
export function requireStart(
  { problem, dynamics, initial }: { problem: Problem; dynamics: Dynamics; initial: InitialLaw },
  width: number,
): void {
  const motion = motionOf(dynamics, problem);
  checkLaw(initial, problem.dimension, width, hasMomenta(motion));
  refuse(startBreaches(initial, motion, problem.dimension)[0]);
}

/** The neurons of a system at t = 0, within its domain and walls. Errors (input): as of `initialise`. */
export function start(
  system: ParticleSystem,
  law: InitialLaw,
  { seed, replica }: { seed: number; replica: number },
): void {
  initialise(system.particles, law, { seed, replica, temperature: system.problem.temperature });
  moved(system);
}

/** Fills the ensemble from the law. Errors (input): lengths that are not p or N, a negative standard deviation. */
export function initialise(
  particles: Ensemble,
  law: InitialLaw,
  { seed, replica, temperature }: { seed: number; replica: number; temperature: number },
): void {
  const { dimension: p, momentum, part } = particles;
  checkLaw(law, p, part.width, momentum);
  const draw = sampler(particles, deriveKey(seed, PURPOSE.initial, replica));
  const { position } = law;
  if (position.kind === "gaussian") {
    for (let k = 0; k < p; k++) draw(fillNormals, k, k, position.mean[k], position.std[k]);
  } else if (position.kind === "uniform") {
    for (let k = 0; k < p; k++) {
      draw(fillUniforms, k, k, position.low[k], position.high[k] - position.low[k]);
    }
  } else if (position.kind === "sphere") {
    for (let k = 0; k < p; k++) draw(fillNormals, k, k, 0, 1);
    project(particles, position.radius);
  } else {
    copyRows(particles, position.rows);
  }
  if (!momentum || (position.kind === "points" && position.rows[0].length > p)) return;
  const drawMomentum = sampler(particles, deriveKey(seed, PURPOSE.momentum, replica));
  const standard = Math.sqrt(temperature);
  for (let k = 0; k < p; k++) {
    drawMomentum(fillNormals, p + k, k, law.momentum?.mean[k] ?? 0, law.momentum?.std[k] ?? standard);
  }
}

type Fill = typeof fillNormals;

/** A function that sets row `row` of every neuron to shift + scale · draw, the draws counted by `lane`. */
function sampler(particles: Ensemble, [k0, k1]: readonly [number, number]) {
  const { part, rows, state } = particles;
  const raw = new Float64Array(TILE);
  return (fill: Fill, row: number, lane: number, shift: number, scale: number) => {
    for (let tile = 0; tile < part.tiles; tile++) {
      const lanes = lanesIn(part, tile);
      const at = (tile * rows + row) * TILE;
      fill(raw, 0, TILE, k0, k1, (part.firstTile + tile) * TILE, 0, lane);
      for (let l = 0; l < lanes; l++) state[at + l] = shift + scale * raw[l];
    }
  };
}

function project(particles: Ensemble, radius: number): void {
  const { part, rows, dimension, state } = particles;
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      const at = tile * rows * TILE + lane;
      let square = 0;
      for (let k = 0; k < dimension; k++) square += state[at + k * TILE] * state[at + k * TILE];
      const scale = radius / Math.sqrt(square);
      for (let k = 0; k < dimension; k++) state[at + k * TILE] *= scale;
    }
  }
}

function copyRows(particles: Ensemble, source: readonly (readonly number[])[]): void {
  const { part, rows, state } = particles;
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      const row = source[(part.firstTile + tile) * TILE + lane];
      for (let k = 0; k < row.length; k++) state[(tile * rows + k) * TILE + lane] = row[k];
    }
  }
}
