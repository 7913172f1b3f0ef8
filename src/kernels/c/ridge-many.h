/* The loops of ridge.h for one activation, MANY, and three inputs or more: z of a few data is activated where it is made, in registers. */

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define OF(name) JOIN(name##_many_, MANY)

/** `rows` neighbouring data, from i on. */
INLINE void OF(forward_at)(const int keeps, const int tiles, const int rows, const struct group *g, const V *a, long i) {
  V z[2 * ROWS];
  if (rows == ROWS) arguments_at(tiles, g->p, g->w, i, z);
  else argument_at(tiles, g->p, g->w, i, z);
  UNROLL for (int q = 0; q < rows; q++) {
    V c = g->c[i + q];
    UNROLL for (int n = 0; n < tiles; n++) {
      const V s = JOIN(value_, MANY)(z[q * tiles + n]);
      if (keeps) g->kept[(i + q) * tiles + n] = s;
      c += a[n] * s;
    }
    g->c[i + q] = c;
  }
}

INLINE void OF(forward)(const int keeps, const int tiles, const struct group *g) {
  const long size = g->p->size;
  V a[2];
  for (int n = 0; n < tiles; n++) a[n] = load(g->a[n]);
  long i = 0;
  for (; i + ROWS <= size; i += ROWS) OF(forward_at)(keeps, tiles, ROWS, g, a, i);
  for (; i < size; i++) OF(forward_at)(keeps, tiles, 1, g, a, i);
}

/** The pulls of `rows` neighbouring data, from i on, to d. */
INLINE void OF(pull)(const int keeps, const int tiles, const int rows, const struct group *g, long i, V *d, V *outer, V *bias) {
  const double *r = AT(g->p, residual) + i;
  V z[2 * ROWS];
  if (!keeps && rows == ROWS) arguments_at(tiles, g->p, g->w, i, z);
  else if (!keeps) argument_at(tiles, g->p, g->w, i, z);
  UNROLL for (int q = 0; q < rows; q++) {
    const V weight = splat(r[q]);
    UNROLL for (int n = 0; n < tiles; n++) {
      const V s = keeps ? g->kept[(i + q) * tiles + n] : JOIN(value_, MANY)(z[q * tiles + n]);
      const V product = weight * s;
      const V pull = JOIN(pull_, MANY)(weight, s, product);
      d[q * tiles + n] = pull;
      outer[n] += product;
      bias[n] += pull;
    }
  }
}

INLINE void OF(backward)(const int keeps, const int tiles, const struct group *g, long from, int count) {
  V outer[2], bias[2];
  for (int n = 0; n < tiles; n++) {
    outer[n] = load(g->sums[n]);
    bias[n] = load(g->sums[n] + 8);
  }
  int i = 0;
  for (; i + ROWS <= count; i += ROWS) OF(pull)(keeps, tiles, ROWS, g, from + i, g->d + i * tiles, outer, bias);
  for (; i < count; i++) OF(pull)(keeps, tiles, 1, g, from + i, g->d + i * tiles, outer, bias);
  for (int n = 0; n < tiles; n++) {
    store(g->sums[n], outer[n]);
    store(g->sums[n] + 8, bias[n]);
  }
}

#define FORWARD(tiles, g) OF(forward)(keeps, tiles, g)
#define BACKWARD(tiles, g, from, count) OF(backward)(keeps, tiles, g, from, count)
#define CASE(KEEPS)                                                              \
  static void OF(forward_##KEEPS)(struct ridge * p, int first, int tiles) {      \
    const int keeps = KEEPS;                                                     \
    FOR_EACH_GROUP(FORWARD)                                                      \
  }                                                                              \
  static void OF(backward_##KEEPS)(struct ridge * p, int first, int tiles) {     \
    const int keeps = KEEPS;                                                     \
    BACKWARD_STRIP(BACKWARD)                                                     \
  }
CASE(0)
CASE(1)

static strip *const JOIN(many_forward_, MANY)[2] = {OF(forward_0), OF(forward_1)};
static strip *const JOIN(many_backward_, MANY)[2] = {OF(backward_0), OF(backward_1)};

#undef JOIN_
#undef JOIN
#undef OF
#undef FORWARD
#undef BACKWARD
#undef CASE
