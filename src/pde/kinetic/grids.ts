// What a grid is asked for, of θ and of (θ, ω): the schemes for a motion, defaults, and what is not allowed.

import type { Breach } from "../../base/breach.ts";
import { hasMomenta, type Motion, traitBreaches } from "../../dynamics/motion.ts";
import { WORD_NAMES, type WordName } from "../../dynamics/words.ts";
import type { Scheme } from "../fokker-planck/scheme.ts";
import { FIRST_ORDER_NAMES, FIRST_ORDER_SCHEMES, type FirstOrderScheme } from "../fokker-planck/schemes.ts";
import { KINETIC_NAMES, KINETIC_SCHEMES, type KineticScheme } from "./schemes.ts";
import { phaseBreaches } from "./step.ts";

export const SCHEME_NAMES = [...FIRST_ORDER_NAMES, ...KINETIC_NAMES];
type SchemeName = (typeof SCHEME_NAMES)[number];

/** The schemes for a motion, the default first. */
function schemesFor(motion: Motion): readonly SchemeName[] {
  return hasMomenta(motion) ? KINETIC_NAMES : FIRST_ORDER_NAMES;
}

/** What the experiment file says of them. */
export function schemesText(): string {
  const listed = (schemes: readonly Scheme[]) =>
    schemes
      .map(({ name, description }, k) => {
        const notes = [k === 0 ? "default" : "", description].filter(Boolean).join("; ");
        return notes === "" ? name : `${name} (${notes})`;
      })
      .join(" or ");
  return `first-order dynamics: ${listed(FIRST_ORDER_SCHEMES)}; kinetic: ${listed(KINETIC_SCHEMES)}`;
}

/** What a grid is asked for besides its cells; what is undefined is its default. */
export interface GridSettings {
  readonly cells: number | readonly number[];
  readonly scheme?: SchemeName | undefined;
  readonly integrator?: WordName | undefined;
  readonly order?: 2 | 4 | undefined;
  readonly refine?: boolean | undefined;
}

/** Of a kinetic grid. */
const WORD: WordName = "aboba";

/** The settings with defaults filled in, without momenta the scheme alone. The breaches have made sure that the scheme is one for the motion. */
export function gridDefaults(
  { scheme, integrator = WORD, order = 2, refine = false }: Omit<GridSettings, "cells">,
  motion: Motion,
):
  | { scheme: FirstOrderScheme }
  | { scheme: KineticScheme; integrator: WordName; order: 2 | 4; refine: boolean } {
  const chosen = scheme ?? schemesFor(motion)[0]!;
  return hasMomenta(motion)
    ? { scheme: chosen as KineticScheme, integrator, order, refine }
    : { scheme: chosen as FirstOrderScheme };
}

/** A scheme for other dynamics, keys that only kinetic grids have, and what these do not allow. */
export function gridBreaches(settings: GridSettings, motion: Motion): Breach[] {
  const { cells, scheme, integrator, order, refine } = settings;
  const { kind } = motion;
  const among = (key: string, found: unknown, all: readonly unknown[], where = "") =>
    found === undefined || all.includes(found)
      ? []
      : [{ key: [key], found, allowed: all.join(", ") + where }];
  const schemes = schemesFor(motion);
  const unknown = among("scheme", scheme, schemes, ` with ${kind}`);
  if (!hasMomenta(motion)) {
    const allowed = `nothing with ${kind}; only kinetic grids have it`;
    const foreign = Object.entries({ integrator, order, refine }).filter(([, found]) => found !== undefined);
    return [
      ...traitBreaches(motion, "grid"),
      ...unknown,
      ...foreign.map(([key, found]) => ({ key: [key], found, allowed })),
    ];
  }
  const used = (unknown.length > 0 || scheme === undefined ? schemes[0]! : scheme) as KineticScheme;
  return [
    ...unknown,
    ...among("integrator", integrator, WORD_NAMES),
    ...among("order", order, [2, 4]),
    ...phaseBreaches(used, { cells, order: order ?? 2 }, motion),
  ];
}
