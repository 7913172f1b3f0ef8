/*
 * The elementary functions of src/base/elementary.ts on vectors, with the same bits in every lane: the same
 * roundings in the same order. Only exact steps differ: powers of two come from exponent bits instead of tables,
 * branches became choices, and tanh works on |x|. The errors and where the formulas come from stand there.
 */
#ifndef MUFLOW_ELEMENTARY_H
#define MUFLOW_ELEMENTARY_H

#include "vector.h"

/* x + ROUNDER, |x| < 2^51, rounds x to an integer n, ties to even, and has it in its lowest bits. An even number
   added to ROUNDER is added to those bits and changes no rounding. */
#define ROUNDER 6755399441055744.0
#define PER_HALF_LN2 2.8853900817779268
#define PER_LN2 (0.5 * PER_HALF_LN2)
#define HALF_LN2_HIGH 0.3465735902796041
#define HALF_LN2_LOW 3.6855012825838994e-13
#define LN2_HIGH 0.6931471805592082
#define LN2_LOW 7.371002565167799e-13

#define TANH_P1 0.11109937291547518
#define TANH_P2 0.0010574190757686951
#define TANH_Q1 0.44443270624880277
#define TANH_Q2 0.015868321160572373

#define INFINITY_BITS 0x7ff0000000000000u
#define NAN_BITS 0x7ff8000000000000u

/** g = y P(y^2). */
INLINE V numerator(V y, V u) {
  return y + y * u * (splat(TANH_P1) + u * splat(TANH_P2));
}

/** Q(u). */
INLINE V denominator(V u) {
  return splat(1) + u * (splat(TANH_Q1) + u * splat(TANH_Q2));
}

/** e^(z - n ln2) for the integer n nearest to z / ln2: between sqrt(1/2) and sqrt(2). */
INLINE V exp_rest(V z, V n) {
  const V y = splat(0.5) * z - n * splat(HALF_LN2_HIGH) - n * splat(HALF_LN2_LOW);
  const V u = y * y;
  const V g = numerator(y, u);
  return splat(1) + (g + g) / (denominator(u) - g);
}

/** e^z for -746 <= z <= 710. */
INLINE V exp_clamped(V z) {
  /* n + 2046 is the sum of the biased exponents of two factors, halved: the first product is exact, the second
     rounds once. Shifts by 52 lose all higher bits. */
  const V t = z * splat(PER_LN2) + splat(ROUNDER + 2046);
  const V m = exp_rest(z, t - splat(ROUNDER + 2046));
  const VU first = (VU)t >> 1;
  const VU second = (VU)t - first;
  return m * (V)(first << 52) * (V)(second << 52);
}

/** e^z for -700 <= z <= 700, where one factor does. Where z is NaN, anything. */
INLINE V exp_moderate(V z) {
  const V t = z * splat(PER_LN2) + splat(ROUNDER);
  const V m = exp_rest(z, t - splat(ROUNDER));
  return (V)((VU)m + ((VU)t << 52));
}

/** e^x for x <= 710. */
INLINE V exp_at_most_710(V x) {
  return exp_clamped(maximum(splat(-746), x));
}

/** e^x. */
INLINE V exp_v(V x) {
  return exp_at_most_710(minimum(splat(710), x));
}

/** e^x - 1. */
INLINE V expm1_v(V x) {
  const V z = maximum(splat(-40), minimum(splat(710), x));
  /* n + 1022 is the biased exponent of 2^(n - 1). */
  const V t = z * splat(PER_LN2) + splat(ROUNDER + 1022);
  const V n = t - splat(ROUNDER + 1022);
  const V r = z - n * splat(LN2_HIGH) - n * splat(LN2_LOW);
  const V u = splat(0.25) * r * r;
  const V g = r + r * u * (splat(TANH_P1) + u * splat(TANH_P2));
  const V m = g / (splat(1) + u * (splat(TANH_Q1) + u * splat(TANH_Q2)) - splat(0.5) * g);
  /* (2^n m + 2^n - 1)/2, then doubled, as 2^n may overflow; half of a subnormal m would round. */
  const V s = (V)((VU)t << 52);
  return choose(equal(n, splat(0)), m, splat(2) * (s * m + (s - splat(0.5))));
}

/** tanh x. */
INLINE V tanh_v(V x) {
  const V z = minimum(splat(20), magnitude(x));
  /* n + 1022 is the biased exponent of 2^(n - 1), and h = (2^n - 1)/2. */
  const V t = z * splat(PER_HALF_LN2) + splat(ROUNDER + 1022);
  const V n = t - splat(ROUNDER + 1022);
  const V y = z - n * splat(HALF_LN2_HIGH) - n * splat(HALF_LN2_LOW);
  const V u = y * y;
  const V g = numerator(y, u);
  const V q = denominator(u);
  const V h = (V)((VU)t << 52) - splat(0.5);
  const V hg = h * g;
  const V hq = h * q;
  return with_sign_of((hq + (hg + g)) / (hq + (hg + q)), x);
}

/** 1 / (1 + e^-x). */
INLINE V sigmoid_v(V x) {
  const M low = less(x, splat(-40));
  const V e = exp_at_most_710(choose(low, x, -x));
  return choose(low, e, splat(1) / (splat(1) + e));
}

#define LOG_0 0.6666666666666734
#define LOG_1 0.3999999999941465
#define LOG_2 0.28571428742395744
#define LOG_3 0.22222198572265964
#define LOG_4 0.18183564377935246
#define LOG_5 0.15314049129112126
#define LOG_6 0.14795964857937385

/** log(2^k (1 + f)) for the integer k, sqrt(1/2) <= 1 + f < sqrt(2). */
INLINE V log_of_parts(V k, V f) {
  const V s = f / (splat(2) + f);
  const V z = s * s;
  const V w = z * z;
  const V t = z * (splat(LOG_0) + w * (splat(LOG_2) + w * (splat(LOG_4) + w * splat(LOG_6)))) +
              w * (splat(LOG_1) + w * (splat(LOG_3) + w * splat(LOG_5)));
  const V square = splat(0.5) * f * f;
  return k * splat(LN2_HIGH) - (square - (s * (square + t) + k * splat(LN2_LOW)) - f);
}

/** k + 1023 of v = 2^k (1 + f), where a double has its exponent; v > 0 is normal and finite. */
INLINE VU exponent_bits(V v) {
  return ((VU)v + splat_bits(0x00095f6100000000u)) & splat_bits(0xfff0000000000000u);
}

/** k as a double, of those bits: they end 2^52 + k + 1023. */
INLINE V exponent_of(VU bits) {
  return (V)((bits >> 52) | splat_bits(0x4330000000000000u)) - splat(4503599627371519.0);
}

/** 1 + f = v / 2^k. */
INLINE V fraction_of(V v, VU bits) {
  return (V)((VU)v - bits + splat_bits(0x3ff0000000000000u));
}

/** log x for normal x > 0. */
INLINE V log_normal(V x) {
  const VU bits = exponent_bits(x);
  return log_of_parts(exponent_of(bits), fraction_of(x, bits) - splat(1));
}

/** log x. */
INLINE V log_v(V x) {
  const V infinity = (V)splat_bits(INFINITY_BITS);
  const M small = less(x, splat(2.2250738585072014e-308));
  const V v = choose(small, x * splat(18014398509481984.0), x);
  const VU bits = exponent_bits(v);
  const V k = exponent_of(bits) - keep(small, splat(54));
  const V finite = log_of_parts(k, fraction_of(v, bits) - splat(1));
  const V positive = choose(less(x, infinity), finite, x);
  const V other = choose(equal(x, splat(0)), -infinity, (V)splat_bits(NAN_BITS));
  return choose(less(splat(0), x), positive, other);
}

/** log(1 + x). */
INLINE V log1p_v(V x) {
  const V infinity = (V)splat_bits(INFINITY_BITS);
  const V v = splat(1) + x;
  const V lost = choose(less(x, splat(1)), x - (v - splat(1)), splat(1) - (v - x));
  const VU bits = exponent_bits(v);
  const V k = exponent_of(bits);
  /* lost 2^-k as (lost/2) 2^(1 - k), because 2^-k is subnormal for the largest x. */
  const V twice_down = (V)(splat_bits(0x7ff0000000000000u) - bits);
  const V reduced = fraction_of(v, bits) - splat(1) + splat(0.5) * lost * twice_down;
  const V f = choose(equal(k, splat(0)), x, reduced);
  /* The sign of x is that of log(1 + x), and the formula loses it at -0 alone. */
  const V finite = with_sign_of(log_of_parts(k, f), x);
  const V above = choose(less(x, infinity), finite, x);
  const V other = choose(equal(x, splat(-1)), -infinity, (V)splat_bits(NAN_BITS));
  return choose(less(splat(-1), x), above, other);
}

/** log(1 + e) for 0 <= e <= 1: k is 0 or 1, and all else as above. */
INLINE V log1p_unit(V e) {
  const V v = splat(1) + e;
  const V lost = e - (v - splat(1));
  const M upper = at_most((V)splat_bits(0x3ff6a09f00000000u), v);
  const V reduced = splat(0.5) * v - splat(1) + splat(0.5) * lost;
  return log_of_parts(keep(upper, splat(1)), choose(upper, reduced, e));
}

/** log(1 + e^x). */
INLINE V softplus_v(V x) {
  const V tail = log1p_unit(exp_at_most_710(-magnitude(x)));
  return choose(less(splat(0), x), x + tail, tail);
}

#define PER_HALF_PI 0.6366197723675814
#define HALF_PI_A 1.570796012878418
#define HALF_PI_B 3.139164164167596e-7
#define HALF_PI_C 6.223372171896613e-14

#define SIN_0 -0.16666666666666632
#define SIN_1 0.008333333333322424
#define SIN_2 -0.00019841269829816004
#define SIN_3 2.7557313694884863e-6
#define SIN_4 -2.505075859786247e-8
#define SIN_5 1.5896824612310069e-10
#define COS_0 0.0416666666666666
#define COS_1 -0.0013888888888874138
#define COS_2 2.4801587289490875e-5
#define COS_3 -2.7557314354953877e-7
#define COS_4 2.087572364362976e-9
#define COS_5 -1.1359667674526815e-11

/** sin r for |r| <= pi/4. */
INLINE V sin_reduced(V r) {
  const V u = r * r;
  const V w = u * u;
  return r + r * u * (splat(SIN_0) + w * (splat(SIN_2) + w * splat(SIN_4)) +
                      u * (splat(SIN_1) + w * (splat(SIN_3) + w * splat(SIN_5))));
}

/** cos r for |r| <= pi/4. */
INLINE V cos_reduced(V r) {
  const V u = r * r;
  const V w = u * u;
  return splat(1) - (splat(0.5) * u - w * (splat(COS_0) + w * (splat(COS_2) + w * splat(COS_4)) +
                                           u * (splat(COS_1) + w * (splat(COS_3) + w * splat(COS_5)))));
}

/** r = x - n pi/2 for the integer n nearest to x / (pi/2), which the lowest bits of t hold; |x| <= 2^31. */
INLINE V reduce_angle(V x, VU *t) {
  const V sum = x * splat(PER_HALF_PI) + splat(ROUNDER);
  const V n = sum - splat(ROUNDER);
  *t = (VU)sum;
  return x - n * splat(HALF_PI_A) - n * splat(HALF_PI_B) - n * splat(HALF_PI_C);
}

/** Odd n take b and even n take a, with a minus where bit 1 of n is set; + 0 gives every zero the sign +. */
INLINE V of_quarter(VU n, V a, V b) {
  const VU odd = splat_bits(0) - (n & splat_bits(1));
  const VU sign = (n << 62) & splat_bits(SIGN_BIT);
  const VU chosen = (VU)a ^ (((VU)a ^ (VU)b) & odd);
  return (V)(chosen ^ sign) + splat(0);
}

/** sin x. */
INLINE V sin_v(V x) {
  VU n;
  const V r = reduce_angle(x, &n);
  const V y = of_quarter(n, sin_reduced(r), cos_reduced(r));
  return choose(at_most(magnitude(x), splat(2147483648.0)), y, x * splat(0));
}

/** cos x = sin(x + pi/2): one quarter further. */
INLINE V cos_v(V x) {
  VU n;
  const V r = reduce_angle(x, &n);
  const V y = of_quarter(n + splat_bits(1), sin_reduced(r), cos_reduced(r));
  return choose(at_most(magnitude(x), splat(2147483648.0)), y, x * splat(0) + splat(1));
}

/** erf x for |x| < 1. */
INLINE V erf_near(V x) {
  const V u = x * x;
  V q = splat(-1.136566502864451e-9) + u * splat(5.945260200617797e-11);
  q = splat(1.4657879597306717e-8) + u * q;
  q = splat(-1.6350025185895177e-7) + u * q;
  q = splat(1.646097281353705e-6) + u * q;
  q = splat(-1.4925593506671345e-5) + u * q;
  q = splat(0.0001205533103689036) + u * q;
  q = splat(-0.000854832697874194) + u * q;
  q = splat(0.005223977624780862) + u * q;
  q = splat(-0.026866170645072893) + u * q;
  q = splat(0.11283791670954857) + u * q;
  q = splat(-0.3761263890318375) + u * q;
  return x + x * (splat(0.1283791670955126) + u * q);
}

/** erf x for |x| >= 1. */
INLINE V erf_far(V x) {
  const V b = minimum(splat(6), magnitude(x));
  const V t = (b - splat(1)) / (b + splat(2.5));
  V g = splat(0.0020346383869595834) + t * splat(-0.0018062466644353926);
  g = splat(0.005754812642663116) + t * g;
  g = splat(-0.0039155579821891105) + t * g;
  g = splat(-0.030280629573645294) + t * g;
  g = splat(0.02847175269827127) + t * g;
  g = splat(0.16453663301720525) + t * g;
  g = splat(-0.5709950909942092) + t * g;
  g = splat(0.9348095750546519) + t * g;
  g = splat(-0.956242051743601) + t * g;
  const V r = splat(1) - exp_moderate(-b * b) * (splat(0.42758357615580694) + t * g);
  return with_sign_of(r, x);
}

/** erf x: both pieces, since the lanes of a vector seldom agree. */
INLINE V erf_v(V x) {
  return choose(less(magnitude(x), splat(1)), erf_near(x), erf_far(x));
}

#endif
