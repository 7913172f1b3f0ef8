/*
 * X_k = sum_j x_j e^(-2 pi i jk/n) of eight complex lines side by side, with the operations of src/grid/fourier.ts and fft.js in their order:
 * n = odd 2^q; of each part of 2^q elements a first pass that reorders and transforms four of them (two, where q is odd), then passes of radix 4.
 * The inverse is the same with real and imaginary parts exchanged, to the last bit. Short blocks go through their passes while they are near.
 */
#ifndef MUFLOW_FOURIER_H
#define MUFLOW_FOURIER_H

#include "vector.h"

/** Doubles of an element: eight real parts, then eight imaginary parts. */
#define ELEMENT 16
/** Where imaginary parts are if real parts are at `re`, 0 or, exchanged, 8. */
#define OTHER(re) (8 - (re))
/** Elements of a block that goes through its passes before the next one does: 16 KiB. */
#define NEAR 128

/** What transforms of one length need. */
struct fourier {
  int32_t odd, even;
  /** Addresses. By pass after the first and by quarter: cos and -sin of the second, the third and the fourth element. */
  double twiddles;
  /** By two or four elements that the first pass writes: the first that it reads. */
  double order;
  /** By k < n, where odd > 1: cos and -sin of 2 pi k/n. */
  double roots;
};

typedef struct {
  V re, im;
} C;

INLINE C times(C a, C b) {
  return (C){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/** A complex number in every lane. */
INLINE C constant(const double *p) {
  return (C){splat(p[0]), splat(p[1])};
}

INLINE C element(const double *p, int re) {
  return (C){load(p + re), load(p + OTHER(re))};
}

INLINE void put(double *p, int re, C z) {
  store(p + re, z.re);
  store(p + OTHER(re), z.im);
}

/** What the first pass reads: elements; or their products with a table, those from `limit` on being 0. */
struct source {
  const double *x, *table;
  int apart, limit;
};

INLINE C read_source(const struct source *s, const int tabled, int at, int lane, int re) {
  if (!tabled) return element(s->x + ELEMENT * s->apart * at + lane, re);
  if (at >= s->limit) return (C){splat(0), splat(0)};
  const C product = times(element(s->x + ELEMENT * at + lane, 0), constant(s->table + 2 * at));
  return re == 0 ? product : (C){product.im, product.re};
}

/** The four sums of radix 4 of elements that have been turned. */
INLINE void butterfly(C a, C b, C c, C d, C out[4]) {
  const C t0 = {a.re + c.re, a.im + c.im}, t1 = {a.re - c.re, a.im - c.im};
  const C t2 = {b.re + d.re, b.im + d.im}, t3 = {b.re - d.re, b.im - d.im};
  out[0] = (C){t0.re + t2.re, t0.im + t2.im};
  out[1] = (C){t1.re + t3.im, t1.im - t3.re};
  out[2] = (C){t0.re - t2.re, t0.im - t2.im};
  out[3] = (C){t1.re - t3.im, t1.im + t3.re};
}

/** Elements from .. end - 1 as the first pass, of `width` = 2 or 4 at a time, leaves them. */
INLINE void first_pass(const struct fourier *f, const struct source *s, const int tabled, const int width, int re,
                       int from, int end, double *out) {
  const int32_t *order = POINTER(const int32_t, f->order);
  const int step = f->even / width;
  for (int to = from; to < end; to += width) {
    const int at = order[to / width];
    double *o = out + ELEMENT * to;
    for (int l = 0; l < 8; l += LANES) {
      const C a = read_source(s, tabled, at, l, re), b = read_source(s, tabled, at + step, l, re);
      if (width == 2) {
        put(o + l, re, (C){a.re + b.re, a.im + b.im});
        put(o + ELEMENT + l, re, (C){a.re - b.re, a.im - b.im});
      } else {
        const C c = read_source(s, tabled, at + 2 * step, l, re), d = read_source(s, tabled, at + 3 * step, l, re);
        C made[4];
        butterfly(a, b, c, d, made);
        for (int k = 0; k < 4; k++) put(o + ELEMENT * k + l, re, made[k]);
      }
    }
  }
}

/** Where results of a last pass are wanted: everywhere, or in the first and the last quarter and at the first element between them. */
enum wanted { ALL, ENDS };

/** One pass of radix 4 over blocks of `length` elements. */
INLINE void pass(double *x, int count, int length, const double *twiddles, int re, double scale, const int scaled,
                 const enum wanted wanted) {
  const int quarter = ELEMENT * (length / 4);
  for (double *block = x; block < x + ELEMENT * count; block += ELEMENT * length) {
    const double *w = twiddles;
    for (double *a = block; a < block + quarter; a += ELEMENT, w += 6) {
      const C second = constant(w), third = constant(w + 2), fourth = constant(w + 4);
      for (int l = 0; l < 8; l += LANES) {
        double *p = a + l;
        C made[4];
        butterfly(element(p, re), times(element(p + quarter, re), second), times(element(p + 2 * quarter, re), third),
                  times(element(p + 3 * quarter, re), fourth), made);
        for (int k = 0; k < 4; k++) {
          if (wanted == ENDS && (k == 2 || (k == 1 && a != block))) continue;
          if (scaled) made[k] = (C){made[k].re * splat(scale), made[k].im * splat(scale)};
          put(p + k * quarter, re, made[k]);
        }
      }
    }
  }
}

/** The transform of f->even elements. */
INLINE void transform_part(const struct fourier *f, const struct source *s, const int tabled, int re, double scale, const int scaled,
                           const enum wanted wanted, double *out) {
  const int even = f->even;
  /* fft.js begins with two elements where the length is an odd power of two. */
  const int width = __builtin_ctz((unsigned)even) & 1 ? 2 : 4;
  int near = width;
  while (4 * near <= NEAR && 4 * near <= even) near *= 4;
  const double *first = POINTER(const double, f->twiddles), *w = first;
  for (int from = 0; from < even; from += near) {
    if (width == 2) first_pass(f, s, tabled, 2, re, from, from + near, out);
    else first_pass(f, s, tabled, 4, re, from, from + near, out);
    w = first;
    for (int length = 4 * width; length <= near; w += 6 * (length / 4), length *= 4) {
      const int last = length == even;
      if (last) pass(out + ELEMENT * from, near, length, w, re, scale, scaled, wanted);
      else pass(out + ELEMENT * from, near, length, w, re, 1, 0, ALL);
    }
  }
  for (int length = 4 * near; length <= even; w += 6 * (length / 4), length *= 4) {
    if (length == even) pass(out, even, length, w, re, scale, scaled, wanted);
    else pass(out, even, length, w, re, 1, 0, ALL);
  }
  if (scaled && width == even) {
    for (double *p = out; p < out + ELEMENT * even; p += LANES) store(p, load(p) * splat(scale));
  }
}

/** The parts of a transform of odd 2^q elements, put together. */
INLINE void combine(const struct fourier *f, const double *parts, int re, double scale, double *out) {
  const int odd = f->odd, even = f->even, length = odd * even;
  const double *roots = POINTER(const double, f->roots);
  for (int k = 0; k < length; k++) {
    const double *part = parts + ELEMENT * (k % even);
    V sum_re[SUB], sum_im[SUB];
    for (int v = 0; v < SUB; v++) sum_re[v] = sum_im[v] = splat(0);
    for (int r = 0, turn = 0; r < odd; r++, part += ELEMENT * even) {
      const C root = constant(roots + 2 * turn);
      for (int v = 0; v < SUB; v++) {
        const C z = element(part + v * LANES, re);
        sum_re[v] += splat(scale) * (root.re * z.re - root.im * z.im);
        sum_im[v] += splat(scale) * (root.re * z.im + root.im * z.re);
      }
      turn += k;
      if (turn >= length) turn -= length;
    }
    for (int v = 0; v < SUB; v++) put(out + ELEMENT * k + v * LANES, re, (C){sum_re[v], sum_im[v]});
  }
}

/** X of x, or with re = 8 and scale = 1/n the reverse; `parts`: as much room, where n is no power of two. */
INLINE void transform_or_inverse(const struct fourier *f, const double *x, double *out, double *parts, int re, double scale,
                                 const int scaled) {
  if (f->odd == 1) {
    const struct source all = {x, 0, 1, 0};
    transform_part(f, &all, 0, re, scale, scaled, ALL, out);
    return;
  }
  for (int r = 0; r < f->odd; r++) {
    const struct source some = {x + ELEMENT * r, 0, f->odd, 0};
    transform_part(f, &some, 0, re, 1, 0, ALL, parts + ELEMENT * r * f->even);
  }
  combine(f, parts, re, scale, out);
}

__attribute__((noinline)) static void transform(const struct fourier *f, const double *x, double *out, double *parts) {
  transform_or_inverse(f, x, out, parts, 0, 1, 0);
}

__attribute__((noinline)) static void inverse(const struct fourier *f, const double *x, double *out, double *parts) {
  transform_or_inverse(f, x, out, parts, 8, 1.0 / (f->odd * f->even), 1);
}

#endif
