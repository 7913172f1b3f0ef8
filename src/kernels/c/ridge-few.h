/* The loops of ridge.h for one activation, FEW, and one or two inputs: a neuron's weights and sums stay in registers. */

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define OF(name) JOIN(name##_few_, FEW)

INLINE void OF(forward)(const int inputs, const int keeps, const int tiles, const struct group *g) {
  const struct ridge *p = g->p;
  const double *x = AT(p, x);
  const long size = p->size;
  V a[2], b[2], w[2][2];
  for (int n = 0; n < tiles; n++) {
    a[n] = load(g->a[n]);
    b[n] = load(g->w[n] + inputs * 8);
    for (int k = 0; k < inputs; k++) w[n][k] = load(g->w[n] + k * 8);
  }
  for (long i = 0; i < size; i++) {
    V c = g->c[i];
    for (int n = 0; n < tiles; n++) {
      V z = b[n];
      for (int k = 0; k < inputs; k++) z += w[n][k] * splat(x[k * size + i]);
      const V s = JOIN(value_, FEW)(z);
      if (keeps) g->kept[i * tiles + n] = s;
      c += a[n] * s;
    }
    g->c[i] = c;
  }
}

INLINE void OF(backward)(const int inputs, const int keeps, const int tiles, const struct group *g) {
  const struct ridge *p = g->p;
  const double *x = AT(p, x), *r = AT(p, residual);
  const long size = p->size;
  V b[2], w[2][2], outer[2], bias[2], slope[2][2];
  for (int n = 0; n < tiles; n++) {
    outer[n] = bias[n] = splat(0);
    b[n] = load(g->w[n] + inputs * 8);
    for (int k = 0; k < inputs; k++) {
      slope[n][k] = splat(0);
      w[n][k] = load(g->w[n] + k * 8);
    }
  }
  for (long i = 0; i < size; i++) {
    const V weight = splat(r[i]);
    V input[2];
    for (int k = 0; k < inputs; k++) input[k] = splat(x[k * size + i]);
    for (int n = 0; n < tiles; n++) {
      V z = b[n];
      for (int k = 0; k < inputs; k++) z += w[n][k] * input[k];
      const V s = keeps ? g->kept[i * tiles + n] : JOIN(value_, FEW)(z);
      const V product = weight * s;
      const V d = JOIN(pull_, FEW)(weight, z, s, product);
      outer[n] += product;
      bias[n] += d;
      for (int k = 0; k < inputs; k++) slope[n][k] += input[k] * d;
    }
  }
  for (int n = 0; n < tiles; n++) {
    store(g->sums[n], outer[n]);
    store(g->sums[n] + 8, bias[n]);
    for (int k = 0; k < inputs; k++) store(g->sums[n] + (2 + k) * 8, slope[n][k]);
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
