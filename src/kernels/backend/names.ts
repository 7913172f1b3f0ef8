// Names of backends, for those who ask for one before any is loaded.

/** auto: the fastest that is there. */
export const BACKENDS = ["auto", "native", "wasm", "js"] as const;
export type Backend = (typeof BACKENDS)[number];
