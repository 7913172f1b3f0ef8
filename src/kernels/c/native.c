/*
 * The kernels as a Node addon: N-API functions of their names, for vectors of one kind, LEVEL. On a processor that does not have
 * them it loads and offers nothing but its level. A block lies in an ArrayBuffer; its address goes through JavaScript as a number.
 */
#include <node_api.h>
#include <stdint.h>

#include "kernels.c"

#define TEXT_(level) #level
#define TEXT(level) TEXT_(level)

/* What runs before it is known whether the processor has those vectors must not use them, as compilers do to copy
   anything; nor become part of a function that may. */
#ifdef __x86_64__
#define ANYWHERE __attribute__((noinline, target("general-regs-only")))
#else
#define ANYWHERE
#endif

ANYWHERE
static int runs_here(void) {
#if defined __AVX512F__
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#elif defined __AVX2__
  return __builtin_cpu_supports("avx2");
#else
  return 1;
#endif
}

static napi_value call(napi_env env, napi_callback_info info) {
  napi_value given[4];
  size_t count = 4;
  void *which;
  int64_t block = 0;
  int32_t a = 0, b = 0, rank = 0;
  napi_get_cb_info(env, info, &count, given, NULL, &which);
  napi_get_value_int64(env, given[0], &block);
  napi_get_value_int32(env, given[1], &a);
  napi_get_value_int32(env, given[2], &b);
  napi_get_value_int32(env, given[3], &rank);
  kernels[(uintptr_t)which]((void *)(intptr_t)block, a, b, rank);
  return NULL;
}

/** The address of an ArrayBuffer or SharedArrayBuffer, given as a Uint8Array of it. */
static napi_value address(napi_env env, napi_callback_info info) {
  napi_value given[1], result;
  size_t count = 1;
  void *data = NULL;
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  if (napi_get_typedarray_info(env, given[0], NULL, NULL, &data, NULL, NULL) != napi_ok) {
    napi_throw_type_error(env, NULL, "address: a Uint8Array is needed");
    return NULL;
  }
  napi_create_int64(env, (int64_t)(intptr_t)data, &result);
  return result;
}

ANYWHERE
static void define(napi_env env, napi_value exports, const char *name, napi_callback of, uintptr_t data) {
  napi_value made;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, of, (void *)data, &made);
  napi_set_named_property(env, exports, name, made);
}

ANYWHERE
static napi_value offer(napi_env env, napi_value exports) {
  static const char *const names[] = {
#define NAME(name) #name,
      FOR_EACH_KERNEL(NAME)};
  napi_value level;
  napi_create_string_utf8(env, TEXT(LEVEL), NAPI_AUTO_LENGTH, &level);
  napi_set_named_property(env, exports, "level", level);
  if (!runs_here()) return exports;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) define(env, exports, names[i], call, i);
  define(env, exports, "address", address, 0);
  return exports;
}

NAPI_MODULE_INIT() {
  return offer(env, exports);
}
