// The statistics of studies, number by number, on random ones. Their rules hold constants that were calibrated or chosen, not derived: where one is to
// change, what rests on it is looked at (calibration.test.ts, docs/studies.md) before these numbers are written anew.

import { expect, it } from "vitest";
import { cos, exp, log } from "../base/elementary.ts";
import { random } from "../base/random-testing.ts";
import { bootstrap } from "./bootstrap.ts";
import { compareDecays } from "./compare-decays.ts";
import { fitPowerDecay } from "./decay.ts";
import type { Level, Pairing } from "./levels.ts";
import { observedOrder } from "./order.ts";
import { powerLaw } from "./power-law.ts";
import { deterministic, equality, inequality, measurementOf } from "./verdict.ts";

type Uniform = () => number;

const over = (u: Uniform, low: number, high: number) => low * exp(u() * log(high / low));
/** Nearly normal. */
const normal = (u: Uniform) => u() + u() + u() + u() - 2;
const short = (value: number | null, digits = 7) =>
  value === null ? "none" : String(Number(value.toPrecision(digits)));
const all = (values: readonly (number | null)[]) => values.map((value) => short(value)).join(" ");

/** What each says of case after case, or of the error that it ends with. */
function lines(count: number, describe: (u: Uniform, seed: number) => string): string {
  const told = (seed: number) => {
    try {
      return describe(random(seed), seed);
    } catch (error) {
      return (error as Error).message;
    }
  };
  return Array.from({ length: count }, (_, k) => `${k + 1}: ${told(k + 1)}\n`).join("");
}

/** Levels of a power law with a bend, noise of either kind, and sometimes another sign. */
function levelsOf(u: Uniform): { levels: Level[]; pairing: Pairing } {
  const pairing = u() < 0.5 ? "paired" : "independent";
  const [count, replicas] = [3 + Math.floor(5 * u()), 2 + Math.floor(10 * u())];
  const [slope, size, first, ratio] = [3 * u() - 2, over(u, 0.01, 100), over(u, 0.1, 30), over(u, 1.3, 4)];
  const [bend, noise, additive] = [
    u() < 0.5 ? 0 : 4 * u() - 2,
    over(u, 1e-3, 0.7),
    u() < 0.5 ? 0 : over(u, 1e-3, 1),
  ];
  const own = Array.from({ length: replicas }, () => normal(u));
  const levels = Array.from({ length: count }, (_, k) => {
    const x = first * exp(k * log(ratio));
    const mean = size * exp(slope * log(x)) * (1 + bend * exp(-1.5 * k));
    const drawn = pairing === "paired" ? replicas : 2 + Math.floor(10 * u());
    const samples = Array.from({ length: drawn }, (_, r) => {
      const common = pairing === "paired" ? own[r]! : normal(u);
      return mean * exp(noise * (common + normal(u))) + additive * size * normal(u);
    });
    return { x, samples };
  });
  return { levels, pairing };
}

it("power laws", async () => {
  const found = lines(100, (u) => {
    const { levels, pairing } = levelsOf(u);
    const fit = powerLaw(levels, {
      limit: u() < 0.5 ? "infinity" : "zero",
      statistic: u() < 0.6 ? "mean" : "root mean square",
      pairing,
      ...(pairing === "independent" && u() < 0.5 ? { scatter: u() < 0.5 ? "common" : "by level" } : {}),
      ...(u() < 0.3 ? { floor: over(u, 1e-4, 1) } : {}),
      ...(u() < 0.5 ? { within: over(u, 0.01, 1) } : {}),
    });
    const { slope, intercept, curvature, findings, interval } = fit;
    const left = fit.levels.map(
      ({ value, error, leftOut }) => `${all([value, error])} ${leftOut?.reason ?? ""}`,
    );
    const ends = [0.5, 0.95, 0.999].flatMap((level) => interval(level) ?? []);
    const bent = curvature === null ? "" : all([curvature.t, curvature.degrees]);
    const reasons = findings.map(({ kind, reason }) => `${kind}: ${reason}`);
    // The constants that would explain a flatter slope and steeper ones.
    const constants =
      slope === null ? [] : [0.6, 1.3, 2].map((factor) => fit.constantFor(factor * slope, 0.999));
    return [all([slope, intercept]), bent, all(ends), ...left, ...reasons, all(constants)].join("; ");
  });
  await expect(found).toMatchFileSnapshot("calibrated/power-laws.txt");
});

/** A decay by one of the laws, with noise, and sometimes an oscillation. */
function decayOf(u: Uniform): { t: Float64Array; x: Float64Array; envelope: boolean } {
  const count = 24 + Math.floor(30 * u());
  const [begin, factor] = [over(u, 0.1, 5), over(u, 5, 100)];
  const even = u() < 0.5;
  const [kind, speed, extra, noise] = [
    Math.floor(4 * u()),
    over(u, 0.3, 3),
    over(u, 1e-4, 1),
    over(u, 1e-8, 0.05),
  ];
  const t = Float64Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return even ? begin * (1 + (factor - 1) * share) : begin * exp(share * log(factor));
  });
  const [envelope, last] = [u() < 0.2, begin * factor];
  const x = t.map((at) => {
    const power = exp(-speed * log(at));
    const clean = [
      exp((-4 * speed * at) / last),
      power * (1 + extra / at),
      power + 0.1 * extra,
      power * log(1 + at),
    ][kind]!;
    const turned = envelope ? cos((60 * at) / last) : 1;
    return clean * turned * (1 + noise * normal(u));
  });
  return { t, x, envelope };
}

it("decays in time", async () => {
  const found = lines(30, (u) => {
    const { t, x, envelope } = decayOf(u);
    const options = u() < 0.3 ? { envelope, floor: over(u, 1e-8, 1e-3) } : { envelope };
    const { laws, family, window } = compareDecays(t, x, options);
    const told = laws.map(({ law, speed, extra, residual, excess }) => {
      // Where a constant is of no use, what it comes to is rounding's choice.
      return `${law} ${all([speed, extra])} ${short(residual, 4)} ${short(excess, 4)}`;
    });
    const best = `${family ?? "none"} ${all([window.from, window.to, window.samples, window.independent])}`;
    return [best, ...told].join("; ");
  });
  await expect(found).toMatchFileSnapshot("calibrated/decays.txt");
  const exponents = lines(60, (u) => {
    const { t, x, envelope } = decayOf(u);
    const { exponent, uncertainty, window, samples } = fitPowerDecay(t, x, { envelope });
    return all([exponent, uncertainty, window.from, window.to, samples]);
  });
  await expect(exponents).toMatchFileSnapshot("calibrated/exponents.txt");
});

it("orders of refinements", async () => {
  const found = lines(60, (u) => {
    const [order, rest, ratio, tail] = [over(u, 0.5, 4), u() < 0.2 ? 1e-5 : 0, over(u, 1.2, 3), 6 * u() - 3];
    const values = u() < 0.5 ? "errors" : "converging";
    const refinements = Array.from({ length: 2 + Math.floor(6 * u()) }, (_, k) => {
      const x = exp(-k * log(ratio));
      const term = exp(order * log(x)) * (1 + tail * x) + rest * normal(u);
      return { x, value: values === "errors" ? term : 1 + term };
    });
    const floor = u() < 0.5 ? {} : { floor: over(u, 1e-9, 1e-2) };
    const observed = observedOrder(refinements, { values, ...floor });
    const told = observed.levels.map(({ order, leftOut }) => `${short(order)} ${leftOut?.kind ?? ""}`);
    return [
      all([observed.order, observed.error]),
      ...told,
      ...observed.findings.map(({ reason }) => reason),
    ].join("; ");
  });
  await expect(found).toMatchFileSnapshot("calibrated/orders.txt");
});

it("resampled intervals", async () => {
  const found = lines(20, (u, seed) => {
    const { levels, pairing } = levelsOf(u);
    const mean = ({ samples }: Level) => samples.reduce((sum, value) => sum + value, 0) / samples.length;
    const method = seed % 2 === 0 ? "percentile" : "studentised";
    const of = { pairing, method, resamples: 40 + seed, seed } as const;
    const { estimate, error, interval } = bootstrap(
      levels,
      (drawn) => mean(drawn[0]!) - 0.3 * mean(drawn.at(-1)!),
      of,
    );
    return all([estimate, error, ...interval(0.5), ...interval(0.9), ...interval(0.95)]);
  });
  await expect(found).toMatchFileSnapshot("calibrated/resampled.txt");
});

it("verdicts", async () => {
  const found = lines(80, (u) => {
    const [value, error] = [normal(u), over(u, 1e-9, 1)];
    const measured =
      u() < 0.5
        ? deterministic(value, error, u() < 0.5 ? undefined : 3 * error)
        : measurementOf((level) => [value - error, value + error / (1 - level)], 1 + Math.floor(9 * u()));
    const at = value + error * 3 * normal(u);
    const verdict =
      u() < 0.5
        ? equality(measured, at, over(u, 0.2, 20) * error)
        : inequality(measured, u() < 0.5 ? { atLeast: at } : { atMost: at });
    return `${verdict.verdict}: ${verdict.reason}; ${all([...verdict.interval, ...verdict.judged])}`;
  });
  await expect(found).toMatchFileSnapshot("calibrated/verdicts.txt");
});
