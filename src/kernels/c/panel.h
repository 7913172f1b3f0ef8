/*
 * Panels of sixteen neighbouring lines along an axis of a grid, as src/grid/panel.ts: cell i of line l at 16 i + l while it is worked on.
 * So lines l and l + 8 are the real and imaginary parts of one complex line of fourier.h.
 */
#ifndef MUFLOW_PANEL_H
#define MUFLOW_PANEL_H

#include "vector.h"

#define ACROSS 16

/** The lines along one axis. */
struct panels {
  /** Address of the cells' values. */
  double values;
  /** Of a line; between its neighbours in memory; between lines; lines of a stretch, panels of it; the panel that is the first part. */
  int32_t cells, stride, apart, stretch, each, first;
};

struct panel {
  /** The first cell of the first line, counted from the first of all. */
  int32_t base;
  int lanes;
};

INLINE struct panel panel_of(const struct panels *p, int part) {
  const int32_t index = p->first + part, line = index % p->each * ACROSS, left = p->stretch - line;
  return (struct panel){index / p->each * p->stretch * p->cells + line * p->apart, left < ACROSS ? left : ACROSS};
}

/** LANES vectors as a matrix, transposed. */
INLINE void transpose(V t[LANES]) {
  for (int i = 0; i < LANES; i += 2) {
    const V a = t[i], b = t[i + 1];
    t[i] = even_lanes(a, b);
    t[i + 1] = odd_lanes(a, b);
  }
#if LANES == 4
  for (int i = 0; i < 2; i++) {
    const V a = t[i], b = t[i + 2];
    t[i] = SHUFFLE(a, b, 0, 1, 4, 5);
    t[i + 2] = SHUFFLE(a, b, 2, 3, 6, 7);
  }
#elif LANES == 8
  for (int half = 0; half < 8; half += 4) {
    for (int i = half; i < half + 2; i++) {
      const V a = t[i], b = t[i + 2];
      t[i] = SHUFFLE(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      t[i + 2] = SHUFFLE(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int i = 0; i < 4; i++) {
    const V a = t[i], b = t[i + 4];
    t[i] = SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    t[i + 4] = SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
#endif
}

/** Cells that are copied line by line, a line of the cache in each. */
#define CACHED 8

/** Sixteen lines that are one after the other, cell by cell; or back. */
INLINE void turn_panel(double *values, int apart, int cells, double *lines, const int back) {
  int i = 0;
  for (; i + CACHED <= cells; i += CACHED) {
    for (int l = 0; l < ACROSS; l += LANES) {
      for (int j = i; j < i + CACHED; j += LANES) {
        V t[LANES];
        for (int k = 0; k < LANES; k++) {
          t[k] = back ? load(lines + ACROSS * (j + k) + l) : load_anywhere(values + (int64_t)(l + k) * apart + j);
        }
        transpose(t);
        for (int k = 0; k < LANES; k++) {
          if (back) store_anywhere(values + (int64_t)(l + k) * apart + j, t[k]);
          else store(lines + ACROSS * (j + k) + l, t[k]);
        }
      }
    }
  }
  for (; i < cells; i++) {
    for (int l = 0; l < ACROSS; l++) {
      if (back) values[(int64_t)l * apart + i] = lines[ACROSS * i + l];
      else lines[ACROSS * i + l] = values[(int64_t)l * apart + i];
    }
  }
}

/** A panel, with 0 in lanes that are no lines. */
static void take_panel(const struct panels *p, struct panel at, double *lines) {
  double *values = POINTER(double, p->values) + at.base;
  if (at.lanes == ACROSS && p->stride == 1) {
    turn_panel(values, p->apart, p->cells, lines, 0);
    return;
  }
  for (int i = 0; i < p->cells; i++) {
    const double *row = values + (int64_t)i * p->stride;
    double *to = lines + ACROSS * i;
    if (at.lanes == ACROSS) {
      for (int l = 0; l < ACROSS; l += LANES) store(to + l, load_anywhere(row + l));
    } else {
      for (int l = 0; l < ACROSS; l++) to[l] = l < at.lanes ? row[(int64_t)l * p->apart] : 0;
    }
  }
}

/** The reverse. */
static void give_panel(const struct panels *p, struct panel at, double *lines) {
  double *values = POINTER(double, p->values) + at.base;
  if (at.lanes == ACROSS && p->stride == 1) {
    turn_panel(values, p->apart, p->cells, lines, 1);
    return;
  }
  for (int i = 0; i < p->cells; i++) {
    double *row = values + (int64_t)i * p->stride;
    const double *from = lines + ACROSS * i;
    if (at.lanes == ACROSS) {
      for (int l = 0; l < ACROSS; l += LANES) store_anywhere(row + l, load(from + l));
    } else {
      for (int l = 0; l < at.lanes; l++) row[(int64_t)l * p->apart] = from[l];
    }
  }
}

/** Which amount a line takes, of `count`, as amountOf of line-moves.ts. */
struct amounts {
  int32_t divisor, count;
};

INLINE int amount_of(const struct amounts *a, const struct panels *p, struct panel at, int lane) {
  return (at.base + (lane < at.lanes ? lane : 0) * p->apart) / a->divisor % a->count;
}

#endif
