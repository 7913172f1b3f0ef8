// The schemes for densities of (θ, ω).

import { POSITIVE } from "./positive.ts";
import type { KineticRecord } from "./scheme.ts";
import { SPECTRAL } from "./spectral.ts";

export const KINETIC_SCHEMES = [SPECTRAL, POSITIVE] as const;
export const KINETIC_NAMES = KINETIC_SCHEMES.map(({ name }) => name);
export type KineticScheme = (typeof KINETIC_NAMES)[number];

/** The record of that name. */
export function kineticScheme(name: KineticScheme): KineticRecord {
  return KINETIC_SCHEMES.find((scheme) => scheme.name === name)!;
}
