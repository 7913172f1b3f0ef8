/* The kernel of normals.ts: a block holds what the numbers depend on, and then the numbers. */
#ifndef MUFLOW_NOISE_KERNEL_H
#define MUFLOW_NOISE_KERNEL_H

#include "noise.h"

struct normals {
  Stream stream;
  int32_t rows, unused[10];
};

/** Those of the tiles first .. end - 1. */
static void fill_normals(void *block, int first, int end, UNUSED int rank) {
  const struct normals *p = block;
  normals((double *)block + 8, first, end, p->rows, &p->stream);
}

#endif
