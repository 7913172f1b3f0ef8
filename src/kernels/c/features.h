/*
 * The features of src/pde/field/features.ts at the cells of a grid, psi = A(theta_0) s(x_u) there, u < rows:
 *   collapse  line = sum_a A_a mu(a, .)     integrate  sums of s_u line over blocks of cells     combine  out = base + sum_u g_u s_u
 *   spread    out(a, .) = base + A_a line
 * Where s is odd or even about the middle of the cells, the first half of them is all that is kept: a line is folded onto it, and unfolded.
 * Parts are blocks of cells. A sum over a block has eight lanes, cell k in lane k mod 8, which are folded in one tree.
 */
#ifndef MUFLOW_FEATURES_H
#define MUFLOW_FEATURES_H

#include "kernels.h"
#include "vector.h"

/** Written by src/pde/field/feature-products.ts. Counts and addresses are doubles, which hold them exactly. */
struct features {
  /** Cells, of which s is kept; -1 where s is odd, 1 where it is even, else 0; inputs; entries of A. */
  double cells, kept, parity, rows, entries;
  /** s, row after row, and A. */
  double values, outer;
  double density, line, partial, weights;
  /** The address 0 stands for zeros. */
  double base, out;
};

/** Cells of a part: of a product; of a density that is summed along its first axis; of one that is made of a line. */
#define BLOCK_OF_CELLS 2048
#define COLUMNS 32
#define SPREAD 4096

INLINE long least(long a, long b) {
  return a < b ? a : b;
}

static void features_collapse(void *block, int first, int end, UNUSED int rank) {
  const struct features *p = block;
  const long cells = (long)p->cells, entries = (long)p->entries;
  const double *outer = POINTER(double, p->outer);
  for (int part = first; part < end; part++) {
    const long from = (long)part * COLUMNS, stop = least(from + COLUMNS, cells);
    const double *density = POINTER(double, p->density);
    double *line = POINTER(double, p->line);
    if (stop - from == COLUMNS) {
      V sum[COLUMNS / LANES];
      UNROLL for (int w = 0; w < COLUMNS / LANES; w++) sum[w] = splat(0);
      for (long a = 0; a < entries; a++) {
        const V weight = splat(outer[a]);
        UNROLL for (int w = 0; w < COLUMNS / LANES; w++) sum[w] += weight * load_anywhere(density + a * cells + from + w * LANES);
      }
      UNROLL for (int w = 0; w < COLUMNS / LANES; w++) store_anywhere(line + from + w * LANES, sum[w]);
      continue;
    }
    for (long k = from; k < stop; k++) {
      double sum = 0;
      for (long a = 0; a < entries; a++) sum += outer[a] * density[a * cells + k];
      line[k] = sum;
    }
  }
}

/** Sums over `count` cells of `rows` neighbouring rows times `line`. */
INLINE void integrate_rows(const int rows, const double *values, long stride, const double *line, long count, double *out) {
  V sum[4][SUB];
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int w = 0; w < SUB; w++) sum[q][w] = splat(0);
  long k = 0;
  for (; k + 8 <= count; k += 8)
    UNROLL for (int w = 0; w < SUB; w++) {
      const V weight = load_anywhere(line + k + w * LANES);
      UNROLL for (int q = 0; q < rows; q++) sum[q][w] += load_anywhere(values + q * stride + k + w * LANES) * weight;
    }
  for (int q = 0; q < rows; q++) {
    double s[8];
    UNROLL for (int w = 0; w < SUB; w++) store_anywhere(s + w * LANES, sum[q][w]);
    for (long rest = k; rest < count; rest++) s[rest - k] += values[q * stride + rest] * line[rest];
    out[q] = s[0] + s[4] + (s[2] + s[6]) + (s[1] + s[5] + (s[3] + s[7]));
  }
}

/** What the cells from `from` on, and those opposite to them, have together. */
INLINE void fold_line(const double *line, long cells, int parity, long from, long count, double *out) {
  const long half = cells / 2;
  const V sign = splat(parity);
  long k = 0;
  for (; k + LANES <= count && from + k + LANES <= half; k += LANES)
    store_anywhere(out + k, load_anywhere(line + from + k) + sign * reversed(load_anywhere(line + cells - from - k - LANES)));
  for (; k < count; k++) {
    const long i = from + k;
    out[k] = i < half ? line[i] + parity * line[cells - 1 - i] : line[i];
  }
}

/** The reverse, added to base. */
INLINE void unfold_line(const double *values, long cells, int parity, long from, long count, const double *base, double *out) {
  const long half = cells / 2;
  const V sign = splat(parity);
  long k = 0;
  for (; k + LANES <= count && from + k + LANES <= half; k += LANES) {
    const long i = from + k, j = cells - i - LANES;
    const V x = load_anywhere(values + k);
    store_anywhere(out + i, (base == 0 ? splat(0) : load_anywhere(base + i)) + x);
    store_anywhere(out + j, (base == 0 ? splat(0) : load_anywhere(base + j)) + reversed(sign * x));
  }
  for (; k < count; k++) {
    const long i = from + k, j = cells - 1 - i;
    out[i] = (base == 0 ? 0 : base[i]) + values[k];
    if (i < half) out[j] = (base == 0 ? 0 : base[j]) + parity * values[k];
  }
}

static void features_integrate(void *block, int first, int end, UNUSED int rank) {
  const struct features *p = block;
  const long cells = (long)p->cells, kept = (long)p->kept, rows = (long)p->rows;
  const int parity = (int)p->parity;
  double folded[BLOCK_OF_CELLS];
  for (int part = first; part < end; part++) {
    const long from = (long)part * BLOCK_OF_CELLS, count = least(BLOCK_OF_CELLS, kept - from);
    const double *values = POINTER(double, p->values) + from, *line = POINTER(double, p->line) + from;
    double *out = POINTER(double, p->partial) + part * rows;
    if (parity != 0) {
      fold_line(POINTER(double, p->line), cells, parity, from, count, folded);
      line = folded;
    }
    long u = 0;
    for (; u + 4 <= rows; u += 4) integrate_rows(4, values + u * kept, kept, line, count, out + u);
    for (; u < rows; u++) integrate_rows(1, values + u * kept, kept, line, count, out + u);
  }
}

/** out = sum of four rows more. */
INLINE void combine_rows(const double *values, long stride, const double *g, long count, double *out) {
  const double *a = values, *b = a + stride, *c = b + stride, *d = c + stride;
  const V g0 = splat(g[0]), g1 = splat(g[1]), g2 = splat(g[2]), g3 = splat(g[3]);
  long k = 0;
  for (; k + LANES <= count; k += LANES)
    store_anywhere(out + k, load_anywhere(out + k) + (g0 * load_anywhere(a + k) + g1 * load_anywhere(b + k) +
                                                      (g2 * load_anywhere(c + k) + g3 * load_anywhere(d + k))));
  for (; k < count; k++) out[k] += g[0] * a[k] + g[1] * b[k] + (g[2] * c[k] + g[3] * d[k]);
}

static void features_combine(void *block, int first, int end, UNUSED int rank) {
  const struct features *p = block;
  const long cells = (long)p->cells, kept = (long)p->kept, rows = (long)p->rows;
  const int parity = (int)p->parity;
  const double *weights = POINTER(double, p->weights), *base = POINTER(double, p->base);
  double sums[BLOCK_OF_CELLS], *out = POINTER(double, p->out);
  for (int part = first; part < end; part++) {
    const long from = (long)part * BLOCK_OF_CELLS, count = least(BLOCK_OF_CELLS, kept - from);
    const double *values = POINTER(double, p->values) + from;
    for (long k = 0; k < count; k++) sums[k] = 0;
    long u = 0;
    for (; u + 4 <= rows; u += 4) combine_rows(values + u * kept, kept, weights + u, count, sums);
    for (; u < rows; u++) {
      const double *a = values + u * kept;
      for (long k = 0; k < count; k++) sums[k] += weights[u] * a[k];
    }
    if (parity != 0) unfold_line(sums, cells, parity, from, count, base, out);
    else for (long k = 0; k < count; k++) out[from + k] = (base == 0 ? 0 : base[from + k]) + sums[k];
  }
}

static void features_spread(void *block, int first, int end, UNUSED int rank) {
  const struct features *p = block;
  const long cells = (long)p->cells, size = cells * (long)p->entries;
  const double *line = POINTER(double, p->line), *outer = POINTER(double, p->outer);
  for (int part = first; part < end; part++) {
    const long stop = least((long)(part + 1) * SPREAD, size);
    for (long from = (long)part * SPREAD; from < stop;) {
      const long a = from / cells, column = from % cells, count = least(cells - column, stop - from);
      const double *base = p->base == 0 ? 0 : POINTER(double, p->base) + from;
      double *out = POINTER(double, p->out) + from;
      const V weight = splat(outer[a]);
      long k = 0;
      for (; k + LANES <= count; k += LANES)
        store_anywhere(out + k, (base == 0 ? splat(0) : load_anywhere(base + k)) + weight * load_anywhere(line + column + k));
      for (; k < count; k++) out[k] = (base == 0 ? 0 : base[k]) + outer[a] * line[column + k];
      from += count;
    }
  }
}

#endif
