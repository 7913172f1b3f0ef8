/*
 * What is done to a strip of tiles in one call, one work after another (pass.ts): moves of rows, noise, gradients, sums over data.
 * Rows lie eight neurons to a row, as everywhere. A work has a head, and up to three numbers that it is given with the call.
 * Each is, operation by operation, what its file in TypeScript does.
 */
#ifndef MUFLOW_WORKS_H
#define MUFLOW_WORKS_H

#include "elementary.h"
#include "noise.h"
#include "ridge.h"

/**
 * Neighbouring rows of each tile: where those of the first tile are, doubles from one tile to the next, and whether that is the slice's
 * first tile (1) or the strip's (0). They lie as JavaScript has them: no address is a multiple of more than that of a double.
 */
struct rows {
  double at, apart, whole;
};

/** Those of a tile of a strip that begins with tile `first` of the slice. */
INLINE double *in_tile(const struct rows *rows, long first, long tile) {
  return POINTER(double, rows->at) + ((long)rows->whole * first + tile) * (long)rows->apart;
}

/** Where the ensemble ends: in that tile of the slice, -1 if in none, after so many of its lanes. */
struct rest {
  double tile, lanes;
};

/** The lanes of `count` rows, of which the first is at `row`, that have no neuron are 0. */
INLINE void clear_rest(const struct rest *rest, long tile, double *row, long count) {
  if (tile != (long)rest->tile) return;
  for (long k = 0; k < count; k++) {
    for (long lane = (long)rest->lanes; lane < 8; lane++) row[8 * k + lane] = 0;
  }
}

/** Of the tiles first .. end - 1 of the slice, which the strip holds. */
typedef void work(void *head, const double *given, int first, int end);

/** Written by row-works.ts, as the next is. */
struct blend {
  struct rows to, from;
  double count;
};

/* to <- a (b to + c from) */
static void blend(void *head, const double *given, int first, int end) {
  const struct blend *p = head;
  const V a = splat(given[0]), b = splat(given[1]), c = splat(given[2]);
  const long length = 8 * (long)p->count;
  for (long tile = 0; tile < end - first; tile++) {
    double *to = in_tile(&p->to, first, tile);
    const double *from = in_tile(&p->from, first, tile);
    for (long i = 0; i < length; i += LANES) store_anywhere(to + i, a * (b * load_anywhere(to + i) + c * load_anywhere(from + i)));
  }
}

struct advance {
  struct rows to, drift, other;
  /* Rows; addresses of their factors. Without others that of theirs is 0. */
  double count, factors, others;
};

/* to_k <- to_k + a (c_k drift_k + d_k other_k) */
static void advance(void *head, const double *given, int first, int end) {
  const struct advance *p = head;
  const V a = splat(given[0]);
  const long count = (long)p->count;
  const double *c = POINTER(const double, p->factors), *d = POINTER(const double, p->others);
  for (long tile = 0; tile < end - first; tile++) {
    double *to = in_tile(&p->to, first, tile);
    const double *drift = in_tile(&p->drift, first, tile);
    const double *other = d == 0 ? 0 : in_tile(&p->other, first, tile);
    for (long k = 0; k < count; k++) {
      for (long i = 8 * k; i < 8 * k + 8; i += LANES) {
        V by = splat(c[k]) * load_anywhere(drift + i);
        if (d != 0) by += splat(d[k]) * load_anywhere(other + i);
        store_anywhere(to + i, load_anywhere(to + i) + a * by);
      }
    }
  }
}

/** Written by particles/noise.ts. */
struct draw {
  /* The slice's first tile in the ensemble; where the normals go; rows. */
  double offset, out, rows;
  uint32_t k0, k1;
};

/* Normals of a step, in lanes from a lane on. */
static void draw(void *head, const double *given, int first, int end) {
  const struct draw *p = head;
  const uint64_t step = (uint64_t)given[0];
  const Stream stream = {p->k0, p->k1, (uint32_t)step, (uint32_t)(step >> 32), (uint32_t)given[1]};
  const uint32_t offset = (uint32_t)p->offset;
  normals(POINTER(double, p->out), offset + first, offset + end, (uint32_t)p->rows, &stream);
}

/** Written by particles/watch.ts. */
struct probe {
  struct rows of;
  double count, sum;
};

/* sum += 0 of every number: none of them is finite if that is no number. */
static void probe(void *head, UNUSED const double *given, int first, int end) {
  struct probe *p = head;
  const long length = 8 * (long)p->count;
  V sum[4] = {splat(0), splat(0), splat(0), splat(0)};
  for (long tile = 0; tile < end - first; tile++) {
    const double *of = in_tile(&p->of, first, tile);
    for (long i = 0; i < length; i += 8) {
      UNROLL for (int s = 0; s < SUB; s++) sum[s] += splat(0) * load_anywhere(of + i + s * LANES);
    }
  }
  double out[8];
  UNROLL for (int s = 0; s < SUB; s++) store_anywhere(out + s * LANES, sum[s]);
  for (int lane = 0; lane < 8; lane++) p->sum += out[lane];
}

enum { NO_WELL, DOUBLE_WELL, COSINE };

/** Written by particles/pull-kernel.ts. */
struct pull {
  struct rows theta, gradient;
  struct rest rest;
  /* Rows; what V is beside the sum of slope_k theta_k^2 / 2, and how much of it; address of the slopes; whether nothing else pulls. */
  double count, well, strength, slopes, alone;
};

/* gradient_k += dV/dtheta_k */
static void pull(void *head, UNUSED const double *given, int first, int end) {
  const struct pull *p = head;
  const long count = (long)p->count;
  const int well = (int)p->well;
  const V strength = splat(p->strength);
  const double *slopes = POINTER(const double, p->slopes);
  for (long tile = 0; tile < end - first; tile++) {
    const double *theta = in_tile(&p->theta, first, tile);
    double *gradient = in_tile(&p->gradient, first, tile);
    for (long k = 0; k < count; k++) {
      const V slope = splat(slopes[k]);
      for (long i = 8 * k; i < 8 * k + 8; i += LANES) {
        const V u = load_anywhere(theta + i);
        V sum = (p->alone != 0 ? splat(0) : load_anywhere(gradient + i)) + slope * u;
        if (well == DOUBLE_WELL) sum += strength * u * u * u;
        else if (well == COSINE) sum += strength * sin_v(u);
        store_anywhere(gradient + i, sum);
      }
    }
    clear_rest(&p->rest, first + tile, gradient, count);
  }
}

/** Written by ridge-sums.ts: neurons a sigma(w x + b), of which theta has a (or not: a = 1), w, and b (or not: b = 0). */
struct neurons {
  struct rows state, gradient;
  struct rest rest;
  /* Address of the struct ridge; rows of a, of w and b. */
  double ridge, outer, inner;
};

INLINE void load_neurons(const struct neurons *p, struct ridge *ridge, int first, int end) {
  const long outer = (long)p->outer, inner = (long)p->inner, width = 8 * (ridge->inputs + 1);
  for (long tile = 0; tile < end - first; tile++) {
    const double *theta = in_tile(&p->state, first, tile);
    double *a = AT(ridge, weights) + 8 * tile, *w = AT(ridge, inner) + width * tile;
    for (int i = 0; i < 8; i += LANES) store(a + i, outer != 0 ? load_anywhere(theta + i) : splat(1));
    clear_rest(&p->rest, first + tile, a, 1);
    for (long i = 0; i < 8 * inner; i += LANES) store(w + i, load_anywhere(theta + 8 * outer + i));
    for (long i = 8 * inner; i < width; i += LANES) store(w + i, splat(0));
  }
}

static void observe_ridge(void *head, UNUSED const double *given, int first, int end) {
  const struct neurons *p = head;
  struct ridge *ridge = POINTER(struct ridge, p->ridge);
  load_neurons(p, ridge, first, end);
  ridge_forward(ridge, first, end - first, 0);
}

static void differentiate_ridge(void *head, UNUSED const double *given, int first, int end) {
  const struct neurons *p = head;
  struct ridge *ridge = POINTER(struct ridge, p->ridge);
  load_neurons(p, ridge, first, end);
  ridge_backward(ridge, first, end - first, 0);
  const long outer = (long)p->outer, inner = (long)p->inner, inputs = ridge->inputs;
  for (long tile = 0; tile < end - first; tile++) {
    const double *a = AT(ridge, weights) + 8 * tile, *sums = AT(ridge, sums) + 8 * (inputs + 2) * tile;
    double *gradient = in_tile(&p->gradient, first, tile);
    for (int i = 0; i < 8; i += LANES) {
      const V weight = load(a + i);
      if (outer != 0) store_anywhere(gradient + i, load(sums + i));
      double *of_inner = gradient + 8 * outer + i;
      for (long k = 0; k < inputs; k++) store_anywhere(of_inner + 8 * k, weight * load(sums + 8 * (2 + k) + i));
      if (inner > inputs) store_anywhere(of_inner + 8 * inputs, weight * load(sums + 8 + i));
    }
    clear_rest(&p->rest, first + tile, gradient, outer + inner);
  }
}

#define FOR_EACH_WORK(DO) \
  DO(blend)               \
  DO(advance)             \
  DO(draw)                \
  DO(probe)               \
  DO(pull)                \
  DO(observe_ridge)       \
  DO(differentiate_ridge)

#define WORK(name) name,
static work *const works[] = {FOR_EACH_WORK(WORK)};
#undef WORK

/** Written by pass.ts: `count` of them follow. */
struct works {
  double count;
};
struct item {
  double work, head, given[3];
};

static void run_works(void *block, int first, int end, UNUSED int rank) {
  const struct works *p = block;
  const struct item *items = (const struct item *)(p + 1);
  for (long k = 0; k < (long)p->count; k++) {
    works[(int)items[k].work](POINTER(void, items[k].head), items[k].given, first, end);
  }
}

#endif
