// The schemes for first-order dynamics on a grid, p = 1, 2, 3: ∂_tμ = ∇·(D(μ∇Φ[μ] + τ∇μ)) [+ κμ(∫ξdμ − ξ), ξ = Φ + τ log μ].

import { IMPLICIT } from "./implicit.ts";
import type { FirstOrderRecord } from "./scheme.ts";
import { SECOND_ORDER } from "./second-order.ts";

export const FIRST_ORDER_SCHEMES = [IMPLICIT, SECOND_ORDER] as const;
export const FIRST_ORDER_NAMES = FIRST_ORDER_SCHEMES.map(({ name }) => name);
export type FirstOrderScheme = (typeof FIRST_ORDER_NAMES)[number];

/** The record of that name. */
export function firstOrderScheme(name: FirstOrderScheme): FirstOrderRecord {
  return FIRST_ORDER_SCHEMES.find((scheme) => scheme.name === name)!;
}
