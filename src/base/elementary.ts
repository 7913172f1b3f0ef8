/*
 * Elementary functions from + - * / alone, which IEEE 754 rounds alike everywhere: the same bits on every
 * engine, where Math.exp and its kin differ. One rational carries the exponential family: for |y| <= ln2/4,
 * tanh(y) = g/Q with g = y P(y^2), P and Q quadratic; e^(2y) = (Q + g)/(Q - g); e^x = 2^n e^(2y), 2y = x - n ln2.
 *
 * Errors are relative, in eps = 2^-52 = 2.2e-16, unless said otherwise: a bound, and in brackets the largest seen
 * in 3e5 comparisons or more with 42 digits. NaN gives NaN; infinite arguments give the limits.
 */

// Adding and subtracting 1.5 * 2^52 rounds |t| < 2^51 to the nearest integer, ties to even, so oddly in t.
const ROUNDER = 6755399441055744;
const PER_HALF_LN2 = 2.8853900817779268; // 2 / ln2
const PER_LN2 = 0.5 * PER_HALF_LN2;
// ln2/2 in two parts; the first has 40 bits, so its product with an integer below 2^13 is exact.
const HALF_LN2_HIGH = 0.3465735902796041;
const HALF_LN2_LOW = 3.6855012825838994e-13;
const LN2_HIGH = 0.6931471805592082; // twice those: exact
const LN2_LOW = 7.371002565167799e-13;

// tanh(y)/y = P(u)/Q(u), u = y^2: interpolated in 60 digits at u = 0 and at four nodes, the zeros of the
// Chebyshev polynomial T5 stretched to put its first zero at u = 0. P(0) = Q(0) = 1 keeps tiny arguments
// exact. Relative error 5.9e-18 with the coefficients rounded as written.
const P1 = 0.11109937291547518;
const P2 = 0.0010574190757686951;
const Q1 = 0.44443270624880277;
const Q2 = 0.015868321160572373;

// Clamps are written with `if`: V8 compiles Math.min and Math.max to slower code.

// The tables exceed 64 bytes on purpose: V8 keeps such arrays off its heap and can bake their address in.
// 2^k for |k| <= 540, at k + 540. Two factors reach every exponent of a double, subnormal ones included, and
// round once. A table, because writing a double's words one by one and reading it back stalls the pipeline.
const POWERS = new Float64Array(1081);
POWERS[540] = 1;
for (let k = 1; k <= 540; k++) {
  POWERS[540 + k] = 2 * POWERS[539 + k]!;
  POWERS[540 - k] = 0.5 * POWERS[541 - k]!;
}

// sign(n) (2^|n| - 1) / 2 for |n| <= 63, at n + 63; the zero in the middle is -0 so that tanh(-0) = -0.
const STEPS = new Float64Array(127);
STEPS[63] = -0;
for (let n = 1; n <= 63; n++) {
  STEPS[63 + n] = 0.5 * (POWERS[540 + n]! - 1);
  STEPS[63 - n] = -STEPS[63 + n]!;
}

/** e^x, within 1.5 eps [0.99]; within 2^-1074 where the result is subnormal. */
export function exp(x: number): number {
  let z = x;
  if (x > 710) z = 710;
  else if (x < -746) z = -746;
  const n = z * PER_LN2 + ROUNDER - ROUNDER;
  const y = 0.5 * z - n * HALF_LN2_HIGH - n * HALF_LN2_LOW;
  const u = y * y;
  const g = y + y * u * (P1 + u * P2);
  // 1 + 2g/(Q - g) rather than (Q + g)/(Q - g): the roundings in g weigh less.
  const m = 1 + (g + g) / (1 + u * (Q1 + u * Q2) - g);
  const k = n | 0;
  const half = k >> 1;
  return m * POWERS[half + 540]! * POWERS[k - half + 540]!;
}

/** e^x - 1, within 3 eps [2.1], near 0 too. */
export function expm1(x: number): number {
  let z = x;
  if (x > 710) z = 710;
  else if (x < -40) z = -40;
  const n = z * PER_LN2 + ROUNDER - ROUNDER;
  // Not z/2 - ...: halving a subnormal would round it.
  const r = z - n * LN2_HIGH - n * LN2_LOW;
  const u = 0.25 * r * r;
  const g = r + r * u * (P1 + u * P2);
  const m = g / (1 + u * (Q1 + u * Q2) - 0.5 * g);
  if (n === 0) return m;
  const k = n | 0;
  const half = k >> 1;
  // (2^n m + 2^n - 1) / 2, then doubled: 2^n itself would overflow at n = 1024 before the result does.
  const s = 0.5 * POWERS[half + 540]! * POWERS[k - half + 540]!;
  return 2 * (s * m + (s - 0.5));
}

/** tanh x, within 3 eps [2.2]; exactly odd, |tanh| <= 1, tanh x = x for tiny x. */
export function tanh(x: number): number {
  // tanh(y + n ln2/2) = (hQ + hg + g) / (hQ + hg + Q), h = (2^n - 1)/2: one division. For n < 0 mirror it,
  // h = (2^|n| - 1)/2: hQ above and hg below change sign, which step = sign(n) h does without a branch.
  let z = x;
  if (x > 20) z = 20;
  else if (x < -20) z = -20;
  const n = z * PER_HALF_LN2 + ROUNDER - ROUNDER;
  const y = z - n * HALF_LN2_HIGH - n * HALF_LN2_LOW;
  const u = y * y;
  const g = y + y * u * (P1 + u * P2);
  const q = 1 + u * (Q1 + u * Q2);
  const step = STEPS[(n | 0) + 63]!;
  const h = Math.abs(step);
  return (step * q + (h * g + g)) / (h * q + (step * g + q));
}

/** 1 / (1 + e^-x), within 2 eps [1.1] in both tails. */
export function sigmoid(x: number): number {
  // Below -40 the 1 is lost beside e^-x, and e^x keeps its accuracy where e^-x would overflow.
  const low = x < -40;
  const e = exp(low ? x : -x);
  return low ? e : 1 / (1 + e);
}

// A double seen as two 32-bit words; the sign and exponent sit in the word that is not zero for 1.0.
const DOUBLE = new Float64Array(16);
const WORDS = new Int32Array(DOUBLE.buffer);
DOUBLE[0] = 1;
const HIGH: number = WORDS[0] === 0 ? 1 : 0;
const ABOVE_SQRT_HALF = 0x3ff00000 - 0x3fe6a09f; // shifts the exponent's step from 1 to just below sqrt(1/2)

// log((1 + s)/(1 - s)) = 2s + s z L(z), z = s^2, |s| <= 3 - 2 sqrt(2): Remez exchange in 60 digits; error
// 1.8e-18 relative to the whole.
const L0 = 0.6666666666666734;
const L1 = 0.3999999999941465;
const L2 = 0.28571428742395744;
const L3 = 0.22222198572265964;
const L4 = 0.18183564377935246;
const L5 = 0.15314049129112126;
const L6 = 0.14795964857937385;

/** log x, within 1 eps [0.65], near 1 and for subnormal x too; -Infinity at 0, NaN below. */
export function log(x: number): number {
  let bias = 0;
  let v = x;
  if (x < 2.2250738585072014e-308) {
    if (x <= 0) return x === 0 ? -Infinity : NaN;
    v = x * 18014398509481984; // 2^54: subnormals become normal
    bias = -54;
  }
  if (!(v < Infinity)) return v;
  DOUBLE[0] = v;
  const e = ((WORDS[HIGH]! + ABOVE_SQRT_HALF) >> 20) - 1023;
  const half = e >> 1;
  // v = 2^e (1 + f), sqrt(1/2) <= 1 + f < sqrt(2) nearly, without rounding.
  const f = v * POWERS[540 - half]! * POWERS[540 + half - e]! - 1;
  const k = e + bias;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  // Even and odd coefficients apart: a shorter chain of operations than Horner's.
  const t = z * (L0 + w * (L2 + w * (L4 + w * L6))) + w * (L1 + w * (L3 + w * L5));
  // 2s = f - s f and s f = f^2/2 - s f^2/2: so written, f enters without a rounding.
  const square = 0.5 * f * f;
  return k * LN2_HIGH - (square - (s * (square + t) + k * LN2_LOW) - f);
}

/** log(1 + x), within 2 eps [0.99], near 0 too; -Infinity at -1, NaN below. */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x < -1 ? NaN : x;
  const v = 1 + x;
  // What rounding took from 1 + x; exact in either order of size.
  const lost = x < 1 ? x - (v - 1) : 1 - (v - x);
  DOUBLE[0] = v;
  const k = ((WORDS[HIGH]! + ABOVE_SQRT_HALF) >> 20) - 1023;
  const half = k >> 1;
  const down = POWERS[540 - half]! * POWERS[540 + half - k]!;
  const f = k === 0 ? x : v * down - 1 + lost * down;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t = z * (L0 + w * (L2 + w * (L4 + w * L6))) + w * (L1 + w * (L3 + w * L5));
  const square = 0.5 * f * f;
  if (k === 0) return f - (square - s * (square + t));
  return k * LN2_HIGH - (square - (s * (square + t) + k * LN2_LOW) - f);
}

/** log(1 + e^x), within 2 eps [1.3] in both tails. */
export function softplus(x: number): number {
  const tail = log1p(exp(-Math.abs(x)));
  return x > 0 ? x + tail : tail;
}

/**
 * base^exponent for base >= 0, as exp(exponent log base): relative error within (2 + 2 |exponent log base|) eps
 * [0.36 of that]. Exactly 1 for exponent 0 (any base but NaN), otherwise NaN for a negative base.
 */
export function power(base: number, exponent: number): number {
  const p = exponent * log(base);
  return exponent === 0 && !Number.isNaN(base) ? 1 : exp(p);
}

const PER_HALF_PI = 0.6366197723675814; // 2 / pi
// pi/2 = A + B + C to 97 bits; A and B have 22 each, so their products with an integer below 2^31 are exact.
const HALF_PI_A = 1.570796012878418;
const HALF_PI_B = 3.139164164167596e-7;
const HALF_PI_C = 6.223372171896613e-14;

// sin r = r + r u S(u), cos r = 1 - u/2 + u^2 C(u), u = r^2, |r| <= pi/4: Remez exchange in 60 digits; errors
// 5.6e-18 relative and 8.8e-19 absolute.
const S0 = -0.16666666666666632;
const S1 = 0.008333333333322424;
const S2 = -0.00019841269829816004;
const S3 = 2.7557313694884863e-6;
const S4 = -2.505075859786247e-8;
const S5 = 1.5896824612310069e-10;
const C0 = 0.0416666666666666;
const C1 = -0.0013888888888874138;
const C2 = 2.4801587289490875e-5;
const C3 = -2.7557314354953877e-7;
const C4 = 2.087572364362976e-9;
const C5 = -1.1359667674526815e-11;

// cos(v pi/2) at v and sin(v pi/2) at v + 16. A table, because a branch on the quadrant is mispredicted half
// the time.
const QUARTERS = new Float64Array(32);
QUARTERS.set([1, 0, -1, 0], 0);
QUARTERS.set([0, 1, 0, -1], 16);

/** sin r for |r| <= pi/4, within 1 eps: the piece between reductions. */
export function sinReduced(r: number): number {
  const u = r * r;
  const w = u * u;
  return r + r * u * (S0 + w * (S2 + w * S4) + u * (S1 + w * (S3 + w * S5)));
}

/** cos r for |r| <= pi/4, within 1 eps: the piece between reductions. */
export function cosReduced(r: number): number {
  const u = r * r;
  const w = u * u;
  return 1 - (0.5 * u - w * (C0 + w * (C2 + w * C4) + u * (C1 + w * (C3 + w * C5))));
}

/**
 * sin x: absolute error within 1 eps [0.64] for |x| <= 2^31. Beyond, where neighbouring doubles are 4e-7 apart
 * and more, no reduction is tried and 0 stands for every finite x.
 */
export function sin(x: number): number {
  if (!(Math.abs(x) <= 2147483648)) return x * 0;
  const n = x * PER_HALF_PI + ROUNDER - ROUNDER;
  const r = x - n * HALF_PI_A - n * HALF_PI_B - n * HALF_PI_C;
  const v = n & 3;
  return QUARTERS[v]! * sinReduced(r) + QUARTERS[v + 16]! * cosReduced(r);
}

/**
 * cos x: absolute error within 1 eps [0.64] for |x| <= 2^31. Beyond, where neighbouring doubles are 4e-7 apart
 * and more, no reduction is tried and 1 stands for every finite x.
 */
export function cos(x: number): number {
  if (!(Math.abs(x) <= 2147483648)) return x * 0 + 1;
  const n = x * PER_HALF_PI + ROUNDER - ROUNDER;
  const r = x - n * HALF_PI_A - n * HALF_PI_B - n * HALF_PI_C;
  const v = n & 3;
  return QUARTERS[v]! * cosReduced(r) - QUARTERS[v + 16]! * sinReduced(r);
}

/** erf x, within 1.5 eps [0.73], near 0 too; exactly odd. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 1) {
    // erf(x)/x - 1 as a polynomial in x^2: Remez exchange in 60 digits, error 1.1e-17 relative to the whole.
    const u = x * x;
    let q = -1.136566502864451e-9 + u * 5.945260200617797e-11;
    q = 1.4657879597306717e-8 + u * q;
    q = -1.6350025185895177e-7 + u * q;
    q = 1.646097281353705e-6 + u * q;
    q = -1.4925593506671345e-5 + u * q;
    q = 0.0001205533103689036 + u * q;
    q = -0.000854832697874194 + u * q;
    q = 0.005223977624780862 + u * q;
    q = -0.026866170645072893 + u * q;
    q = 0.11283791670954857 + u * q;
    q = -0.3761263890318375 + u * q;
    return x + x * (0.1283791670955126 + u * q);
  }
  // 1 - e^(-a^2) G((a - 1)/(a + 5/2)) on [1, 6]: Remez exchange in 60 digits, error 2.7e-17 relative to erf.
  const b = Math.min(a, 6); // erf 6 rounds to 1
  const t = (b - 1) / (b + 2.5);
  let g = 0.0020346383869595834 + t * -0.0018062466644353926;
  g = 0.005754812642663116 + t * g;
  g = -0.0039155579821891105 + t * g;
  g = -0.030280629573645294 + t * g;
  g = 0.02847175269827127 + t * g;
  g = 0.16453663301720525 + t * g;
  g = -0.5709950909942092 + t * g;
  g = 0.9348095750546519 + t * g;
  g = -0.956242051743601 + t * g;
  const r = 1 - exp(-b * b) * (0.42758357615580694 + t * g);
  return x < 0 ? -r : r;
}
