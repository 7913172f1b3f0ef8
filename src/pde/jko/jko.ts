// The minimising-movement scheme of Jordan, Kinderlehrer and Otto (1998): one step of length h of the gradient flow is
//   μ_{k+1} = argmin_μ W₂²(μ, μ_k)/2h + E_τ(μ),   E_τ(μ) = R(f_μ) + ∫V dμ + ½∬W dμ dμ + τ∫μ log μ,
// first order in h: on a line through quantiles (quantile.ts), or on a grid by entropic scaling (entropic.ts).

import type { Breach } from "../../base/breach.ts";
import type { Path } from "../../base/errors.ts";
import { type Motion, traitBreaches } from "../../dynamics/motion.ts";
import type { Problem } from "../../problem/problem.ts";
import { ENTROPIC } from "./entropic.ts";
import type { JkoRecord } from "./method.ts";
import { QUANTILE } from "./quantile.ts";

export const JKO_METHODS = [QUANTILE, ENTROPIC] as const;
export const JKO_NAMES = JKO_METHODS.map(({ name }) => name);
export type JkoMethod = (typeof JKO_NAMES)[number];

/** The record of that name. */
export function jkoMethod(name: JkoMethod): JkoRecord {
  return JKO_METHODS.find((method) => method.name === name)!;
}

/** What the scheme does not allow: it descends the plain Wasserstein metric, with one temperature. */
export function jkoBreaches(
  asked: { readonly method: JkoMethod; readonly epsilon?: number | null | undefined },
  problem: Pick<Problem, "dimension" | "domain">,
  motion: Motion,
): Breach[] {
  const breaches = traitBreaches(motion, "jko");
  const add = (key: Path, found: unknown, allowed: string) => breaches.push({ key, found, allowed });
  const { metric } = motion;
  const kinds = "langevin, gradient-flow with jko, which moves in the plain metric";
  if (metric === null || motion.annealed || motion.jumps) add(["dynamics", "kind"], motion.kind, kinds);
  else if (!metric.plain) {
    const allowed = metric.key.at(-1) === "kind" ? kinds : "1 with jko, which moves in the plain metric";
    add(metric.key, metric.found, allowed);
  }
  return [...breaches, ...jkoMethod(asked.method).breaches(asked, problem)];
}
