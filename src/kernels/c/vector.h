/*
 * A tile is 8 neurons: the lanes of SUB vectors of VECTOR_BYTES = 16, 32 or 64 bytes. Every operation is exact or
 * rounded once, as IEEE 754 asks, and a lane never depends on how many there are: with -ffp-contract=off, which
 * forbids fused multiply-adds, a kernel has the same bits at every width and in JavaScript.
 */
#ifndef MUFLOW_VECTOR_H
#define MUFLOW_VECTOR_H

#include <stdint.h>

#if VECTOR_BYTES != 16 && VECTOR_BYTES != 32 && VECTOR_BYTES != 64
#error "VECTOR_BYTES is 16, 32 or 64"
#endif

#if defined __wasm_simd128__ && VECTOR_BYTES == 16
#define VECTOR_WASM
#include <wasm_simd128.h>
#elif defined __x86_64__
#include <immintrin.h>
#if VECTOR_BYTES == 16
#define VECTOR_SSE2
#elif VECTOR_BYTES == 32 && defined __AVX2__
#define VECTOR_AVX2
#elif VECTOR_BYTES == 64 && defined __AVX512F__ && defined __AVX512DQ__
#define VECTOR_AVX512
#endif
#elif defined __aarch64__ && VECTOR_BYTES == 16
#define VECTOR_NEON
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/** The lanes of a vector, and the vectors of a tile. */
#define LANES (VECTOR_BYTES / 8)
#define SUB (8 / LANES)

typedef double V __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t VI __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t VU __attribute__((vector_size(VECTOR_BYTES)));

/** One truth value per lane. */
#ifdef VECTOR_AVX512
typedef __mmask8 M;
#else
typedef VI M;
#endif

/** x in every lane. Less 0, because that is exact for -0 too, and both compilers see a broadcast in it. */
INLINE V splat(double x) {
  return x - (V){0};
}

INLINE VU splat_bits(uint64_t x) {
  return x + (VU){0};
}

/** The vector at p, which is aligned to VECTOR_BYTES. */
INLINE V load(const double *p) {
  return *(const V *)p;
}

INLINE void store(double *p, V x) {
  *(V *)p = x;
}

typedef double ANYWHERE_V __attribute__((vector_size(VECTOR_BYTES), aligned(8)));

/** The vector at p, wherever that is. */
INLINE V load_anywhere(const double *p) {
  return *(const ANYWHERE_V *)p;
}

INLINE void store_anywhere(double *p, V x) {
  *(ANYWHERE_V *)p = x;
}

/** An address that a head holds as a number. */
#define POINTER(type, address) ((type *)(uintptr_t)(address))

/** a < b ? a : b, lane by lane: b where either is NaN, and b of two zeros. */
INLINE V minimum(V a, V b) {
#if defined VECTOR_WASM
  return (V)wasm_f64x2_pmin((v128_t)b, (v128_t)a);
#elif defined VECTOR_SSE2
  return (V)_mm_min_pd((__m128d)a, (__m128d)b);
#elif defined VECTOR_AVX2
  return (V)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif defined VECTOR_AVX512
  return (V)_mm512_min_pd((__m512d)a, (__m512d)b);
#else
  const VI less = (VI)(a < b);
  return (V)(((VI)a & less) | ((VI)b & ~less));
#endif
}

/** a > b ? a : b, lane by lane: b where either is NaN, and b of two zeros. */
INLINE V maximum(V a, V b) {
#if defined VECTOR_WASM
  return (V)wasm_f64x2_pmax((v128_t)b, (v128_t)a);
#elif defined VECTOR_SSE2
  return (V)_mm_max_pd((__m128d)a, (__m128d)b);
#elif defined VECTOR_AVX2
  return (V)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif defined VECTOR_AVX512
  return (V)_mm512_max_pd((__m512d)a, (__m512d)b);
#else
  const VI more = (VI)(a > b);
  return (V)(((VI)a & more) | ((VI)b & ~more));
#endif
}

/** The comparisons of C: false where either side is NaN. */
INLINE M less(V a, V b) {
#ifdef VECTOR_AVX512
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
#else
  return (M)(a < b);
#endif
}

INLINE M at_most(V a, V b) {
#ifdef VECTOR_AVX512
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LE_OQ);
#else
  return (M)(a <= b);
#endif
}

INLINE M equal(V a, V b) {
#ifdef VECTOR_AVX512
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_EQ_OQ);
#else
  return (M)(a == b);
#endif
}

/** m ? a : b. */
INLINE V choose(M m, V a, V b) {
#if defined VECTOR_AVX512
  return (V)_mm512_mask_blend_pd(m, (__m512d)b, (__m512d)a);
#elif defined VECTOR_AVX2
  return (V)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)m);
#elif defined VECTOR_WASM
  return (V)wasm_v128_bitselect((v128_t)a, (v128_t)b, (v128_t)m);
#else
  return (V)(((VI)a & m) | ((VI)b & ~m));
#endif
}

/** m ? a : +0. */
INLINE V keep(M m, V a) {
#ifdef VECTOR_AVX512
  return (V)_mm512_maskz_mov_pd(m, (__m512d)a);
#else
  return (V)((VI)a & m);
#endif
}

#define SIGN_BIT 0x8000000000000000u

/** |x|. */
INLINE V magnitude(V x) {
  return (V)((VU)x & splat_bits(~SIGN_BIT));
}

/** x with its sign bit set where that of y is. */
INLINE V with_sign_of(V x, V y) {
  return (V)((VU)x | ((VU)y & splat_bits(SIGN_BIT)));
}

INLINE V square_root(V x) {
#if defined VECTOR_WASM
  return (V)wasm_f64x2_sqrt((v128_t)x);
#elif defined VECTOR_SSE2
  return (V)_mm_sqrt_pd((__m128d)x);
#elif defined VECTOR_AVX2
  return (V)_mm256_sqrt_pd((__m256d)x);
#elif defined VECTOR_AVX512
  return (V)_mm512_sqrt_pd((__m512d)x);
#elif defined VECTOR_NEON
  return (V)vsqrtq_f64((float64x2_t)x);
#else
  /* An instruction wherever -fno-math-errno allows it. */
  V root = x;
  for (int lane = 0; lane < LANES; lane++) root[lane] = __builtin_sqrt(x[lane]);
  return root;
#endif
}

/** 64-bit products of the low halves of the lanes; the high halves of a hold anything, those of b zeros. */
INLINE VU multiply_words(VU a, VU b) {
#if defined VECTOR_SSE2
  return (VU)_mm_mul_epu32((__m128i)a, (__m128i)b);
#elif defined VECTOR_AVX2
  return (VU)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined VECTOR_AVX512
  return (VU)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#else
  return (a & splat_bits(0xffffffffu)) * b;
#endif
}

/* The lanes of two vectors, chosen at compile time. */
#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (VI){__VA_ARGS__})
#endif

/** a0 b0 a2 b2 ... */
INLINE V even_lanes(V a, V b) {
#if LANES == 2
  return SHUFFLE(a, b, 0, 2);
#elif LANES == 4
  return SHUFFLE(a, b, 0, 4, 2, 6);
#else
  return SHUFFLE(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
#endif
}

/** a1 b1 a3 b3 ... */
INLINE V odd_lanes(V a, V b) {
#if LANES == 2
  return SHUFFLE(a, b, 1, 3);
#elif LANES == 4
  return SHUFFLE(a, b, 1, 5, 3, 7);
#else
  return SHUFFLE(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
#endif
}

/** The lanes from the last to the first. */
INLINE V reversed(V a) {
#if LANES == 2
  return SHUFFLE(a, a, 1, 0);
#elif LANES == 4
  return SHUFFLE(a, a, 3, 2, 1, 0);
#else
  return SHUFFLE(a, a, 7, 6, 5, 4, 3, 2, 1, 0);
#endif
}

#endif
