// The schemes for densities of (θ, ω).

import { POSITIVE } from "./positive.ts";
import type { KineticRecord } from "./scheme.ts";
import { SPECTRAL } from "./spectral.ts";

export const KINETIC_SCHEMES = [SPECTRAL, POSITIVE] as const;
export type KineticScheme = (typeof KINETIC_SCHEMES)[number]["name"];

/** The record of that name. */
export function kineticScheme(name: KineticScheme): KineticRecord {
  return KINETIC_SCHEMES.find((scheme) => scheme.name === name)!;
}
