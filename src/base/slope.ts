// The slope of a straight line through points in logarithmic axes.

/** The least-squares slope of log y against log x; all of them positive, at least two x. */
export function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const x = xs.map(Math.log);
  const y = ys.map(Math.log);
  const mean = (v: readonly number[]) => v.reduce((total, value) => total + value, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  let above = 0;
  let below = 0;
  for (let i = 0; i < x.length; i++) {
    above += (x[i] - mx) * (y[i] - my);
    below += (x[i] - mx) * (x[i] - mx);
  }
  return above / below;
}
