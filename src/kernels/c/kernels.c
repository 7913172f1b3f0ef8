/*
 * All kernels, one translation unit: exports of a WebAssembly module, or a table that native.c, which includes this, hands out.
 * Nothing here allocates, and no library is called.
 */
#include "kernels.h"
#include "density-sums.h"
#include "features.h"
#include "lines.h"
#include "noise-kernel.h"
#include "positive.h"
#include "ridge.h"
#include "score.h"
#include "spectral.h"
#include "works.h"

#ifdef __wasm__
#define KERNEL(name)                                                                                      \
  __attribute__((export_name(#name))) void wasm_##name(void *block, int a, int b, int rank) {             \
    name(block, a, b, rank);                                                                              \
  }
FOR_EACH_KERNEL(KERNEL)
#else
#define KERNEL(name) name,
static kernel *const kernels[] = {FOR_EACH_KERNEL(KERNEL)};
#endif
