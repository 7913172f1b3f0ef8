// The integrators, and what is asked of them by name.

import { type Breach, breachError, under } from "../base/breach.ts";
import { inputError } from "../base/errors.ts";
import { listed } from "../base/words.ts";
import { unknownsOf } from "../dynamics/dynamics.ts";
import { lackOf, type Motion, motionOf, traitBreaches } from "../dynamics/motion.ts";
import { birthDeathBreaches, withBirthDeath } from "./birth-death.ts";
import { euler } from "./euler.ts";
import { eulerMaruyama } from "./euler-maruyama.ts";
import { exact } from "./exact.ts";
import { heun } from "./heun.ts";
import { higherMomentum } from "./higher-momentum.ts";
import type { Method, MomentumBound, Setting } from "./method.ts";
import { nesterovIteration } from "./nesterov-iteration.ts";
import { polyak } from "./polyak.ts";
import { rk4 } from "./rk4.ts";
import { splitting } from "./splitting.ts";
import { firstOrderOf, type Integrator, type ParticleSystem, SERVED } from "./system.ts";

/** Of those that integrate a motion the first is its default. */
const INTEGRATORS = [
  eulerMaruyama,
  heun,
  splitting("baoab"),
  splitting("aboba"),
  splitting("obabo"),
  exact,
  polyak,
  nesterovIteration,
  higherMomentum,
  euler,
  rk4,
] as const;

/** By name, the default of most motions first. */
export const INTEGRATOR_NAMES = INTEGRATORS.map(({ name }) => name);
export type IntegratorName = (typeof INTEGRATOR_NAMES)[number];

/** What some integrators ask for besides their name. */
export interface IntegratorSettings {
  /** polyak: how closely β and s match friction and step; default 2. */
  readonly order?: 1 | 2 | undefined;
  /** higher-momentum, which needs it: the weight of the momentum before the last. */
  readonly beta2?: number | undefined;
}

type Listed = (typeof INTEGRATORS)[number];
/** What the records ask for: IntegratorSettings must have all of it, or what reads it by these keys does not compile. */
type SettingKey = Listed extends infer One
  ? One extends { readonly settings?: infer Some }
    ? keyof NonNullable<Some>
    : never
  : never;

/** The record of an integrator. Errors (input): there is none of that name. */
export function integratorOf(name: IntegratorName): Method {
  const record = (INTEGRATORS as readonly unknown[] as readonly Method[]).find(
    (method) => method.name === name,
  );
  if (record === undefined) {
    throw inputError("integrator", `found "${name}"; allowed: ${INTEGRATOR_NAMES.join(", ")}`);
  }
  return record;
}

/** Every setting that some integrator has, with whose it is. */
export const SETTINGS: readonly { key: SettingKey; owner: IntegratorName; setting: Setting }[] =
  INTEGRATOR_NAMES.flatMap((owner) =>
    Object.entries(integratorOf(owner).settings ?? {}).map(([key, setting]) => ({
      key: key as SettingKey,
      owner,
      setting,
    })),
  );

/** The integrators that solve this motion, the default first. */
function integratorsFor(motion: Motion): IntegratorName[] {
  return INTEGRATOR_NAMES.filter((name) => lackOf(motion, integratorOf(name).needs) === null);
}

/** What is used where nothing is asked for. */
export function defaultIntegrator(motion: Motion): IntegratorName {
  const [first] = integratorsFor(motion);
  if (first === undefined) throw new Error(`no integrator solves ${motion.kind}`);
  return first;
}

/** Why the integrator does not solve that motion. */
export function integratorBreach(name: IntegratorName, motion: Motion): Breach | null {
  const [unserved] = traitBreaches(motion, "particles", SERVED);
  if (unserved !== undefined) return unserved;
  const lack = lackOf(motion, integratorOf(name).needs);
  if (lack === null) return null;
  return {
    key: ["integrator"],
    found: name,
    allowed: `${integratorsFor(motion).join(", ")} with ${motion.kind}; ${name} needs ${lack}`,
  };
}

/** What a setting may be. */
export function settingText(setting: Setting): string {
  if ("values" in setting) return [...setting.values].sort((a, b) => a - b).join(", ");
  const [low, high] = setting.between;
  return `a number > ${low} and < ${high}`;
}

/** Settings that are not this integrator's, and those that it lacks. */
export function settingsBreaches(name: IntegratorName, settings: IntegratorSettings): Breach[] {
  const asked = integratorOf(name).settings ?? {};
  const breaches = Object.entries(asked).map(([key, setting]) => ({
    key: [key],
    found: settings[key as SettingKey],
    allowed: settingText(setting),
    setting,
  }));
  const wrong = breaches.flatMap(({ setting, ...breach }) => {
    const { found, allowed } = breach;
    if (found === undefined) {
      return "values" in setting ? [] : [{ ...breach, allowed: `${allowed}, which ${name} needs` }];
    }
    return isAllowed(setting, found) ? [] : [breach];
  });
  const keys = [...new Set(SETTINGS.map(({ key }) => key))];
  const foreign = keys.filter((key) => !(key in asked) && settings[key] !== undefined);
  return [
    ...foreign.map((key) => ({
      key: [key],
      found: settings[key],
      allowed: `nothing with ${name}; ${ownersText(key)}`,
    })),
    ...wrong,
  ];
}

function isAllowed(setting: Setting, value: number): boolean {
  return "values" in setting
    ? setting.values.includes(value)
    : value > setting.between[0] && value < setting.between[1];
}

function ownersText(key: SettingKey): string {
  const owners = SETTINGS.filter((setting) => setting.key === key).map(({ owner }) => owner);
  return `only ${listed(owners)} ${owners.length === 1 ? "has" : "have"} it`;
}

/** The settings of that integrator, defaults filled. */
export function settingsOf(name: IntegratorName, settings: IntegratorSettings): Record<string, number> {
  return Object.fromEntries(
    SETTINGS.flatMap(({ key, owner, setting }) => {
      const value = settings[key] ?? ("values" in setting ? setting.values[0] : undefined);
      return owner === name && value !== undefined ? [[key, value]] : [];
    }),
  );
}

/** An integrator with its settings: `polyak, order 1`. */
export function integratorText(name: IntegratorName, settings: IntegratorSettings): string {
  const values = settingsOf(name, settings);
  const labels = SETTINGS.flatMap(({ key, setting }) =>
    values[key] === undefined ? [] : [setting.label(values[key])],
  );
  return [name, ...labels].join(", ");
}

/** What an integrator's window for momenta has against a friction and a step; null for those without momenta or without a window. */
export function momentumBreach(
  name: IntegratorName,
  { friction }: Motion,
  step: number,
  settings: IntegratorSettings,
): Breach | null {
  if (friction === null) return null;
  return integratorOf(name).breach?.(friction, step, settingsOf(name, settings)) ?? null;
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
  const { dynamics, problem, batch } = system;
  const motion = motionOf(dynamics, problem);
  const unfit = integratorBreach(name, motion);
  const breaches = [
    ...settingsBreaches(name, settings),
    ...dynamics.breaches(unknownsOf(problem)),
    ...(motion.jumps ? birthDeathBreaches(problem, batch?.size) : []),
    ...(unfit === null ? [] : [unfit]),
  ];
  const [first = momentumBreach(name, motion, h, settings)] = breaches;
  if (first !== null) throw breachError(under(["particles"], first));
  const integrator = integratorOf(name).make(system, h, settingsOf(name, settings));
  return motion.jumps ? withBirthDeath(firstOrderOf(system), integrator, h) : integrator;
}

/** The step below which an integrator is stable on modes of curvature up to Λ, and within its momentum window. */
export function stableStep(
  { dynamics, problem }: ParticleSystem,
  name: IntegratorName,
  curvature: number,
  settings: IntegratorSettings = {},
): number {
  const { friction } = motionOf(dynamics, problem);
  return integratorOf(name).stableStep(curvature, friction, settingsOf(name, settings));
}

/** The inequality behind a momentum iteration's largest step, at step h; null for other integrators. */
export function momentumBound(
  { dynamics, problem }: ParticleSystem,
  name: IntegratorName,
  h: number,
  curvature: number,
  settings: IntegratorSettings = {},
): MomentumBound | null {
  const { friction } = motionOf(dynamics, problem);
  if (friction === null) return null;
  return integratorOf(name).bound?.(curvature, friction, h, settingsOf(name, settings)) ?? null;
}
