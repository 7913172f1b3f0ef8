// Modified Bessel functions of the first kind at integer order: I_n(x) = Σ_j (x/2)^{2j+n}/(j! (j+n)!)  (Abramowitz, Stegun 9.6.10).

/** I_n(x), x ≥ 0, from its series, all of whose terms are positive: to a few units in the last place. Overflows above x = 713. */
export function bessel(n: number, x: number): number {
  let term = 1;
  for (let k = 1; k <= n; k++) term *= x / (2 * k);
  let total = 0;
  for (let j = 1; total + term !== total; j++) {
    total += term;
    term *= (x * x) / (4 * j * (j + n));
  }
  return total;
}
