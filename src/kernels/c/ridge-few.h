/* The loops of ridge.h for one activation, FEW, and one or two inputs: a neuron's weights and sums stay in registers. */

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define OF(name) JOIN(name##_few_, FEW)

/** `rows` neighbouring data, from i on. */
INLINE void OF(forward_at)(const int inputs, const int keeps, const int tiles, const int rows, const struct group *g,
                           const V *a, const V *b, const V (*w)[2], long i) {
  const double *x = AT(g->p, x);
  const long stride = g->p->stride;
  V s[2][2];
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int n = 0; n < tiles; n++) {
    V z = b[n];
    for (int k = 0; k < inputs; k++) z += w[n][k] * splat(x[k * stride + i + q]);
    s[q][n] = JOIN(value_, FEW)(z);
  }
  UNROLL for (int q = 0; q < rows; q++) {
    V c = g->c[i + q];
    UNROLL for (int n = 0; n < tiles; n++) {
      if (keeps) g->kept[(i + q) * tiles + n] = s[q][n];
      c += a[n] * s[q][n];
    }
    g->c[i + q] = c;
  }
}

INLINE void OF(forward)(const int inputs, const int keeps, const int tiles, const struct group *g) {
  const long size = g->p->size;
  V a[2], b[2], w[2][2];
  for (int n = 0; n < tiles; n++) {
    a[n] = load(g->a[n]);
    b[n] = load(g->w[n] + inputs * 8);
    for (int k = 0; k < inputs; k++) w[n][k] = load(g->w[n] + k * 8);
  }
  long i = 0;
  for (; i + 2 <= size; i += 2) OF(forward_at)(inputs, keeps, tiles, 2, g, a, b, (const V(*)[2])w, i);
  if (i < size) OF(forward_at)(inputs, keeps, tiles, 1, g, a, b, (const V(*)[2])w, i);
}

/** The sums of a pair of tiles, as they grow. */
struct OF(sums) {
  V outer[2], bias[2], slope[2][2];
};

INLINE void OF(backward_at)(const int inputs, const int keeps, const int tiles, const int rows,
                            const struct group *g, const V *b, const V (*w)[2], long i, struct OF(sums) * sums) {
  const double *x = AT(g->p, x), *r = AT(g->p, residual);
  const long stride = g->p->stride;
  V weight[2], input[2][2], z[2][2], s[2][2];
  UNROLL for (int q = 0; q < rows; q++) {
    weight[q] = splat(r[i + q]);
    for (int k = 0; k < inputs; k++) input[q][k] = splat(x[k * stride + i + q]);
    UNROLL for (int n = 0; n < tiles; n++) {
      z[q][n] = b[n];
      for (int k = 0; k < inputs; k++) z[q][n] += w[n][k] * input[q][k];
      s[q][n] = keeps ? g->kept[(i + q) * tiles + n] : JOIN(value_, FEW)(z[q][n]);
    }
  }
  UNROLL for (int q = 0; q < rows; q++) UNROLL for (int n = 0; n < tiles; n++) {
    const V product = weight[q] * s[q][n];
    const V d = JOIN(pull_, FEW)(weight[q], s[q][n], product);
    sums->outer[n] += product;
    sums->bias[n] += d;
    for (int k = 0; k < inputs; k++) sums->slope[n][k] += input[q][k] * d;
  }
}

INLINE void OF(backward)(const int inputs, const int keeps, const int tiles, const struct group *g) {
  const long size = g->p->size;
  V b[2], w[2][2];
  struct OF(sums) sums;
  for (int n = 0; n < tiles; n++) {
    sums.outer[n] = sums.bias[n] = splat(0);
    b[n] = load(g->w[n] + inputs * 8);
    for (int k = 0; k < inputs; k++) {
      sums.slope[n][k] = splat(0);
      w[n][k] = load(g->w[n] + k * 8);
    }
  }
  long i = 0;
  for (; i + 2 <= size; i += 2) OF(backward_at)(inputs, keeps, tiles, 2, g, b, (const V(*)[2])w, i, &sums);
  if (i < size) OF(backward_at)(inputs, keeps, tiles, 1, g, b, (const V(*)[2])w, i, &sums);
  for (int n = 0; n < tiles; n++) {
    store(g->sums[n], sums.outer[n]);
    store(g->sums[n] + 8, sums.bias[n]);
    for (int k = 0; k < inputs; k++) store(g->sums[n] + (2 + k) * 8, sums.slope[n][k]);
  }
}

#define FORWARD(tiles, g) OF(forward)(inputs, keeps, tiles, g)
#define BACKWARD(tiles, g) OF(backward)(inputs, keeps, tiles, g)
#define CASE(INPUTS, KEEPS)                                                                        \
  static void OF(forward_##INPUTS##_##KEEPS)(struct ridge * p, int first, int tiles) {             \
    const int inputs = INPUTS, keeps = KEEPS;                                                      \
    FOR_EACH_GROUP(FORWARD)                                                                        \
  }                                                                                                \
  static void OF(backward_##INPUTS##_##KEEPS)(struct ridge * p, int first, int tiles) {            \
    const int inputs = INPUTS, keeps = KEEPS;                                                      \
    FOR_EACH_GROUP(BACKWARD)                                                                       \
  }
CASE(1, 0)
CASE(1, 1)
CASE(2, 0)
CASE(2, 1)

static strip *const JOIN(few_forward_, FEW)[2][2] = {
    {OF(forward_1_0), OF(forward_1_1)}, {OF(forward_2_0), OF(forward_2_1)}};
static strip *const JOIN(few_backward_, FEW)[2][2] = {
    {OF(backward_1_0), OF(backward_1_1)}, {OF(backward_2_0), OF(backward_2_1)}};

#undef JOIN_
#undef JOIN
#undef OF
#undef FORWARD
#undef BACKWARD
#undef CASE
