// Means, variances and covariances of θ and ω, coordinate by coordinate. Variances are central: ⟨(θ − ⟨θ⟩)²⟩, of networks divided by N.

import { momentsOf } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { TILE } from "../kernels/layout.ts";
import { average, type Ensemble } from "../particles/ensemble.ts";
import { addCentredProducts, addValues } from "./lanes.ts";
import { always, everywhere, type Observables, type Observer, withMomenta } from "./observer.ts";

const ofTheta = everywhere();
const ofMomenta = { network: withMomenta, "phase space": always };

export const moments: Observer = {
  columns: [
    { name: "mean_theta_#", words: "mean of *θ*_#", meaning: "mean of θ_k", unit: "θ", of: ofTheta },
    { name: "var_theta_#", words: "variance of *θ*_#", meaning: "variance of θ_k", unit: "θ²", of: ofTheta },
    {
      name: "mean_omega_#",
      words: "mean of *ω*_#",
      meaning: "mean of ω_k",
      unit: "ω",
      of: ofMomenta,
    },
    {
      name: "var_omega_#",
      words: "variance of *ω*_#",
      meaning: "variance of ω_k",
      unit: "ω²",
      of: ofMomenta,
    },
    {
      name: "cov_theta_#_omega_#",
      words: "covariance of *θ*_# and *ω*_#",
      meaning: "covariance of θ_k and ω_k",
      unit: "θω",
      of: ofMomenta,
    },
  ],
  network: ({ system: { particles } }) => momentsOfEnsemble(particles),
  density: ({ grid, density, momenta }) => momentsOfDensity(grid, density, momenta),
  byCoordinate: "phase space",
};

export function momentsOfEnsemble(particles: Ensemble): Observables {
  const { dimension: p, momentum, state } = particles;
  const rows = particles.layout.coordinates;
  const means = new Float64Array(rows);
  average(particles, rows, means, (base, lanes, sums) => {
    for (let k = 0; k < rows; k++) addValues(sums, k * TILE, state, base + k * TILE, lanes);
  });
  const pairs = momentum ? p : 0;
  const seconds = new Float64Array(rows + pairs);
  average(particles, rows + pairs, seconds, (base, lanes, sums) => {
    for (let k = 0; k < rows; k++) {
      const at = base + k * TILE;
      addCentredProducts(sums, k * TILE, 1, state, at, means[k], at, means[k], lanes);
    }
    for (let k = 0; k < pairs; k++) {
      const theta = base + k * TILE;
      const omega = theta + p * TILE;
      const to = (rows + k) * TILE;
      addCentredProducts(sums, to, 1, state, theta, means[k], omega, means[p + k], lanes);
    }
  });
  const laws = Array.from(means, (mean, k) => ({ mean, variance: seconds[k] }));
  return named(laws, p, (k) => seconds[rows + k]);
}

/** Sums over cells: spectrally accurate for a smooth density that vanishes at the faces. */
export function momentsOfDensity(grid: Grid, density: Float64Array, momenta: boolean): Observables {
  const laws = momentsOf(grid, density);
  const p = momenta ? laws.length / 2 : laws.length;
  return named(laws, p, (k) => covarianceOf(grid, density, k, laws[k].mean, laws[p + k].mean));
}

/** The laws of θ, then those of ω where there are momenta. */
function named(
  laws: readonly { readonly mean: number; readonly variance: number }[],
  p: number,
  covariance: (k: number) => number,
): Observables {
  const out: Observables = {};
  for (const [at, { mean, variance }] of laws.entries()) {
    const k = at % p;
    const of = at < p ? "theta" : "omega";
    out[`mean_${of}_${k}`] = mean;
    out[`var_${of}_${k}`] = variance;
    if (at >= p) out[`cov_theta_${k}_omega_${k}`] = covariance(k);
  }
  return out;
}

function covarianceOf(
  phase: Grid,
  density: Float64Array,
  k: number,
  meanTheta: number,
  meanOmega: number,
): number {
  const p = phase.axes.length / 2;
  const [theta, omega] = [phase.axes[k], phase.axes[p + k]];
  const [strideTheta, strideOmega] = [phase.strides[k], phase.strides[p + k]];
  // Rows along which θ_k is constant, and in them stretches along which ω_k is.
  let total = 0;
  for (let from = 0; from < phase.size; from += strideTheta) {
    const offTheta = theta.centres[(from / strideTheta) % theta.cells] - meanTheta;
    let row = 0;
    for (let at = from; at < from + strideTheta; at += strideOmega) {
      const offOmega = omega.centres[(at / strideOmega) % omega.cells] - meanOmega;
      let stretch = 0;
      for (let i = at; i < at + strideOmega; i++) stretch += density[i];
      row += offOmega * stretch;
    }
    total += offTheta * row;
  }
  return phase.volume * total;
}
