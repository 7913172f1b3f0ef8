// N neurons: widths, replicas, an integrator with its settings, batches.

import type * as z from "zod";
import type { Shapes } from "../../base/shapes.ts";
import { needsText } from "../../dynamics/motion.ts";
import { DUAL_OPTIONS } from "../../observables/lower-bound/lower-bound.ts";
import { type BatchOptions, batchBreaches, ESTIMATORS, SAMPLINGS } from "../../particles/batch.ts";
import { birthDeathBreaches } from "../../particles/birth-death.ts";
import {
  defaultIntegrator,
  INTEGRATOR_NAMES,
  type IntegratorName,
  type IntegratorSettings,
  integratorBreach,
  integratorOf,
  integratorText,
  momentumBreach,
  SETTINGS,
  settingsBreaches,
  settingsOf,
  settingText,
} from "../../particles/integrators.ts";
import { solverForm } from "./form.ts";

/** Networks as an experiment states them, as far as words need it. */
export interface StatedNetworks extends IntegratorSettings {
  readonly width: number | readonly number[];
  readonly replicas?: number | undefined;
  readonly integrator?: IntegratorName | undefined;
  readonly batch?: number | BatchOptions | undefined;
}

export const PARTICLES = solverForm({
  name: "particles",
  description: "N neurons",
  holds: "network",
  shape: (shapes) => ({
    width: shapes.z
      .union([shapes.count, shapes.z.array(shapes.count).min(1)])
      .transform((width) => (typeof width === "number" ? [width] : width))
      .describe("N, the number of neurons; a list makes a run for each"),
    replicas: shapes.count.default(1).describe("independent copies of every run"),
    integrator: shapes.z
      .enum(INTEGRATOR_NAMES)
      .exactOptional()
      .describe(`${integratorsByNeeds()}; default: the first of these that solves the dynamics`),
    ...settingsShape(shapes),
    batch: batchShape(shapes)
      .exactOptional()
      .describe(
        "the gradient of a step is estimated from B of the M data; a number is the size; what is recorded is of all data, without dissipation and its identity, which hold for the full gradient; default: all data at every step",
      ),
    dual: shapes.z
      .enum(DUAL_OPTIONS)
      .default("auto")
      .describe(
        "the lower bound `dual` on the optimum (docs/densities.md): auto: where it exists, and at as many records as take no longer than the run's own steps; off: not at all",
      ),
    field: shapes.z.enum(["direct"]).default("direct").describe("how the sums over neurons are evaluated"),
  }),
  complete(particles, { motion }) {
    const { integrator = defaultIntegrator(motion) } = particles;
    return { ...particles, integrator, ...settingsOf(integrator, particles) };
  },
  breaches(particles, { spec, motion }) {
    const { batch, integrator = defaultIntegrator(motion) } = particles;
    const foreign = settingsBreaches(integrator, particles);
    const unfit = integratorBreach(integrator, motion);
    const window =
      foreign.length > 0 || unfit !== null
        ? null
        : momentumBreach(integrator, motion, spec.time.step, particles);
    return [
      ...foreign,
      unfit,
      window,
      ...(motion.jumps ? birthDeathBreaches(spec.problem, batch) : []),
      ...(batch === undefined ? [] : batchBreaches(batch, spec.problem.data !== undefined)),
    ];
  },
  networks: ({ width = [], replicas = 1 }: StatedNetworks) => ({ widths: [width].flat(), replicas }),
  details: (networks: StatedNetworks) => [
    networks.integrator === undefined ? "" : integratorText(networks.integrator, networks),
    batchText(networks.batch),
  ],
  title: "network",
  holder: "networks",
});

function batchShape({ z, count }: Shapes) {
  const whole = z.strictObject({
    size: count.describe("B, the points of a batch; at most as many as the data"),
    sampling: z
      .enum(SAMPLINGS)
      .default("without-replacement")
      .describe(
        "without-replacement: a fresh random subset every step; with-replacement: B draws by weight; reshuffled: consecutive pieces of a random order, one order an epoch",
      ),
    estimator: z
      .enum(ESTIMATORS)
      .default("plain")
      .describe(
        "plain: the gradient of the batch; svrg: corrected by an anchor, where the full gradient is known",
      ),
    anchor: count
      .exactOptional()
      .describe("svrg only: steps between two full gradients; default: M/B, rounded up"),
  });
  return z
    .union([count, whole])
    .transform((batch) =>
      typeof batch === "number" ? { size: batch, sampling: SAMPLINGS[0], estimator: ESTIMATORS[0] } : batch,
    );
}

/** The settings of integrators, by their keys. */
function settingsShape({ z }: Shapes) {
  return Object.fromEntries(
    SETTINGS.map(({ key, owner, setting }) => {
      const needed = "between" in setting ? ", which needs it" : "";
      const shape =
        "values" in setting
          ? z.union(setting.values.toSorted((a, b) => a - b).map((value) => z.literal(value)))
          : z.number().gt(setting.between[0]).lt(setting.between[1]);
      const meta = {
        title: settingText(setting),
        description: `${owner} only${needed}: ${setting.description}`,
      };
      return [key, shape.exactOptional().meta(meta)];
    }),
  ) as unknown as {
    [Key in keyof IntegratorSettings]-?: z.ZodExactOptional<z.ZodType<NonNullable<IntegratorSettings[Key]>>>;
  };
}

/** `baoab, aboba: kinetic dynamics; …` */
function integratorsByNeeds(): string {
  const texts = INTEGRATOR_NAMES.map((name) => needsText(integratorOf(name).needs));
  const lines = [...new Set(texts)].map((text) => {
    const names = INTEGRATOR_NAMES.filter((_, place) => texts[place] === text);
    return `${names.join(", ")}: ${text}`;
  });
  return lines.join("; ");
}

/** `batches of 8, reshuffled, svrg`: what is not the default is named. */
function batchText(batch: StatedNetworks["batch"]): string {
  if (batch === undefined) return "all data";
  if (typeof batch === "number") return `batches of ${batch}`;
  const { size, sampling = SAMPLINGS[0], estimator = ESTIMATORS[0], anchor } = batch;
  return [
    `batches of ${size}`,
    sampling !== SAMPLINGS[0] && sampling,
    estimator !== ESTIMATORS[0] && estimator,
    anchor !== undefined && `anchor every ${anchor} steps`,
  ]
    .filter(Boolean)
    .join(", ");
}
