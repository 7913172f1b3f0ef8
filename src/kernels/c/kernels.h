/* The kernels by name. Each takes the address of a block, whose head says what is in it, and two numbers. */
#ifndef MUFLOW_KERNELS_H
#define MUFLOW_KERNELS_H

#define UNUSED __attribute__((unused))

typedef void kernel(void *block, int a, int b);

#define FOR_EACH_KERNEL(DO) \
  DO(ridge_begin)           \
  DO(ridge_forward)         \
  DO(ridge_fold)            \
  DO(ridge_backward)        \
  DO(ridge_weigh)           \
  DO(fill_normals)

#endif
