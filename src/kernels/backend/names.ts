// Names of backends, for those who ask for one before any is loaded.

/** Those that give the same bits; auto: the fastest that is there. */
export const EXACT_BACKENDS = ["auto", "native", "wasm", "js"] as const;
/** gpu computes sums over neurons and data in single precision: other bits. */
export const BACKENDS = [...EXACT_BACKENDS, "gpu"] as const;
export type Backend = (typeof BACKENDS)[number];
