// The dynamics that the experiment file may name.

import { ANNEALED_LANGEVIN } from "./annealed-langevin.ts";
import { BIRTH_DEATH } from "./birth-death.ts";
import { GRADIENT_FLOW } from "./gradient-flow.ts";
import { KINETIC } from "./kinetic.ts";
import { LANGEVIN } from "./langevin.ts";
import type { DynamicsRecord } from "./record.ts";
import { REFLECTED_LANGEVIN } from "./reflected-langevin.ts";
import { TWO_TIMESCALE } from "./two-timescale.ts";

export const DYNAMICS = [
  GRADIENT_FLOW,
  LANGEVIN,
  ANNEALED_LANGEVIN,
  REFLECTED_LANGEVIN,
  KINETIC,
  TWO_TIMESCALE,
  BIRTH_DEATH,
] as const;

const RECORDS: readonly DynamicsRecord[] = DYNAMICS;

export type DynamicsKind = (typeof DYNAMICS)[number]["kind"];

/** The record of a kind. */
export function dynamicsOf(kind: DynamicsKind): DynamicsRecord {
  return RECORDS.find((record) => record.kind === kind)!;
}
