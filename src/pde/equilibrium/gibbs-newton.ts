// Newton's direction for c = ∫ψ dμ̂(c): dc = −(I + CD/T)⁻¹G, C = Cov_μ̂(ψ), D = diag(D_i), G_i = c_i − ∫ψ_i dμ̂. Data of one input x_u share
// ψ: with D̂_u and S_u = D̂_u^½ summed over them it is U numbers, (I + SCS/T)s = −r, r_u = Σ D_iG_i/S_u, and dc = −G − CSs/T, whatever the loss.
// By Cholesky where U is small, else by conjugate gradients, whose products with C are two passes over the features.

import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { conjugateGradients } from "../../linear/conjugate-gradients.ts";
import type { Features } from "../field/features.ts";

/** Relative error of the direction: Huber's active sets are found by its digits, so an inexact Newton step costs more than it saves. */
const TOLERANCE = 1e-10;
/** Products that the iteration may take, far beyond what it takes; the solver's own residual judges what comes of it. */
const MOST_PRODUCTS = 2000;
/** Products that it takes, roughly: C of smooth features has a few dozen eigenvalues that matter. */
const USUAL_PRODUCTS = 40;

export type LinearSolver = "cholesky" | "conjugate-gradients";

type Size = Pick<Features, "distinct" | "inner">;

/** Multiplications that a direction takes by either. */
function workBy({ distinct, inner }: Size): Record<LinearSolver, number> {
  return {
    cholesky: distinct * distinct * (inner / 2 + distinct / 3),
    "conjugate-gradients": 2 * USUAL_PRODUCTS * inner * distinct,
  };
}

/** The cheaper of the two. */
export function cheaperSolver(size: Size): LinearSolver {
  const work = workBy(size);
  return work.cholesky <= work["conjugate-gradients"] ? "cholesky" : "conjugate-gradients";
}

/** Multiplications of a direction by the cheaper one. */
export function directionWork(size: Size): number {
  return workBy(size)[cheaperSolver(size)];
}

/** All its arrays are taken here, U² numbers more for Cholesky. */
export function gibbsNewton(features: Features, solver = cheaperSolver(features)) {
  const { distinct: n, inputOf } = features;
  const numbers = () => new Float64Array(n);
  /** ∫ψ² dμ̂ by distinct input. */
  const squares = numbers();
  const means = numbers();
  const root = numbers();
  const right = numbers();
  const solution = numbers();
  const scaled = numbers();
  const response = numbers();
  /** U², for Cholesky. */
  const moments = new Float64Array(solver === "cholesky" ? n * n : 0);
  let weights: Float64Array = new Float64Array(0);
  let temperature = Number.NaN;

  /** out = (I + SCS/T)v */
  function multiply(v: Float64Array, out: Float64Array): void {
    for (let u = 0; u < v.length; u++) scaled[u] = root[u] * v[u];
    covariance(scaled, out);
    for (let u = 0; u < v.length; u++) out[u] = v[u] + (root[u] * out[u]) / temperature;
  }

  /** out = Cv */
  function covariance(v: Float64Array, out: Float64Array): void {
    features.applySecondMoments(weights, v, out);
    let along = 0;
    for (let u = 0; u < v.length; u++) along += means[u] * v[u];
    for (let u = 0; u < v.length; u++) out[u] -= means[u] * along;
  }

  /** The solution by Cholesky's factors of I + SCS/T. */
  function factorise(): void {
    features.secondMoments(weights, moments);
    const system = new Matrix(n, n);
    for (let u = 0; u < n; u++) {
      for (let v = 0; v <= u; v++) {
        const mixed = moments[u * n + v] - means[u] * means[v];
        const entry = (root[u] * root[v] * mixed) / temperature + (u === v ? 1 : 0);
        system.set(u, v, entry);
        system.set(v, u, entry);
      }
    }
    const dc = new CholeskyDecomposition(system).solve(Matrix.columnVector(right));
    for (let u = 0; u < n; u++) solution[u] = dc.get(u, 0);
  }

  return {
    squares,
    /** Takes μ̂ = density at temperature T, with ∫ψ_i dμ̂ = outputs[i]. */
    linearise(density: Float64Array, outputs: Float64Array, T: number): void {
      temperature = T;
      weights = features.squareWeights(density);
      features.squares(weights, squares);
      for (let i = 0; i < outputs.length; i++) means[inputOf[i]] = outputs[i];
    },
    /** direction = dc, from D ≥ 0 and G by datum. */
    solve(curvature: Float64Array, mismatch: Float64Array, direction: Float64Array): void {
      root.fill(0);
      right.fill(0);
      for (let i = 0; i < curvature.length; i++) {
        root[inputOf[i]] += curvature[i];
        right[inputOf[i]] -= curvature[i] * mismatch[i];
      }
      for (let u = 0; u < root.length; u++) {
        root[u] = Math.sqrt(root[u]);
        right[u] = root[u] > 0 ? right[u] / root[u] : 0;
      }
      if (solver === "cholesky") factorise();
      else conjugateGradients(multiply, right, solution, TOLERANCE, MOST_PRODUCTS);
      for (let u = 0; u < root.length; u++) scaled[u] = root[u] * solution[u];
      covariance(scaled, response);
      for (let i = 0; i < direction.length; i++) {
        direction[i] = -mismatch[i] - response[inputOf[i]] / temperature;
      }
    },
  };
}
