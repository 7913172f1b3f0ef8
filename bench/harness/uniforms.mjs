// Data that are the same everywhere: Lehmer's generator (Park, Miller 1988).

/** Numbers in (−1, 1). */
export function uniforms(seed) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
}
