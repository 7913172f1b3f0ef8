// The local rate of a decaying series, r(t) = −d log |x|/dt, and how it moves. Over a stretch without oscillation it is the slope between the ends;
// with one of frequency ω it is the r for which x e^(rt) is nearest to a + b cos ωt + c sin ωt there (variable projection).

import { Matrix, pseudoInverse } from "ml-matrix";
import { cos, exp, log, sin } from "../base/elementary.ts";
import type { DecayingSeries } from "./series-end.ts";

/** Local rates of the three thirds of a stretch, and a third's length in time. */
export interface Thirds {
  readonly first: number;
  readonly middle: number;
  readonly last: number;
  readonly length: number;
}

/** Local rates are taken over so many samples at least, that share of the series, and so many e-folds at its end. */
const FEWEST = 4;
const SHARE = 30;
const FOLDS = 0.5;
/** Periods in a stretch with oscillation, and samples, at least: four numbers are fitted to it. */
const TURNS = 0.3;
const FEWEST_TURNING = 12;
/** Rates along a series, at most. */
const MOST_SHOWN = 120;
/** Of each search of a rate, either side; the first reaches so many e-folds of the stretch, each next one two points. */
const POINTS = 12;
const REACH = 4;
const FINEST = 1e-10;

export type LocalRates = ReturnType<typeof localRates>;

/** The local rates of the first `count` samples; `frequency` 0 where nothing oscillates, else as every `stride`-th sample shows it. */
export function localRates(series: DecayingSeries, count: number, frequency: number, stride: number) {
  const { t, x, ahead } = series;
  const spacing = (t[count - 1] - t[0]) / (count - 1);
  const turns =
    frequency > 0
      ? Math.max(FEWEST_TURNING * stride, Math.ceil((TURNS * 2 * Math.PI) / frequency / spacing))
      : 0;
  const folds = count - 1 - before(FOLDS);
  /** Samples of a stretch. */
  const width = Math.min(count - 1, Math.max(FEWEST, Math.ceil(count / SHARE), turns, folds));

  function over(start: number, end: number): Thirds {
    const third = (end - 1 - start) / 3;
    const rate = (k: number) => between(Math.round(start + k * third), Math.round(start + (k + 1) * third));
    return { first: rate(0), middle: rate(1), last: rate(2), length: (t[end - 1] - t[start]) / 3 };
  }

  /** The last sample that is so many e-folds above the end; 0 where none is. */
  function before(folds: number): number {
    let i = count - 1;
    while (i > 0 && !(log(ahead[i] / ahead[count - 1]) >= folds)) i -= 1;
    return i;
  }

  function between(from: number, to: number): number {
    if (frequency === 0) {
      const same = x[from] * x[to] > 0;
      const [a, b] = same ? [Math.abs(x[from]), Math.abs(x[to])] : [ahead[from], ahead[to]];
      return log(a / b) / (t[to] - t[from]);
    }
    const missing = Math.max(0, width - (to - from));
    const end = Math.min(count - 1, to + Math.floor(missing / 2));
    const start = Math.max(0, end - Math.max(width, to - from));
    return envelope(start, end);
  }

  /** The rate of the envelope of samples start … end. */
  function envelope(start: number, end: number): number {
    const half = 0.5 * (t[end] - t[start]);
    const guess = series.slope(start, end);
    const at: number[] = [];
    for (let i = start; i <= end; i += stride) at.push(i);
    const u = at.map((i) => (t[i] - t[start]) / half - 1);
    const basis = new Matrix(u.map((v) => [1, cos(frequency * half * v), sin(frequency * half * v)]));
    const inverse = pseudoInverse(basis);
    const misfit = (shift: number) => {
      const y = Matrix.columnVector(
        u.map((v, i) => (exp((guess * half + shift) * (v + 1)) * x[at[i]]) / ahead[start]),
      );
      const rest = Matrix.sub(y, basis.mmul(inverse.mmul(y)));
      return rest.dot(rest) / y.dot(y);
    };
    let centre = 0;
    for (let reach = REACH; reach > FINEST; reach *= 2 / POINTS) {
      let [best, least] = [0, misfit(centre)];
      for (let k = 1; k <= POINTS; k++) {
        for (const point of [-k, k]) {
          const value = misfit(centre + (point / POINTS) * reach);
          if (value < least) [best, least] = [point, value];
        }
      }
      centre += (best / POINTS) * reach;
    }
    return guess + centre / half;
  }

  return {
    /** E-folds of the envelope from the first sample to the last. */
    folds: () => log(ahead[0] / ahead[count - 1]),
    over,
    lastFolds(folds: number): Thirds {
      return over(Math.min(before(folds), count - 1 - FEWEST), count);
    },
    /** The largest |r − rate| over the last so many e-folds. */
    farthestFrom(rate: number, folds: number): number {
      let most = 0;
      const first = Math.max(0, Math.min(before(folds), count - 1 - width));
      const step = Math.max(1, Math.floor(width / 4));
      for (let end = count - 1; end - width >= first; end -= step) {
        most = Math.max(most, Math.abs(between(end - width, end) - rate));
      }
      return most;
    },
    /** At the middles of stretches. */
    along(): { times: Float64Array; rates: Float64Array } {
      const step = Math.max(1, Math.ceil((count - width) / MOST_SHOWN));
      const starts: number[] = [];
      for (let start = (count - 1 - width) % step; start + width < count; start += step) starts.push(start);
      return {
        times: Float64Array.from(starts, (start) => 0.5 * (t[start] + t[start + width])),
        rates: Float64Array.from(starts, (start) => between(start, start + width)),
      };
    },
  };
}
