// Langevin dynamics in a box, reflected at its faces: dθ = −D∇Φ[μ](θ) dt + √(2τD) dW − n dL, n the outward normal and L the local time at the faces;
// ∂_tμ = ∇·(D(μ∇Φ + τ∇μ)) with no flux through them. The limit is the Gibbs measure of the box, ∝ e^(−Φ/τ) there: V need not confine.

import { type Breach, refuse } from "../base/breach.ts";
import { requireKeys } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { Dynamics, FirstOrderDynamics, Unknowns } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";
import { langevin } from "./langevin.ts";
import { mobilityAmong, mobilityBreaches, movedBy } from "./mobility.ts";
import { dynamicsRecord } from "./record.ts";

export interface ReflectedLangevinOptions extends GradientFlowOptions {
  /** The box [low, high] of every coordinate of θ. */
  low: number;
  high: number;
}

/** The trait: walls that θ is reflected at. */
export const WALLS = "walls";

interface ReflectedLangevin extends FirstOrderDynamics {
  readonly walls: { readonly low: number; readonly high: number };
}

/** The walls of a dynamics; null where θ is free. */
export function wallsOf(dynamics: Dynamics): ReflectedLangevin["walls"] | null {
  return "walls" in dynamics ? (dynamics as ReflectedLangevin).walls : null;
}

/**
 * Langevin dynamics in the box [low, high] of every coordinate, reflected at its faces. Neurons alone serve it: what a step has carried through a face is
 * mirrored back (weak order 1 in the step); what of a start lies outside is mirrored too.
 * Restrictions: domain plane, temperature > 0. Errors (input): a box without inside.
 * Source: Bossy, Gobet, Talay, J. Appl. Probab. 41 (2004).
 *
 * @example
 * ```ts
 * import { evolve, particles, problem, reflectedLangevin, uniform } from "muflow";
 *
 * // Without V the limit is uniform on the box, of variance 2²/12.
 * const course = { initial: uniform({ low: -1, high: 0 }), until: 20, step: 0.01, record: 1 };
 * const task = problem({ dimension: 1, temperature: 0.5 });
 * const { rows } = await evolve(task, reflectedLangevin({ low: -1, high: 1 }), particles({ width: 4000, seed: 1 }), course);
 * console.log(Math.abs(rows.at(-1)!.observables.var_theta_0 - 1 / 3) < 0.02); // true
 * ```
 */
export function reflectedLangevin(options: ReflectedLangevinOptions): FirstOrderDynamics {
  requireKeys("dynamics", options, ["low", "high", "mobility"]);
  const { low, high, ...rest } = options;
  refuse(boxBreaches(options)[0]);
  const free = langevin(rest);
  const mobility = mobilityAmong(rest);
  const walls: ReflectedLangevin["walls"] = { low, high };
  const box = `[${low}, ${high}]^p`;
  const dynamics: ReflectedLangevin = {
    ...free,
    ...movedBy(mobility, (problem) => [...mobilityBreaches(mobility, problem), ...problemBreaches(problem)]),
    kind: "reflected-langevin",
    traits: [
      {
        name: WALLS,
        elsewhere: `its density is that of langevin on a grid with leak: 1 whose extent is [${low}, ${high}] on every axis`,
      },
    ],
    walls,
    neuronEquation: `${free.neuronEquation} − n dL, reflected at the faces of ${box}`,
    densityEquation: `${free.densityEquation} on ${box}, no flux through its faces`,
    sources: [...free.sources, "bossy2004"],
  };
  return withRecipe(options, dynamics);
}

/** Of the box itself. */
function boxBreaches({ low, high }: { readonly low: number; readonly high: number }): Breach[] {
  const isBox = Number.isFinite(low) && Number.isFinite(high) && low < high;
  return isBox ? [] : [{ key: ["dynamics", "high"], found: high, allowed: "a number > dynamics.low" }];
}

/** The torus has no place for a box; and without noise neurons would be pressed against the walls, where −∇Φ is not how they move. */
function problemBreaches({ domain, temperature }: Unknowns): Breach[] {
  const noise = "a number > 0 with reflected-langevin; gradient-flow has no walls";
  return [
    ...(domain === "plane"
      ? []
      : [{ key: ["problem", "domain"], found: domain, allowed: "plane with reflected-langevin" }]),
    ...(temperature > 0 ? [] : [{ key: ["problem", "temperature"], found: temperature, allowed: noise }]),
  ];
}

export const REFLECTED_LANGEVIN = dynamicsRecord({
  kind: "reflected-langevin",
  description: "Langevin dynamics in a box, reflected at its faces; particles only, temperature > 0",
  shape: ({ z, mobility }) => ({
    low: z.number().describe("the low end of the box of every coordinate of θ"),
    high: z.number().describe("its high end"),
    mobility,
  }),
  breaches: boxBreaches,
  sound: { low: -1, high: 1 },
  make: reflectedLangevin,
});
