/*
 * The positive moves of a density of phase space along one axis, as src/pde/kinetic/positive-moves.ts and the files that it names: shifts by the
 * remap of seven cells, O by a banded matrix, or by a contraction. A part is a panel, taken up once for all moves that follow one another.
 */
#ifndef MUFLOW_POSITIVE_H
#define MUFLOW_POSITIVE_H

#include "panel.h"

#define REACH 3
#define WEIGHTS 7

/** What of a cell's mass lies in its right fraction; x: the cell of the first weight. */
INLINE V part_of(const double *x, const V w[WEIGHTS]) {
  const V whole = load(x + REACH * ACROSS);
  V part = w[0] * load(x);
  for (int c = 1; c < WEIGHTS; c++) part += w[c] * load(x + c * ACROSS);
  return choose(less(splat(0), part), minimum(part, whole), splat(0));
}

/** Cells beyond both ends: 0, or those around the period. `x`: the first of them. */
INLINE void pad(double *x, int cells, int periodic) {
  const int size = ACROSS * cells;
  for (int at = 0; at < REACH * ACROSS; at += LANES) {
    store(x + at, periodic ? load(x + size + at) : splat(0));
    store(x + REACH * ACROSS + size + at, periodic ? load(x + REACH * ACROSS + at) : splat(0));
  }
}

/** What the cell at the low wall, or at the high one, gathers of all that would leave there; whole: cells that the lines move by. */
INLINE V gathered(const double *padded, const V w[WEIGHTS], int cells, int whole, const int high) {
  const int wall = high ? cells - 1 : 0;
  V sum = splat(0);
  for (int i = 0; i < cells; i++) {
    const int to = i + whole;
    const int stays = high ? to >= wall : to <= wall, goes = high ? to + 1 >= wall : to + 1 <= wall;
    if (!stays && !goes) continue;
    const V part = part_of(padded + ACROSS * i, w);
    if (stays) sum += load(padded + ACROSS * (i + REACH)) - part;
    if (goes) sum += part;
  }
  return sum;
}

/** Cells from .. end - 1 of some lanes as they are after a shift by that many whole cells and a fraction: of each i the two parts that meet in i + whole. */
INLINE void shift_cells(const double *padded, const V w[WEIGHTS], int cells, int periodic, int whole, M lanes, int all, int from, int end,
                        double *out) {
  V before = splat(0);
  if (from > 0) before = part_of(padded + ACROSS * (from - 1), w);
  else if (periodic) before = part_of(padded + ACROSS * (cells - 1), w);
  int to = from + whole;
  if (periodic) to = (to % cells + cells) % cells;
  for (int i = from; i < end; i++, to++) {
    if (periodic && to == cells) to = 0;
    V value = before;
    if (i < cells) {
      before = part_of(padded + ACROSS * i, w);
      value += load(padded + ACROSS * (i + REACH)) - before;
    }
    if (to < 0 || to >= cells) continue;
    double *o = out + ACROSS * to;
    store(o, all ? value : choose(lanes, value, load(o)));
  }
}

struct shift {
  /** Addresses: whole cells by amount (int32), and seven weights. */
  double whole, weights;
  struct amounts amounts;
};

/** Whole cells of every lane, and weights by lane. */
struct cuts {
  int whole[ACROSS];
  double weights[WEIGHTS * ACROSS] __attribute__((aligned(64)));
};

INLINE void take_cuts(const struct shift *s, const struct panels *p, struct panel at, struct cuts *cuts) {
  const int32_t *whole = POINTER(const int32_t, s->whole);
  const double *weights = POINTER(const double, s->weights);
  for (int l = 0; l < ACROSS; l++) {
    const int amount = amount_of(&s->amounts, p, at, l);
    cuts->whole[l] = whole[amount];
    for (int c = 0; c < WEIGHTS; c++) cuts->weights[c * ACROSS + l] = weights[WEIGHTS * amount + c];
  }
}

/** The lanes of a vector that move by that many whole cells. */
INLINE M lanes_of(const int *whole, int asked) {
  V found;
  for (int k = 0; k < LANES; k++) found[k] = whole[k] == asked;
  return equal(found, splat(1));
}

/** lines = the padded ones, moved. */
__attribute__((noinline)) static void shift_panel(const struct cuts *cuts, const double *padded, int cells, int periodic, double *lines) {
  for (int l = 0; l < ACROSS; l += LANES) {
    const int *whole = cuts->whole + l;
    V w[WEIGHTS];
    for (int c = 0; c < WEIGHTS; c++) w[c] = load(cuts->weights + c * ACROSS + l);
    for (int k = 0; k < LANES; k++) {
      int done = 0, all = 1;
      for (int j = 0; j < LANES; j++) {
        if (j < k && whole[j] == whole[k]) done = 1;
        if (whole[j] != whole[k]) all = 0;
      }
      if (done) continue;
      const M lanes = lanes_of(whole, whole[k]);
      const int move = whole[k];
      double *out = lines + l;
      const double *from = padded + l;
      if (!periodic) {
        /* What no cell reaches is empty. */
        for (int to = 0; to < (move < cells ? move : cells); to++) store(out + ACROSS * to, choose(lanes, splat(0), load(out + ACROSS * to)));
        for (int to = cells + move + 1 > 0 ? cells + move + 1 : 0; to < cells; to++) {
          store(out + ACROSS * to, choose(lanes, splat(0), load(out + ACROSS * to)));
        }
      }
      shift_cells(from, w, cells, periodic, move, lanes, all, 0, periodic ? cells : cells + 1, out);
      if (periodic) continue;
      const int last = ACROSS * (cells - 1);
      if (move < 0) store(out, choose(lanes, gathered(from, w, cells, move, 0), load(out)));
      store(out + last, choose(lanes, gathered(from, w, cells, move, 1), load(out + last)));
    }
  }
}

#define BUNCH 4

/** A banded matrix: by bunch of four rows the columns from .. to - 1, and where its numbers begin, column by column. */
struct band {
  /** Addresses: three int32 a bunch; the numbers. */
  double ends, numbers;
};

/** out = P lines. */
__attribute__((noinline)) static void multiply_band(const struct band *b, const double *lines, int cells, double *out) {
  const int32_t *ends = POINTER(const int32_t, b->ends);
  /* As many vectors as registers hold sums of, four rows of each. */
  enum { TAKEN = 2 };
  for (int row = 0; row < cells; row += BUNCH, ends += 3) {
    const double *numbers = POINTER(const double, b->numbers) + ends[2];
    for (unsigned l = 0; l < ACROSS; l += TAKEN * LANES) {
      V sums[BUNCH][TAKEN];
      for (unsigned r = 0; r < BUNCH; r++) {
        for (unsigned v = 0; v < TAKEN; v++) sums[r][v] = splat(0);
      }
      const double *n = numbers, *x = lines + ACROSS * ends[0] + l;
      for (int j = ends[0]; j < ends[1]; j++, x += ACROSS, n += BUNCH) {
        V taken[TAKEN];
        for (unsigned v = 0; v < TAKEN; v++) taken[v] = load(x + v * LANES);
        for (unsigned r = 0; r < BUNCH; r++) {
          const V number = splat(n[r]);
          for (unsigned v = 0; v < TAKEN; v++) sums[r][v] += number * taken[v];
        }
      }
      for (unsigned r = 0; r < BUNCH && row + (int)r < cells; r++) {
        for (unsigned v = 0; v < TAKEN; v++) store(out + ACROSS * (row + r) + l + v * LANES, sums[r][v]);
      }
    }
  }
}

/** The contraction towards 0: addresses of where the left and the right part of a cell go (int32), and of seven weights a cell. */
struct contraction {
  double left, right, weights;
};

__attribute__((noinline)) static void contract(const struct contraction *c, const double *padded, int cells, double *lines) {
  const int32_t *left = POINTER(const int32_t, c->left), *right = POINTER(const int32_t, c->right);
  const double *weights = POINTER(const double, c->weights);
  for (int at = 0; at < ACROSS * cells; at += LANES) store(lines + at, splat(0));
  for (int j = 0; j < cells; j++) {
    V w[WEIGHTS];
    for (int k = 0; k < WEIGHTS; k++) w[k] = splat(weights[WEIGHTS * j + k]);
    double *to = lines + ACROSS * left[j], *beyond = lines + ACROSS * right[j];
    for (int l = 0; l < ACROSS; l += LANES) {
      const V part = part_of(padded + ACROSS * j + l, w);
      store(to + l, load(to + l) + (load(padded + ACROSS * (j + REACH) + l) - part));
      store(beyond + l, load(beyond + l) + part);
    }
  }
}

struct positive {
  struct panels panels;
  int32_t periodic, contracts;
  /** Moves that follow one another, the first in the lowest bit: 0 a shift, 1 O. */
  int32_t count, moves;
  struct shift shift;
  struct band band;
  struct contraction contraction;
  /** Address of the room of the first thread, and doubles from one to the next: twice a panel with its rims. */
  double room, next;
};

/** All moves on the panels first .. end - 1. */
static void move_positive(void *block, int first, int end, int rank) {
  const struct positive *p = block;
  const int cells = p->panels.cells;
  const int rim = REACH * ACROSS, size = ACROSS * cells + 2 * rim;
  struct cuts cuts;
  for (int part = first; part < end; part++) {
    double *here = POINTER(double, p->room) + (int64_t)rank * (int64_t)p->next, *there = here + size;
    const struct panel at = panel_of(&p->panels, part);
    take_panel(&p->panels, at, here + rim);
    int known = 0;
    for (int k = 0; k < p->count; k++) {
      if ((p->moves >> k & 1) == 0) {
        if (!known) take_cuts(&p->shift, &p->panels, at, &cuts);
        known = 1;
        pad(here, cells, p->periodic);
        shift_panel(&cuts, here, cells, p->periodic, there + rim);
      } else if (p->contracts) {
        pad(here, cells, 0);
        contract(&p->contraction, here, cells, there + rim);
      } else {
        multiply_band(&p->band, here + rim, cells, there + rim);
      }
      double *moved = there;
      there = here;
      here = moved;
    }
    give_panel(&p->panels, at, here + rim);
  }
}

#endif
