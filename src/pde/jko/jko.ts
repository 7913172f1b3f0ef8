// The minimising-movement scheme of Jordan, Kinderlehrer and Otto (1998): one step of length h of the gradient flow is
//   μ_{k+1} = argmin_μ W₂²(μ, μ_k)/2h + E_τ(μ),   E_τ(μ) = R(f_μ) + ∫V dμ + ½∬W dμ dμ + τ∫μ log μ,
// first order in h: on a line through quantiles (quantile.ts), or on a grid by entropic scaling (entropic.ts).

import type { Breach } from "../../base/breach.ts";
import type { Path } from "../../base/errors.ts";
import { type Motion, traitBreaches } from "../../dynamics/motion.ts";
import type { Problem } from "../../problem/problem.ts";

export type JkoMethod = "quantile" | "entropic";

/** What the scheme does not allow: it descends the plain Wasserstein metric, with one temperature. */
export function jkoBreaches(
  asked: { readonly method: JkoMethod; readonly epsilon?: number | null | undefined },
  { dimension, domain }: Pick<Problem, "dimension" | "domain">,
  motion: Motion,
): Breach[] {
  const { method, epsilon } = asked;
  const breaches = traitBreaches(motion, "jko");
  const add = (key: Path, found: unknown, allowed: string) => breaches.push({ key, found, allowed });
  const { metric } = motion;
  const kinds = "langevin, gradient-flow with jko, which moves in the plain metric";
  if (metric === null || motion.annealed || motion.jumps) add(["dynamics", "kind"], motion.kind, kinds);
  else if (!metric.plain) {
    const allowed = metric.key.at(-1) === "kind" ? kinds : "1 with jko, which moves in the plain metric";
    add(metric.key, metric.found, allowed);
  }
  if (method === "quantile") {
    const line = dimension === 1 && domain === "plane";
    if (!line) add(["method"], method, "entropic: quantiles need one coordinate in the plane");
    if (epsilon !== undefined && epsilon !== null)
      add(["epsilon"], epsilon, "nothing with quantile, which is exact");
  } else if (dimension > 2) add(["method"], method, "nothing: jko serves one or two coordinates");
  return breaches;
}

/** What the last step took. */
export interface JkoReport {
  /** Newton iterations (quantile) or scaling iterations (entropic). */
  readonly iterations: number;
  /** Entropic: the L1 distance between the coupling's second marginal and the new measure. */
  readonly marginalError?: number;
}

/** A minimising-movement scheme in progress. A step that fails throws and leaves the state as it was. */
export interface JkoStepper {
  /** One step h. */
  step(): void;
  /** Cell averages on the grid, mass 1. */
  density(): Float64Array;
  /** Everything the next steps depend on: restored, they give the same bits. */
  save(): Float64Array;
  restore(state: Float64Array): void;
  /** The density of a state that `save` gave. */
  densityOf(state: Float64Array): Float64Array;
  report(): JkoReport;
}
