// The integrators by name: what each may be used for, and how to make one.

import { inputError, type MuflowError } from "../base/errors.ts";
import type { Source } from "../base/sources.ts";
import { type Dynamics, hasJumps, isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { WORDS, type WordName } from "../dynamics/words.ts";
import { requireJumps, withBirthDeath } from "./birth-death.ts";
import { euler } from "./euler.ts";
import { eulerMaruyama } from "./euler-maruyama.ts";
import { exact } from "./exact.ts";
import { higherMomentum } from "./higher-momentum.ts";
import { type Breach, breachError, type MatchingOrder } from "./momentum.ts";
import { nesterovIteration } from "./nesterov-iteration.ts";
import { polyak } from "./polyak.ts";
import { rk4 } from "./rk4.ts";
import { splitting } from "./splitting.ts";
import { type Integrator, isFirstOrder, isKinetic, type ParticleSystem } from "./system.ts";

export const INTEGRATOR_NAMES = [
  "euler",
  "rk4",
  "euler-maruyama",
  "aboba",
  "baoab",
  "obabo",
  "exact",
  "polyak",
  "nesterov-iteration",
  "higher-momentum",
] as const;

export type IntegratorName = (typeof INTEGRATOR_NAMES)[number];

/** What some integrators ask for besides their name. */
export interface IntegratorSettings {
  /** polyak: how closely β and s match friction and step; default 2. */
  readonly order?: MatchingOrder | undefined;
  /** higher-momentum, which needs it: the weight of the momentum before the last. */
  readonly beta2?: number | undefined;
}

export const INTEGRATOR_SOURCES: Readonly<Record<IntegratorName, readonly Source[]>> = {
  euler: ["hairer1993"],
  rk4: ["hairer1993"],
  "euler-maruyama": ["kloeden1992"],
  aboba: WORDS.aboba.sources,
  baoab: WORDS.baoab.sources,
  obabo: WORDS.obabo.sources,
  exact: ["fu2023"],
  polyak: ["polyak1964", "brunger1984"],
  "nesterov-iteration": ["nesterov1983", "su2016"],
  "higher-momentum": ["scieur2017"],
};

/** What is used where nothing is asked for. */
export function defaultIntegrator(kind: Dynamics["kind"]): IntegratorName {
  if (kind === "kinetic") return "baoab";
  return kind === "langevin" || kind === "annealed-langevin" ? "euler-maruyama" : "euler";
}

/** Whether a neuron's state must hold `history` rows for it. */
export function keepsHistory(name: IntegratorName): boolean {
  return name === "higher-momentum";
}

/** Whether every step asks for ∇Φ at the neurons as it finds them, so that to observe them between steps costs nothing more. */
export function observesStart(name: IntegratorName): boolean {
  return name !== "aboba" && name !== "nesterov-iteration";
}

/**
 * The integrator of that name with step h; where neurons are born and die, it moves them in between. Errors (input): a
 * temperature that this dynamics does not have, an integrator that cannot integrate it, settings that are not its own, a step
 * outside its momentum window.
 */
export function makeIntegrator(
  name: IntegratorName,
  system: ParticleSystem,
  h: number,
  settings: IntegratorSettings = {},
): Integrator {
  const [breach] = settingsBreaches(name, settings);
  if (breach !== undefined) throw breachError(breach);
  requireMotion(system);
  if (!isFirstOrder(system) || !hasJumps(system.dynamics)) return mover(name, system, h, settings);
  if (name !== "euler" && name !== "rk4") {
    throw unfit(name, "does not move neurons between births and deaths; euler and rk4 do", system);
  }
  return withBirthDeath(system, mover(name, system, h, settings), h);
}

function mover(
  name: IntegratorName,
  system: ParticleSystem,
  h: number,
  settings: IntegratorSettings,
): Integrator {
  const { dynamics, problem } = system;
  if (name === "euler" || name === "rk4") {
    if (isNoisy(problem, dynamics)) throw unfit(name, "is for dynamics without noise (τ = 0)", system);
    if (dynamics.order === "second" && dynamics.friction.at(0) === Number.POSITIVE_INFINITY) {
      throw unfit(name, `cannot start where γ = ${dynamics.friction.formula} is infinite`, system);
    }
    return name === "euler" ? euler(system, h) : rk4(system, h);
  }
  if (name === "euler-maruyama") {
    if (!isFirstOrder(system)) throw unfit(name, "is for langevin dynamics", system);
    return eulerMaruyama(system, h);
  }
  if (name in WORDS) {
    if (!isKinetic(system)) throw unfit(name, "is for kinetic dynamics", system);
    return splitting(system, h, name as WordName);
  }
  if (name === "exact" || name === "polyak" || name === "nesterov-iteration" || name === "higher-momentum") {
    if (!isKinetic(system)) throw unfit(name, "is for kinetic dynamics", system);
    if (name !== "exact" && problem.temperature > 0) {
      throw unfit(name, "is for dynamics without noise (τ = 0)", system);
    }
    if (name === "nesterov-iteration") return nesterovIteration(system, h);
    const { friction } = system.dynamics;
    if (friction.nesterov !== null) {
      throw unfit(name, `needs a constant friction, not γ = ${friction.formula}`, system);
    }
    if (name === "exact") return exact(system, h);
    return name === "polyak"
      ? polyak(system, h, settings.order ?? 2)
      : higherMomentum(system, h, settings.beta2 ?? Number.NaN);
  }
  throw inputError("integrator", `found "${name}"; allowed: ${INTEGRATOR_NAMES.join(", ")}`);
}

/** Settings that are not this integrator's, and those that it lacks. */
export function settingsBreaches(name: IntegratorName, { order, beta2 }: IntegratorSettings): Breach[] {
  const foreign = (key: string, found: number, owner: string) => ({
    key,
    found,
    allowed: `nothing with ${name}; only ${owner} has it`,
  });
  const breaches: Breach[] = [];
  if (order !== undefined && name !== "polyak") breaches.push(foreign("order", order, "polyak"));
  else if (order !== undefined && order !== 1 && order !== 2) {
    breaches.push({ key: "order", found: order, allowed: "1, 2" });
  }
  if (beta2 !== undefined && name !== "higher-momentum") {
    breaches.push(foreign("beta2", beta2, "higher-momentum"));
  }
  if (beta2 === undefined && name === "higher-momentum") {
    breaches.push({
      key: "beta2",
      found: beta2,
      allowed: "a number > -1 and < 1, which higher-momentum needs",
    });
  }
  return breaches;
}

/** Throws where the dynamics, whatever integrates it, does not go with this problem's temperature, or with this drift. */
function requireMotion(system: ParticleSystem): void {
  const { problem } = system;
  if (isFirstOrder(system)) {
    if (hasJumps(system.dynamics)) requireJumps(system);
    system.dynamics.mobility(problem);
  } else if (isKinetic(system) && system.dynamics.friction.nesterov !== null && problem.temperature > 0) {
    throw inputError(
      "problem.temperature",
      `found ${problem.temperature}; friction γ = ${system.dynamics.friction.formula} fades, and noise with it; allowed: 0, or a constant friction`,
    );
  }
}

function unfit(name: string, why: string, { dynamics, problem }: ParticleSystem): MuflowError {
  const found = `${dynamics.kind} at τ = ${temperatureOf(problem, dynamics).formula}`;
  return inputError(
    "integrator",
    `${name} ${why}; found ${found}. Leave integrator out to get ${defaultIntegrator(dynamics.kind)}`,
  );
}
