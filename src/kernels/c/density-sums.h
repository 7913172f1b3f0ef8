/*
 * What a density of phase space is summed to, as src/pde/kinetic/phase-sums.ts: its marginals on theta and on omega, its least and its largest cell, and
 * what is below 0. A part is some rows, a row all cells of omega at one of theta; what rows share has a slot a part.
 */
#ifndef MUFLOW_DENSITY_SUMS_H
#define MUFLOW_DENSITY_SUMS_H

#include "vector.h"

struct density_sums {
  /** Addresses: the cells; sums of rows; by part sums of columns; by part the least, the largest, and minus the sum of the negative. */
  double values, rows, columns, extremes;
  int32_t count, row, each, unused;
};

/** (s0 + s1) + (s2 + s3) + ((s4 + s5) + (s6 + s7)) */
INLINE double fold_lanes(const double s[8]) {
  return s[0] + s[1] + (s[2] + s[3]) + (s[4] + s[5] + (s[6] + s[7]));
}

/** Eight running sums of a row, one after the other in turn. */
INLINE double row_sum(const double *x, int count) {
  V sums[SUB];
  for (int v = 0; v < SUB; v++) sums[v] = splat(0);
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    for (int v = 0; v < SUB; v++) sums[v] += load_anywhere(x + i + v * LANES);
  }
  double lanes[8] __attribute__((aligned(64)));
  for (int v = 0; v < SUB; v++) store(lanes + v * LANES, sums[v]);
  for (int l = 0; i + l < count; l++) lanes[l] += x[i + l];
  return fold_lanes(lanes);
}

/** The sums of rows alone. */
static void sum_rows(void *block, int first, int end, UNUSED int rank) {
  const struct density_sums *s = block;
  double *rows = POINTER(double, s->rows);
  const int last = end * s->each < s->count ? end * s->each : s->count;
  for (int row = first * s->each; row < last; row++) {
    rows[row] = row_sum(POINTER(const double, s->values) + (int64_t)row * s->row, s->row);
  }
}

static void sum_density(void *block, int first, int end, int rank) {
  const struct density_sums *s = block;
  const int width = s->row;
  sum_rows(block, first, end, rank);
  for (int part = first; part < end; part++) {
    double *columns = POINTER(double, s->columns) + (int64_t)part * width, *extremes = POINTER(double, s->extremes) + 3 * part;
    const int from = part * s->each, to = from + s->each < s->count ? from + s->each : s->count;
    V least = splat(0), most = splat(0);
    double negative[8] = {0, 0, 0, 0, 0, 0, 0, 0}, low = 0, high = 0;
    V below[SUB];
    for (int v = 0; v < SUB; v++) below[v] = splat(0);
    for (int j = 0; j < width; j++) columns[j] = 0;
    for (int row = from; row < to; row++) {
      const double *x = POINTER(const double, s->values) + (int64_t)row * width;
      int j = 0;
      for (; j + 8 <= width; j += 8) {
        for (int v = 0; v < SUB; v++) {
          const V value = load_anywhere(x + j + v * LANES);
          double *column = columns + j + v * LANES;
          store_anywhere(column, load_anywhere(column) + value);
          least = minimum(value, least);
          most = maximum(value, most);
          below[v] -= minimum(value, splat(0));
        }
      }
      for (int l = 0; j < width; j++, l++) {
        columns[j] += x[j];
        if (x[j] < low) low = x[j];
        if (x[j] > high) high = x[j];
        negative[l] -= x[j] < 0 ? x[j] : 0;
      }
    }
    for (int k = 0; k < LANES; k++) {
      if (least[k] < low) low = least[k];
      if (most[k] > high) high = most[k];
    }
    for (int l = 0; l < 8; l++) negative[l] = below[l / LANES][l % LANES] + negative[l];
    extremes[0] = low;
    extremes[1] = high;
    extremes[2] = fold_lanes(negative);
  }
}

#endif
