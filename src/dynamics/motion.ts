// What solvers ask of a dynamics, whatever its kind: whether neurons have momenta, what noise there is, what changes in time.

import type { Breach } from "../base/breach.ts";
import { listed } from "../base/words.ts";
import {
  type Dynamics,
  type Friction,
  hasJumps,
  isNoisy,
  type KineticDynamics,
  type Metric,
  type Trait,
} from "./dynamics.ts";

export interface Motion {
  /** As the experiment file calls it. */
  readonly kind: string;
  /** γ(t) of dynamics with momenta; null without. */
  readonly friction: Friction | null;
  /** Whether √(2τD) dW is a part of the equation of θ, be τ 0 or not. */
  readonly diffusive: boolean;
  /** Whether there is noise: a part of the equation, and τ > 0. */
  readonly noisy: boolean;
  /** Whether the dynamics has a temperature of its own, which changes in time. */
  readonly annealed: boolean;
  /** Whether neurons are born and die. */
  readonly jumps: boolean;
  /** What else it asks of a solver. */
  readonly traits: readonly Trait[];
  /** Without momenta, the metric of D; null with them. */
  readonly metric: Metric | null;
}

/** Whether neurons have momenta. */
export function hasMomenta(
  moved: Dynamics | Motion,
): moved is KineticDynamics | (Motion & { readonly friction: Friction }) {
  return "friction" in moved && moved.friction !== null;
}

/** Whether friction is infinite at t = 0, where momenta must rest. */
export function beginsInfinite(friction: Friction | null): boolean {
  return friction?.at(0) === Number.POSITIVE_INFINITY;
}

/** The motion of that dynamics at the problem's temperature. */
export function motionOf(dynamics: Dynamics, problem: { readonly temperature: number }): Motion {
  const friction = hasMomenta(dynamics) ? dynamics.friction : null;
  const diffusive = dynamics.order === "first" && dynamics.diffusive;
  return {
    kind: dynamics.kind,
    friction,
    diffusive,
    noisy: (diffusive || friction !== null) && isNoisy(problem, dynamics),
    annealed: dynamics.order === "first" && dynamics.temperature !== undefined,
    jumps: hasJumps(dynamics),
    traits: (dynamics.order === "first" ? dynamics.traits : undefined) ?? [],
    metric: dynamics.order === "first" ? dynamics.metric : null,
  };
}

/** That a motion asks for what `who` does not serve. */
export function traitBreaches(
  { kind, traits }: Motion,
  who: string,
  served: readonly string[] = [],
): Breach[] {
  const lacking = traits.filter(({ name }) => !served.includes(name));
  if (lacking.length === 0) return [];
  const [names, elsewhere] = [lacking.map(({ name }) => name), lacking.map((trait) => trait.elsewhere)];
  const allowed = `a dynamics without ${listed(names)} with ${who}; ${elsewhere.join("; ")}`;
  return [{ key: ["dynamics", "kind"], found: kind, allowed }];
}

/** What a method may need of a motion, in words that follow "needs". */
const NEEDS = {
  momenta: { holds: hasMomenta, text: "kinetic dynamics" },
  diffusion: { holds: ({ diffusive }) => diffusive, text: "a Langevin equation without momenta" },
  "no noise": { holds: ({ noisy }) => !noisy, text: "dynamics without noise, temperature 0" },
  "constant friction": {
    holds: ({ friction }) => friction === null || friction.nesterov === null,
    text: "a constant friction",
  },
  "finite friction": {
    holds: ({ friction }) => !beginsInfinite(friction),
    text: "friction that is finite at t = 0: nesterov from > 0",
  },
} satisfies Record<string, { holds(motion: Motion): boolean; text: string }>;

export type Need = keyof typeof NEEDS;

/** The first of these needs that the motion does not meet, in words; null where it meets all. */
export function lackOf(motion: Motion, needs: readonly Need[]): string | null {
  const unmet = needs.find((need) => !NEEDS[need].holds(motion));
  return unmet === undefined ? null : NEEDS[unmet].text;
}

/** Needs in words, for the reference. */
export function needsText(needs: readonly Need[]): string {
  return needs.map((need) => NEEDS[need].text).join(", ");
}
