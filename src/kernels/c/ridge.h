/*
 * The ridge kernel: s_i = sigma(z_i), z_i = b + sum_k w_k x_ik, of a strip of tiles against all data i < size.
 *   forward   c_i += a s_i, lane by lane, tile after tile      backward   sums of g_i s_i, g_i sigma'_i, g_i sigma'_i x_ik over i
 * Lanes are neurons, so backward sums do not depend on the width of a vector; the lanes of c are folded in one tree. Tiles are taken
 * in pairs, the same lanes of both at a time, which shares what is read of the data. Order of additions: ridge-kernel.ts.
 */
#ifndef MUFLOW_RIDGE_H
#define MUFLOW_RIDGE_H

#include "activations.h"

enum {
#define NUMBER(name, reads) ACTIVATION_##name,
  FOR_EACH_ACTIVATION(NUMBER) ACTIVATIONS
#undef NUMBER
};

/** Written by block-ridge.ts, numbers from the struct on, in doubles: a struct and what it points to move together. */
struct ridge {
  int32_t activation, inputs, size, keeps;
  int32_t x, residual, weights, inner, sums, outputs, lanes, scratch, kept, slopes;
  /* Of one input's data to the next one's: no multiple of the distance at which addresses share a place in the cache. */
  int32_t stride;
  /* The same data, ROWS at a time, all inputs of these side by side (ridge_pack); 0 where inputs are few. */
  int32_t packed;
};

/** Data in a block: z, s, sigma' and g sigma' of a pair of tiles stay in the first-level cache. */
#define BLOCK 64
/** Data, and inputs at most, at a time in a product: as many accumulators as there are registers for. */
#define ROWS (VECTOR_BYTES == 64 ? 8 : 4)

#define AT(ridge, field) ((double *)(ridge) + (ridge)->field)

/** z of `rows` data for `tiles` tiles, whose inner rows are at w. Input k of these data is at x + k stride. */
INLINE void arguments_of(const int tiles, const int rows, const int inputs, double *const *w, const double *x, const long stride, V *z) {
  V sum[ROWS][2];
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int n = 0; n < tiles; n++) sum[q][n] = load(w[n] + inputs * 8);
  for (int k = 0; k < inputs; k++) {
    V weight[2];
    UNROLL for (int n = 0; n < tiles; n++) weight[n] = load(w[n] + k * 8);
    UNROLL for (int q = 0; q < rows; q++) {
      const V input = splat(x[k * stride + q]);
      UNROLL for (int n = 0; n < tiles; n++) sum[q][n] += weight[n] * input;
    }
  }
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int n = 0; n < tiles; n++) z[q * tiles + n] = sum[q][n];
}

/** Of ROWS data from i on, a multiple of ROWS. Packed they are a stream; else each input is on a page of its own. */
INLINE void arguments_at(const int tiles, const struct ridge *p, double *const *w, long i, V *z) {
  if (p->packed != 0) arguments_of(tiles, ROWS, p->inputs, w, AT(p, packed) + i * p->inputs, ROWS, z);
  else arguments_of(tiles, ROWS, p->inputs, w, AT(p, x) + i, p->stride, z);
}

/** Of the datum i. */
INLINE void argument_at(const int tiles, const struct ridge *p, double *const *w, long i, V *z) {
  arguments_of(tiles, 1, p->inputs, w, AT(p, x) + i, p->stride, z);
}

/** Of `count` data from `from` on, a multiple of ROWS. */
INLINE void arguments(const int tiles, const struct ridge *p, double *const *w, long from, int count, V *z) {
  int i = 0;
  for (; i + ROWS <= count; i += ROWS) arguments_at(tiles, p, w, from + i, z + i * tiles);
  for (; i < count; i++) argument_at(tiles, p, w, from + i, z + i * tiles);
}

/** Adds the sums of d_i x_ik over `count` data to `rows` rows of `sums`. */
INLINE void slopes_of(const int tiles, const int rows, const struct ridge *p, const double *x, const V *d, int count, double *const *sums) {
  const long stride = p->stride;
  V sum[ROWS][2];
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int n = 0; n < tiles; n++) sum[q][n] = load(sums[n] + q * 8);
  for (int i = 0; i < count; i++) {
    V pull[2];
    UNROLL for (int n = 0; n < tiles; n++) pull[n] = d[i * tiles + n];
    UNROLL for (int q = 0; q < rows; q++) {
      const V input = splat(x[q * stride + i]);
      UNROLL for (int n = 0; n < tiles; n++) sum[q][n] += input * pull[n];
    }
  }
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int n = 0; n < tiles; n++) store(sums[n] + q * 8, sum[q][n]);
}

INLINE double *sums_at(const struct ridge *p, int tile) {
  return AT(p, sums) + (long)tile * (p->inputs + 2) * 8;
}

/** What one call has of a pair of tiles (or one), the `sub`-th vector of each. */
struct group {
  const struct ridge *p;
  double *w[2], *sums[2];
  const double *a[2];
  V *c, *kept, *slopes, *z, *s, *t, *d;
};

/** The pulls of a pair of tiles at a block of data, those of all lanes kept: after z, s and sigma', in scratch. */
INLINE V *pulls_at(const struct ridge *p, int sub) {
  return (V *)AT(p, scratch) + (3 + sub) * 2 * BLOCK;
}

INLINE struct group group_at(const int tiles, struct ridge *p, int first, int tile, int sub) {
  struct group g;
  g.p = p;
  for (int n = 0; n < tiles; n++) {
    g.a[n] = AT(p, weights) + (tile + n) * 8 + sub * LANES;
    g.w[n] = AT(p, inner) + (long)(tile + n) * (p->inputs + 1) * 8 + sub * LANES;
    g.sums[n] = sums_at(p, tile + n) + sub * LANES;
  }
  g.c = (V *)AT(p, lanes) + (long)sub * p->size;
  /* By datum, then by tile of the pair: one stream. */
  const long of = (long)(first + tile) * 8 * p->size + (long)sub * LANES * tiles * p->size;
  g.kept = (V *)(AT(p, kept) + of);
  g.slopes = (V *)(AT(p, slopes) + of);
  g.z = (V *)AT(p, scratch);
  g.s = g.z + 2 * BLOCK;
  g.t = g.s + 2 * BLOCK;
  g.d = pulls_at(p, sub);
  return g;
}

/** Of so many inputs, those to be taken next: in as few groups as can be, of much the same size, as one row alone would wait for its sums. */
INLINE int inputs_at_once(int left) {
  const int groups = (left + ROWS - 1) / ROWS;
  return (left + groups - 1) / groups;
}

/*
 * The slopes of a tile or two from their pulls d at a block of data, of all lanes: some inputs at a time, whose data and sums are so
 * read once. Functions of their own: within larger ones V8 runs out of registers, and takes a third longer.
 */
#define SLOPES(tiles)                                                                                              \
  static __attribute__((noinline)) void slopes_##tiles(const struct ridge *p, const double *x, const V *d,         \
                                                       int count, double *sums) {                                  \
    int rows;                                                                                                      \
    for (int k = 0; k < p->inputs; k += rows, x += rows * p->stride) {                                             \
      rows = inputs_at_once(p->inputs - k);                                                                        \
      for (int sub = 0; sub < SUB; sub++) {                                                                        \
        double *at[2];                                                                                             \
        for (int n = 0; n < tiles; n++) at[n] = sums + ((long)n * (p->inputs + 2) + 2 + k) * 8 + sub * LANES;      \
        switch (rows) { CASES(tiles) }                                                                             \
      }                                                                                                            \
    }                                                                                                              \
  }
/* So that each number of rows is known when its loop is compiled. */
#define CASE(tiles, known)                                         \
  case known:                                                      \
    slopes_of(tiles, known, p, x, d + 2 * BLOCK * sub, count, at); \
    break;
#define FOUR_CASES(tiles, from) CASE(tiles, from) CASE(tiles, from + 1) CASE(tiles, from + 2) CASE(tiles, from + 3)
#if VECTOR_BYTES == 64
#define CASES(tiles) FOUR_CASES(tiles, 1) FOUR_CASES(tiles, 5)
#else
#define CASES(tiles) FOUR_CASES(tiles, 1)
#endif
SLOPES(1)
SLOPES(2)
#undef CASES
#undef FOUR_CASES
#undef CASE
#undef SLOPES

/* What depends on the activation, over neighbouring vectors. */
struct activation {
  /* s = sigma(z) */
  void (*values)(const V *z, V *s, int count);
  /* The same, and t = sigma'(z), which costs little beside it; null where s alone tells sigma'. */
  void (*both)(const V *z, V *s, V *t, int count);
  /* d = g sigma' from s, and its sum and that of g s, of one tile and of two; null where sigma' has to be given. */
  void (*pulls[2])(const double *r, const V *s, V *d, int count, V *outer, V *bias);
};

/* Several at a time, which do not wait for one another. */
#define VALUES(name)                                           \
  static void values_##name(const V *z, V *s, int count) {     \
    int j = 0;                                                 \
    for (; j + 4 <= count; j += 4) {                           \
      const V a = value_##name(z[j]);                          \
      const V b = value_##name(z[j + 1]);                      \
      const V c = value_##name(z[j + 2]);                      \
      const V d = value_##name(z[j + 3]);                      \
      s[j] = a;                                                \
      s[j + 1] = b;                                            \
      s[j + 2] = c;                                            \
      s[j + 3] = d;                                            \
    }                                                          \
    for (; j < count; j++) s[j] = value_##name(z[j]);          \
  }
#define BOTH(name)                                             \
  static void both_##name(const V *z, V *s, V *t, int count) { \
    int j = 0;                                                 \
    for (; j + 2 <= count; j += 2) {                           \
      const V a = value_##name(z[j]);                          \
      const V b = value_##name(z[j + 1]);                      \
      const V c = slope_##name(z[j], a);                       \
      const V d = slope_##name(z[j + 1], b);                   \
      s[j] = a;                                                \
      s[j + 1] = b;                                            \
      t[j] = c;                                                \
      t[j + 1] = d;                                            \
    }                                                          \
    for (; j < count; j++) {                                   \
      const V a = value_##name(z[j]);                          \
      t[j] = slope_##name(z[j], a);                            \
      s[j] = a;                                                \
    }                                                          \
  }
#define PULLS(name, tiles)                                                                              \
  static void pulls_##name##_##tiles(const double *r, const V *s, V *d, int count, V *outer, V *bias) { \
    for (int i = 0; i < count; i++) {                                                                   \
      const V weight = splat(r[i]);                                                                     \
      for (int n = 0; n < tiles; n++) {                                                                 \
        const int j = i * tiles + n;                                                                    \
        const V product = weight * s[j];                                                                \
        d[j] = pull_##name(weight, s[j], product);                                                      \
        outer[n] += product;                                                                            \
        bias[n] += d[j];                                                                                \
      }                                                                                                 \
    }                                                                                                   \
  }

#define LOOPS_0(name) VALUES(name) PULLS(name, 1) PULLS(name, 2)
#define LOOPS_1(name) VALUES(name) BOTH(name)
#define LOOPS(name, reads) LOOPS_##reads(name)
FOR_EACH_ACTIVATION(LOOPS)

#define RECORD_0(name) {values_##name, 0, {pulls_##name##_1, pulls_##name##_2}},
#define RECORD_1(name) {values_##name, both_##name, {0, 0}},
#define RECORD(name, reads) RECORD_##reads(name)
static const struct activation activations[] = {FOR_EACH_ACTIVATION(RECORD)};

/** d = g sigma' from sigma' = t, and the sums. */
INLINE void pulls_given(const int tiles, const double *r, const V *s, const V *t, V *d, int count, V *outer, V *bias) {
  for (int i = 0; i < count; i++) {
    const V weight = splat(r[i]);
    UNROLL for (int n = 0; n < tiles; n++) {
      const int j = i * tiles + n;
      d[j] = weight * t[j];
      outer[n] += weight * s[j];
      bias[n] += d[j];
    }
  }
}

INLINE void forward_group(const int tiles, const struct group *g) {
  const struct ridge *p = g->p;
  const struct activation *of = &activations[p->activation];
  V a[2];
  for (int n = 0; n < tiles; n++) a[n] = load(g->a[n]);
  for (int i = 0; i < p->size; i += BLOCK) {
    const int count = p->size - i < BLOCK ? p->size - i : BLOCK;
    V *s = p->keeps ? g->kept + (long)i * tiles : g->s;
    arguments(tiles, p, g->w, i, count, g->z);
    if (p->keeps && of->both != 0) of->both(g->z, s, g->slopes + (long)i * tiles, count * tiles);
    else of->values(g->z, s, count * tiles);
    for (int j = 0; j < count; j++) {
      V c = g->c[i + j];
      for (int n = 0; n < tiles; n++) c += a[n] * s[j * tiles + n];
      g->c[i + j] = c;
    }
  }
}

INLINE void backward_block(const int tiles, const struct group *g, long from, int count) {
  const struct ridge *p = g->p;
  const struct activation *of = &activations[p->activation];
  const double *r = AT(p, residual) + from;
  const V *s = p->keeps ? g->kept + from * tiles : g->s;
  const V *t = p->keeps ? g->slopes + from * tiles : g->t;
  if (!p->keeps) {
    arguments(tiles, p, g->w, from, count, g->z);
    if (of->both != 0) of->both(g->z, g->s, g->t, count * tiles);
    else of->values(g->z, g->s, count * tiles);
  }
  V outer[2], bias[2];
  for (int n = 0; n < tiles; n++) {
    outer[n] = load(g->sums[n]);
    bias[n] = load(g->sums[n] + 8);
  }
  if (of->both != 0) pulls_given(tiles, r, s, t, g->d, count, outer, bias);
  else of->pulls[tiles - 1](r, s, g->d, count, outer, bias);
  for (int n = 0; n < tiles; n++) {
    store(g->sums[n], outer[n]);
    store(g->sums[n] + 8, bias[n]);
  }
}

/** All sums of a tile or two begin at 0. */
INLINE void clear(const int tiles, const struct ridge *p, int tile) {
  double *sums = sums_at(p, tile);
  for (long k = 0; k < (long)tiles * (p->inputs + 2) * 8; k += LANES) store(sums + k, splat(0));
}

/** A block of data of a tile or two: pulls of all lanes, by of(tiles, &group, from, count), then slopes. */
#define BACKWARD_TILES(tiles, of)                                                   \
  clear(tiles, p, tile);                                                            \
  for (long from = 0; from < p->size; from += BLOCK) {                              \
    const int count = p->size - from < BLOCK ? (int)(p->size - from) : BLOCK;       \
    for (int sub = 0; sub < SUB; sub++) {                                           \
      const struct group g = group_at(tiles, p, first, tile, sub);                  \
      of(tiles, &g, from, count);                                                   \
    }                                                                               \
    slopes_##tiles(p, AT(p, x) + from, pulls_at(p, 0), count, sums_at(p, tile));    \
  }

/** The backward sums of a strip pair by pair, and of its last tile alone where they are odd. */
#define BACKWARD_STRIP(of)                          \
  for (int tile = 0; tile < tiles; tile += 2) {     \
    if (tile + 1 < tiles) {                         \
      BACKWARD_TILES(2, of)                         \
    } else {                                        \
      BACKWARD_TILES(1, of)                         \
    }                                               \
  }

INLINE void weigh_group(const int tiles, const struct group *g) {
  const struct ridge *p = g->p;
  const double *r = AT(p, residual);
  V outer[2];
  for (int n = 0; n < tiles; n++) outer[n] = splat(0);
  for (int i = 0; i < p->size; i += BLOCK) {
    const int count = p->size - i < BLOCK ? p->size - i : BLOCK;
    const V *s = p->keeps ? g->kept + (long)i * tiles : g->s;
    if (!p->keeps) {
      arguments(tiles, p, g->w, i, count, g->z);
      activations[p->activation].values(g->z, g->s, count * tiles);
    }
    for (int j = 0; j < count; j++) {
      const V weight = splat(r[i + j]);
      for (int n = 0; n < tiles; n++) outer[n] += weight * s[j * tiles + n];
    }
  }
  for (int n = 0; n < tiles; n++) store(g->sums[n], outer[n]);
}

/** Calls of(tiles, &group) for a strip pair by pair, and for its last tile alone where they are odd. */
#define FOR_EACH_GROUP(of)                                           \
  for (int tile = 0; tile < tiles; tile += 2) {                      \
    for (int sub = 0; sub < SUB; sub++) {                            \
      if (tile + 1 < tiles) {                                        \
        const struct group g = group_at(2, p, first, tile, sub);     \
        of(2, &g);                                                   \
      } else {                                                       \
        const struct group g = group_at(1, p, first, tile, sub);     \
        of(1, &g);                                                   \
      }                                                              \
    }                                                                \
  }

typedef void strip(struct ridge *p, int first, int tiles);

static void forward_any(struct ridge *p, int first, int tiles) {
  FOR_EACH_GROUP(forward_group)
}

static void backward_any(struct ridge *p, int first, int tiles) {
  BACKWARD_STRIP(backward_block)
}

static void weigh_any(struct ridge *p, int first, int tiles) {
  FOR_EACH_GROUP(weigh_group)
}

#define FEW relu
#include "ridge-few.h"
#undef FEW
#define FEW tanh
#include "ridge-few.h"
#undef FEW

#define MANY relu
#include "ridge-many.h"
#undef MANY

/** Where the activation is cheap, or often used and inputs are few, there are loops that keep in registers what they can. */
static strip *forward_of(const struct ridge *p) {
  if (p->inputs > 2 && p->activation == ACTIVATION_relu) return many_forward_relu[p->keeps];
  if (p->inputs > 2 || p->inputs < 1) return forward_any;
  if (p->activation == ACTIVATION_relu) return few_forward_relu[p->inputs - 1][p->keeps];
  if (p->activation == ACTIVATION_tanh) return few_forward_tanh[p->inputs - 1][p->keeps];
  return forward_any;
}

static strip *backward_of(const struct ridge *p) {
  if (p->inputs > 2 && p->activation == ACTIVATION_relu) return many_backward_relu[p->keeps];
  if (p->inputs > 2 || p->inputs < 1) return backward_any;
  if (p->activation == ACTIVATION_relu) return few_backward_relu[p->inputs - 1][p->keeps];
  if (p->activation == ACTIVATION_tanh) return few_backward_tanh[p->inputs - 1][p->keeps];
  return backward_any;
}

/** To be called when the data are there, or others. */
static void ridge_pack(void *block, UNUSED int a, UNUSED int b, UNUSED int rank) {
  const struct ridge *p = block;
  if (p->packed == 0) return;
  double *to = AT(p, packed);
  const double *x = AT(p, x);
  for (long i = 0; i + ROWS <= p->size; i += ROWS) {
    for (long k = 0; k < p->inputs; k++) {
      for (int q = 0; q < ROWS; q++) *to++ = x[k * p->stride + i + q];
    }
  }
}

static void ridge_begin(void *block, UNUSED int a, UNUSED int b, UNUSED int rank) {
  struct ridge *p = block;
  V *c = (V *)AT(p, lanes);
  for (long i = 0; i < (long)p->size * SUB; i++) c[i] = splat(0);
}

static void ridge_forward(void *block, int first, int tiles, UNUSED int rank) {
  struct ridge *p = block;
  forward_of(p)(p, first, tiles);
}

static void ridge_fold(void *block, UNUSED int a, UNUSED int b, UNUSED int rank) {
  struct ridge *p = block;
  const double *c = AT(p, lanes);
  double *out = AT(p, outputs);
  const long size = p->size;
  for (long i = 0; i < size; i++) {
#define C(lane) c[((lane) / LANES * size + i) * LANES + (lane) % LANES]
    out[i] = ((C(0) + C(4)) + (C(2) + C(6))) + ((C(1) + C(5)) + (C(3) + C(7)));
#undef C
  }
}

static void ridge_backward(void *block, int first, int tiles, UNUSED int rank) {
  struct ridge *p = block;
  backward_of(p)(p, first, tiles);
}

static void ridge_weigh(void *block, int first, int tiles, UNUSED int rank) {
  weigh_any(block, first, tiles);
}

#endif
