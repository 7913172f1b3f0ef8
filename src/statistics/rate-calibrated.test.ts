// The estimator whose ± was calibrated, number by number: of series with every feature that it looks at. Its constants are measured, not derived, so that
// nothing else would tell when one of them moves. Where a change is meant, calibrate again (npm run calibrate) before these numbers are written anew.

import { expect, it } from "vitest";
import { cos, exp, log } from "../base/elementary.ts";
import { random } from "../base/random-testing.ts";
import { fitRate, type RateOptions } from "./rate.ts";
import { decayingSeries } from "./series-end.ts";

/** One to four modes, of which one may turn; half of them on a level, under noise, or squared; of 40 to 100 samples. */
function seriesOf(seed: number): { t: Float64Array; x: Float64Array; options: RateOptions } {
  const u = random(seed);
  const over = (low: number, high: number) => low * exp(u() * log(high / low));
  const count = 40 + Math.floor(60 * u());
  const spacing = over(0.05, 0.3);
  const slowest = over(6, 50) / (count * spacing);
  const modes = Array.from({ length: 1 + Math.floor(4 * u()) }, (_, k) => ({
    rate: k === 0 ? slowest : slowest * (1.05 + 4 * u()),
    size: (u() < 0.5 ? -1 : 1) * over(0.01, 30),
    frequency: u() < 0.2 ? over(0.3, 3) / spacing : 0,
    phase: 6 * u(),
  }));
  const [kind, amount] = [Math.floor(6 * u()), over(1e-11, 1e-3)];
  const t = Float64Array.from({ length: count }, (_, i) => spacing * i);
  const x = t.map((at) => {
    const value = modes.reduce((sum, { rate, size, frequency, phase }) => {
      const turned = frequency === 0 ? 1 : cos(frequency * at + phase);
      return sum + size * turned * exp(-rate * at);
    }, 0);
    if (kind === 0) return value + amount;
    if (kind === 1) return value + amount * (u() - 0.5);
    if (kind === 2) return value * (1 + amount * (u() - 0.5));
    if (kind === 3) return value * value + amount * amount * u();
    return value;
  });
  const options = [{}, { floor: amount }, {}, { quadratic: true }, { offset: true }, { quadratic: 1e-16 }];
  return { t, x, options: options[kind]! };
}

/** What is hard to tell: modes nearly as slow as each other, few periods, few e-folds, and noise in step with what is left. */
function hardSeries(seed: number): { t: Float64Array; x: Float64Array; options: RateOptions } {
  const u = random(1000 + seed);
  const over = (low: number, high: number) => low * exp(u() * log(high / low));
  const kind = seed % 5;
  const count = 40 + Math.floor((seed % 3 === 0 ? 90 : 30) * u());
  const end = over(0.5, 50);
  const folds = [over(5, 40), over(5, 40), over(0.8, 7), over(5, 40), over(0.8, 1.9)];
  const [slow, share] = [folds[kind]! / end, over(1e-3, 1)];
  const [turning, phase, noise] = [(6.3 * over(1.3, 5)) / end, 6 * u(), u() < 0.6 ? over(1e-6, 0.02) : 0];
  const [near, far] = [over(1.002, 1.12), over(1.3, 6)];
  const t = Float64Array.from({ length: count }, (_, i) => (end * i) / (count - 1));
  const x = t.map((at) => {
    const first = exp(-slow * at);
    const fast = exp(-far * slow * at);
    const clean = [
      first - exp(-near * slow * at),
      first * cos(turning * at + phase) + share * fast,
      share * first + fast,
      first + share * fast,
      0.05 * share * first + exp((-(3 + far) * at) / end),
    ][kind]!;
    return clean * (1 + noise * (u() - 0.5));
  });
  return { t, x, options: {} };
}

const short = (value: number) => String(Number(value.toPrecision(7)));

function described({ t, x, options }: ReturnType<typeof seriesOf>): string {
  try {
    const { rate, uncertainty, frequency, critical, window, local, curve } = fitRate(t, x, options);
    const numbers = [rate, uncertainty, frequency, window.from, window.to, local.rates[0]!];
    const rest = [local.rates.at(-1)!, local.rates.length, curve.values[0]!, curve.values.length];
    return [...[...numbers, ...rest].map(short), critical ? "critical" : ""].join(" ").trim();
  } catch (error) {
    return (error as Error).message;
  }
}

/** How well each sample is known. */
function errorsOf({ t, x, options }: ReturnType<typeof seriesOf>): string {
  const { level, error } = decayingSeries(t, x, options);
  const places = [0, 1, 2, 3, 4, 0.3, 0.6, 0.9].map((at) => (at % 1 === 0 ? at : Math.floor(at * x.length)));
  const at = [...places, ...[3, 2, 1].map((before) => x.length - before)];
  return [level, ...at.map((i) => error[i]!)].map((value) => value.toPrecision(3)).join(" ");
}

const lines = (count: number, line: (seed: number) => string) =>
  Array.from({ length: count }, (_, k) => `${k + 1}: ${line(k + 1)}\n`).join("");

it("the numbers are those that were calibrated", async () => {
  await expect(lines(60, (seed) => described(seriesOf(seed)))).toMatchFileSnapshot("rate-calibrated.txt");
});

it("so they are of series that are hard to tell", async () => {
  await expect(lines(40, (seed) => described(hardSeries(seed)))).toMatchFileSnapshot("rate-hard.txt");
});

it("so are the errors of samples", async () => {
  const found =
    lines(60, (seed) => errorsOf(seriesOf(seed))) + lines(60, (seed) => errorsOf(hardSeries(seed)));
  await expect(found).toMatchFileSnapshot("rate-errors.txt");
});
