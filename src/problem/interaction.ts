// The pair interaction W between neurons: one of the kinds in interactions/, each in the file of its name.

import { requireMapping, requireWord } from "../base/keys.ts";
import {
  type AttentionOption,
  attention,
  type CircularInteraction,
  type CosineOption,
  cosine,
  type FourierOption,
  fourier,
} from "./interactions/circular.ts";
import { type GaussianInteraction, type GaussianOption, gaussian } from "./interactions/gaussian.ts";
import { type OwnInteraction, type OwnInteractionOption, ownInteraction } from "./interactions/own.ts";
import { type QuadraticInteraction, type QuadraticOption, quadratic } from "./interactions/quadratic.ts";

export type {
  AttentionOption,
  CircularInteraction,
  CosineOption,
  FourierOption,
  GaussianInteraction,
  GaussianOption,
  OwnInteraction,
  OwnInteractionOption,
  QuadraticInteraction,
  QuadraticOption,
};

export type InteractionOption =
  | QuadraticOption
  | CosineOption
  | GaussianOption
  | FourierOption
  | AttentionOption;

export type MomentInteraction = QuadraticInteraction | CircularInteraction;
export type PairInteraction = GaussianInteraction | OwnInteraction;
export type Interaction = MomentInteraction | PairInteraction;

const KINDS = { quadratic, cosine, gaussian, fourier, attention };

/** W from its option; `torus` periodises the Gaussian kind. */
export function interaction(option: InteractionOption | OwnInteractionOption, torus: boolean): Interaction {
  requireMapping("problem.interaction", option);
  if ("value" in option || "slope" in option) return ownInteraction(option as OwnInteractionOption);
  requireWord("problem.interaction.kind", option.kind, Object.keys(KINDS));
  // Each takes the option of its own kind.
  const make = KINDS[option.kind] as (option: InteractionOption, torus: boolean) => Interaction;
  return make(option, torus);
}
