/*
 * The kernels by name. Each takes the address of a block, whose head says what is in it, two numbers, which are the first part of the
 * work and the one past the last where several threads share it, and which of these threads calls: for scratch memory, for nothing else.
 */
#ifndef MUFLOW_KERNELS_H
#define MUFLOW_KERNELS_H

#define UNUSED __attribute__((unused))

typedef void kernel(void *block, int a, int b, int rank);

#define FOR_EACH_KERNEL(DO) \
  DO(ridge_pack)            \
  DO(ridge_begin)           \
  DO(ridge_forward)         \
  DO(ridge_fold)            \
  DO(ridge_backward)        \
  DO(ridge_weigh)           \
  DO(run_works)             \
  DO(fill_normals)          \
  DO(fill_phases)           \
  DO(move_spectral)         \
  DO(move_positive)         \
  DO(sum_scores)            \
  DO(sum_rows)              \
  DO(sum_density)           \
  DO(lines_solve)           \
  DO(lines_derivative)      \
  DO(lines_dissipation)     \
  DO(features_collapse)     \
  DO(features_integrate)    \
  DO(features_combine)      \
  DO(features_spread)

#endif
