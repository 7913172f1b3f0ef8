// The integrators by name: what each may be used for, and how to make one.

import { MuflowError } from "../base/errors.ts";
import type { Source } from "../base/sources.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { WORDS, type WordName } from "../dynamics/words.ts";
import { euler } from "./euler.ts";
import { eulerMaruyama } from "./euler-maruyama.ts";
import { rk4 } from "./rk4.ts";
import { splitting } from "./splitting.ts";
import { type Integrator, isFirstOrder, isKinetic, type ParticleSystem } from "./system.ts";

export const INTEGRATOR_NAMES = ["euler", "rk4", "euler-maruyama", "aboba", "baoab", "obabo"] as const;

export type IntegratorName = (typeof INTEGRATOR_NAMES)[number];

export const INTEGRATOR_SOURCES: Readonly<Record<IntegratorName, readonly Source[]>> = {
  euler: ["hairer1993"],
  rk4: ["hairer1993"],
  "euler-maruyama": ["kloeden1992"],
  aboba: WORDS.aboba.sources,
  baoab: WORDS.baoab.sources,
  obabo: WORDS.obabo.sources,
};

/** What is used where nothing is asked for. */
export function defaultIntegrator(kind: Dynamics["kind"]): IntegratorName {
  if (kind === "kinetic") return "baoab";
  return kind === "langevin" ? "euler-maruyama" : "euler";
}

/** The integrator of that name with step h. Errors (input): one that cannot integrate this dynamics. */
export function makeIntegrator(name: IntegratorName, system: ParticleSystem, h: number): Integrator {
  const { dynamics, problem } = system;
  if (dynamics.kind === "birth-death") {
    throw new MuflowError("input", "dynamics.kind: birth-death acts on a density; solve it on a grid");
  }
  if (name === "euler" || name === "rk4") {
    if (problem.temperature > 0) throw unfit(name, "is for dynamics without noise (τ = 0)", dynamics);
    if (dynamics.order === "second" && dynamics.friction.at(0) === Number.POSITIVE_INFINITY) {
      throw unfit(name, `cannot start where γ = ${dynamics.friction.formula} is infinite`, dynamics);
    }
    return name === "euler" ? euler(system, h) : rk4(system, h);
  }
  if (name === "euler-maruyama") {
    if (!isFirstOrder(system)) throw unfit(name, "is for langevin dynamics", dynamics);
    return eulerMaruyama(system, h);
  }
  if (name in WORDS) {
    if (!isKinetic(system)) throw unfit(name, "is for kinetic dynamics", dynamics);
    return splitting(system, h, name as WordName);
  }
  throw new MuflowError("input", `integrator: found "${name}"; allowed: ${INTEGRATOR_NAMES.join(", ")}`);
}

function unfit(name: string, why: string, dynamics: Dynamics): MuflowError {
  return new MuflowError(
    "input",
    `integrator: ${name} ${why}; found ${dynamics.kind}. Leave integrator out to get ${defaultIntegrator(dynamics.kind)}`,
  );
}
