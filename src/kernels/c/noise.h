/*
 * The random numbers of src/base/normal.ts, with the same bits: four Philox words for a pair of neurons, 2m and
 * 2m + 1, and Box-Muller. A cell is a row of a tile: 8 numbers of 4 blocks of words. Two cells are filled at once,
 * one in the even lanes and one in the odd: so one shuffle brings the two numbers of each pair side by side.
 */
#ifndef MUFLOW_NOISE_H
#define MUFLOW_NOISE_H

#include "elementary.h"

#define PHILOX_ROUNDS 10
#define PHILOX_M0 0xd2511f53u
#define PHILOX_M1 0xcd9e8d57u
#define PHILOX_WEYL_0 0x9e3779b9u
#define PHILOX_WEYL_1 0xbb67ae85u

#ifdef VECTOR_WASM

/* Vectors of 32-bit words, since a product of words takes half a vector of them: the lanes of two V. */
typedef uint32_t VW __attribute__((vector_size(16)));
#define WORD_VECTORS (SUB / 2)

INLINE VW splat_word(uint32_t x) {
  return x + (VW){0};
}

/** x in the lanes of the cell in even lanes, y in those of the other. */
INLINE VW alternate(uint32_t x, uint32_t y) {
  return (VW){x, y, x, y};
}

/** The number of a pair in its cell, in vector i of WORD_VECTORS. */
INLINE VW pair_in_cell(uint32_t i) {
  return 2 * i + (VW){0, 0, 1, 1};
}

INLINE void multiply(VW a, uint32_t b, VW *low, VW *high) {
  const v128_t even = wasm_u64x2_extmul_low_u32x4((v128_t)a, wasm_u32x4_splat(b));
  const v128_t odd = wasm_u64x2_extmul_high_u32x4((v128_t)a, wasm_u32x4_splat(b));
  *low = (VW)wasm_i32x4_shuffle(even, odd, 0, 2, 4, 6);
  *high = (VW)wasm_i32x4_shuffle(even, odd, 1, 3, 5, 7);
}

#else

/* A word in the low half of each 64-bit lane, whatever the high half: no product then needs a shuffle. */
typedef VU VW;
#define WORD_VECTORS SUB

INLINE VW splat_word(uint32_t x) {
  return splat_bits(x);
}

INLINE VW alternate(uint32_t x, uint32_t y) {
  return (VU)even_lanes((V)splat_bits(x), (V)splat_bits(y));
}

INLINE VW pair_in_cell(uint32_t i) {
  VW pair = {0};
  for (int lane = 0; lane < LANES; lane++) pair[lane] = i * (LANES / 2) + lane / 2;
  return pair;
}

INLINE void multiply(VW a, uint32_t b, VW *low, VW *high) {
  const VU product = multiply_words(a, splat_bits(b));
  *low = product;
  *high = product >> 32;
}

#endif

/** The keys of the rounds. */
typedef struct {
  VW of[PHILOX_ROUNDS][2];
} Keys;

INLINE void keys_of_rounds(Keys *keys, uint32_t k0, uint32_t k1) {
  for (uint32_t round = 0; round < PHILOX_ROUNDS; round++) {
    keys->of[round][0] = splat_word(k0 + round * PHILOX_WEYL_0);
    keys->of[round][1] = splat_word(k1 + round * PHILOX_WEYL_1);
  }
}

/** The four words of the blocks whose counters come in the same place. */
INLINE void philox(VW word[WORD_VECTORS][4], const Keys *keys) {
  UNROLL for (int round = 0; round < PHILOX_ROUNDS; round++) {
    UNROLL for (int i = 0; i < WORD_VECTORS; i++) {
      VW low0, high0, low1, high1;
      multiply(word[i][0], PHILOX_M0, &low0, &high0);
      multiply(word[i][2], PHILOX_M1, &low1, &high1);
      word[i][0] = high1 ^ (word[i][1] ^ keys->of[round][0]);
      word[i][2] = high0 ^ (word[i][3] ^ keys->of[round][1]);
      word[i][1] = low1;
      word[i][3] = low0;
    }
  }
}

/** Words as 64-bit integers: word w of the blocks in the lanes of vector s of SUB. */
INLINE VU wide_word(VW word[WORD_VECTORS][4], int s, int w) {
#ifdef VECTOR_WASM
  const v128_t words = (v128_t)word[s / 2][w];
  return (VU)(s % 2 == 0 ? wasm_u64x2_extend_low_u32x4(words) : wasm_u64x2_extend_high_u32x4(words));
#else
  return word[s][w] & splat_bits(0xffffffffu);
#endif
}

/* Integers become doubles as the last bits of a power of two, which is then subtracted: 2^21 w from 2^73, because
   doubles there are 2^21 apart, and what is below 2^21 from 2^52. The sum of both, below 2^53, is exact. */
#define BITS_2_73 0x4480000000000000u
#define BITS_2_52 0x4330000000000000u

/** 2^21 high + low, high < 2^32 and low <= 2^21; `shift` is subtracted too, a multiple of 2^21. */
INLINE V whole(VU high, VU low, double shift) {
  const V above = (V)(high | splat_bits(BITS_2_73)) - splat(0x1p73 + 0x1p52 + shift);
  return above + (V)(low + splat_bits(BITS_2_52));
}

/** Two normals of each block. */
INLINE void normals_of_block(VU a, VU b, VU c, VU d, V *even, V *odd) {
  const V u = whole(a, (b >> 11) + splat_bits(1), 0) * splat(0x1p-53);
  const V radius = square_root(splat(-2) * log_normal(u));
  /* The angle is (2^51 quarter + rest) / 2^53 of the circle, |rest| <= 2^50. The quarter is in bits 30 and 31 of t:
     its cosine and sine are 1 and 0, which bit 30 exchanges and bit 31 negates. */
  const VU t = c + splat_bits(0x20000000u);
  const V r = whole(t & splat_bits(0x3fffffffu), d >> 11, 0x1p50) * splat(6.975736996017264e-16);
  const VU aside = splat_bits(0) - ((t >> 30) & splat_bits(1));
  const VU one = (VU)splat(1) | ((t << 32) & splat_bits(SIGN_BIT));
  const V x = radius * (V)(one & ~aside);
  const V y = radius * (V)(one & aside);
  const V cosine = cos_reduced(r);
  const V sine = sin_reduced(r);
  *even = x * cosine - y * sine;
  *odd = x * sine + y * cosine;
}

/** Two uniforms of each block. */
INLINE void uniforms_of_block(VU a, VU b, VU c, VU d, V *even, V *odd) {
  *even = whole(a, (b >> 11) | splat_bits(1), 0) * splat(0x1p-53);
  *odd = whole(c, (d >> 11) | splat_bits(1), 0) * splat(0x1p-53);
}

/** What the numbers of a step depend on: the key, the words of the step, and the lane of row 0. */
typedef struct {
  uint32_t k0, k1, step_low, step_high, lane0;
} Stream;

/** Rows 0 .. rows - 1 of the tiles first .. end - 1, rows innermost. */
INLINE void fill(double *out, uint32_t first, uint32_t end, uint32_t rows, const Stream *stream,
                 void (*of_block)(VU a, VU b, VU c, VU d, V *even, V *odd)) {
  Keys keys;
  keys_of_rounds(&keys, stream->k0, stream->k1);
  const uint32_t cells = (end - first) * rows;
  uint32_t tile = first;
  uint32_t row = 0;
  for (uint32_t cell = 0; cell < cells; cell += 2) {
    /* A last cell without a second is filled twice. */
    const int pair = cell + 1 < cells;
    const uint32_t wrap = row + 1 == rows;
    const uint32_t next_row = pair ? (wrap ? 0 : row + 1) : row;
    const uint32_t next_tile = pair ? tile + wrap : tile;
    const VW lane = alternate(stream->lane0 + row, stream->lane0 + next_row);
    const VW block = alternate(4 * tile, 4 * next_tile);
    VW word[WORD_VECTORS][4];
    UNROLL for (int i = 0; i < WORD_VECTORS; i++) {
      word[i][0] = block + pair_in_cell(i);
      word[i][1] = splat_word(stream->step_low);
      word[i][2] = splat_word(stream->step_high);
      word[i][3] = lane;
    }
    philox(word, &keys);
    double *to = out + 8 * (uintptr_t)cell;
    double *next_to = pair ? to + 8 : to;
    UNROLL for (int s = 0; s < SUB; s++) {
      V even, odd;
      of_block(wide_word(word, s, 0), wide_word(word, s, 1), wide_word(word, s, 2), wide_word(word, s, 3),
               &even, &odd);
      store(to + s * LANES, even_lanes(even, odd));
      store(next_to + s * LANES, odd_lanes(even, odd));
    }
    row = next_row + 1 == rows ? 0 : next_row + 1;
    tile = next_tile + (row == 0);
  }
}

/**
 * out[((tile - first) rows + k) 8 + l] = the standard normal of neuron 8 tile + l, lane lane0 + k, for k < rows and
 * first <= tile < end.
 */
INLINE void normals(double *out, uint32_t first, uint32_t end, uint32_t rows, const Stream *stream) {
  fill(out, first, end, rows, stream, normals_of_block);
}

/** Uniforms likewise. */
INLINE void uniforms(double *out, uint32_t first, uint32_t end, uint32_t rows, const Stream *stream) {
  fill(out, first, end, rows, stream, uniforms_of_block);
}

#endif
