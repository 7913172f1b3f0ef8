/*
 * The activations σ of src/problem/activation.ts on vectors of arguments z, with the same bits:
 * value_NAME(z) = σ(z), and pull_NAME(r, s, rs) = r σ′(z), given s = σ(z) and rs = r s; it is r slope_NAME(z, s) where slopes read z.
 * Branches became masks, and where a mask is not needed the comment says why.
 */
#ifndef MUFLOW_ACTIVATIONS_H
#define MUFLOW_ACTIVATIONS_H

#include "elementary.h"
#include "kernels.h"

/** DO(name, reads) in the order of ACTIVATION_NAMES; reads is 1 where slopes read z, and 0 where they do not. */
#define FOR_EACH_ACTIVATION(DO)                                                                             \
  DO(relu, 0)                                                                                               \
  DO(leaky_relu, 0)                                                                                         \
  DO(relu2, 1)                                                                                              \
  DO(relu3, 1)                                                                                              \
  DO(tanh, 0)                                                                                               \
  DO(sigmoid, 0)                                                                                            \
  DO(erf, 1)                                                                                                \
  DO(softplus, 1)                                                                                           \
  DO(gelu, 1)                                                                                               \
  DO(sin, 1)                                                                                                \
  DO(identity, 0)                                                                                           \
  DO(gaussian, 1)                                                                                           \
  DO(cubic_step, 1)

#define LEAK 0.01
#define SQRT_HALF 0.7071067811865476
#define TWO_OVER_SQRT_PI 1.1283791670955126
#define INVERSE_SQRT_TWO_PI 0.3989422804014327

#define VALUE(name) INLINE V value_##name(V z)
#define SLOPE(name) INLINE V slope_##name(UNUSED V z, UNUSED V s)
#define PULL(name)                                                                                          \
  INLINE V pull_##name(UNUSED V r, UNUSED V s, UNUSED V rs)

VALUE(relu) {
  return maximum(splat(0), z);
}
PULL(relu) {
  return keep(less(splat(0), s), r);
}

/* z > 0.01 z just where z > 0, unless both are infinite and the same. */
VALUE(leaky_relu) {
  return maximum(z, splat(LEAK) * z);
}
PULL(leaky_relu) {
  return choose(less(splat(0), s), r, splat(LEAK) * r);
}

VALUE(relu2) {
  return keep(less(splat(0), z), z) * z;
}
SLOPE(relu2) {
  return keep(less(splat(0), z), splat(2) * z);
}

VALUE(relu3) {
  return keep(less(splat(0), z), z * z) * z;
}
SLOPE(relu3) {
  return keep(less(splat(0), z), splat(3) * z * z);
}

VALUE(tanh) {
  return tanh_v(z);
}
PULL(tanh) {
  return r - rs * s;
}

VALUE(sigmoid) {
  return sigmoid_v(z);
}
PULL(sigmoid) {
  return rs - rs * s;
}

VALUE(erf) {
  return erf_v(z);
}
SLOPE(erf) {
  return splat(TWO_OVER_SQRT_PI) * exp_at_most_710(-z * z);
}

VALUE(softplus) {
  return softplus_v(z);
}
SLOPE(softplus) {
  return sigmoid_v(z);
}

VALUE(gelu) {
  return splat(0.5) * z * (splat(1) + erf_v(splat(SQRT_HALF) * z));
}
SLOPE(gelu) {
  const V phi = splat(INVERSE_SQRT_TWO_PI) * z * exp_at_most_710(splat(-0.5) * z * z);
  return splat(0.5) * (splat(1) + erf_v(splat(SQRT_HALF) * z)) + phi;
}

VALUE(sin) {
  return sin_v(z);
}
SLOPE(sin) {
  return cos_v(z);
}

VALUE(identity) {
  return z;
}
PULL(identity) {
  return r;
}

VALUE(gaussian) {
  return exp_at_most_710(splat(-0.5) * z * z);
}
SLOPE(gaussian) {
  return -z * s;
}

/* The branches beyond ±1/2 come from a distance to them cut at 0. */
VALUE(cubic_step) {
  const V d = maximum(splat(0), splat(0.5) - magnitude(z));
  const V rise = splat(4) * d * d * d;
  return choose(at_most(z, splat(0)), rise, splat(1) - rise);
}
SLOPE(cubic_step) {
  const V d = splat(0.5) - magnitude(z);
  return keep(less(splat(0), d), splat(12) * d * d);
}

#undef VALUE
#undef SLOPE
#undef PULL

#endif
