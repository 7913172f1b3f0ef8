// What something does not allow, as a value: a constructor throws the first breach, a check of the experiment file lists them all.

import { inputError, type MuflowError, type Path } from "./errors.ts";
import { foundAllowed, showValue } from "./keys.ts";

export interface Breach {
  /** Where, as the experiment file calls it; of a solver's own keys below it. */
  readonly key: Path;
  /** undefined: nothing. */
  readonly found: unknown;
  readonly allowed: string;
}

/** What keys begin with that do not stand below a solver's own. */
const ELSEWHERE: Path = ["problem", "dynamics", "initial", "time"];

/** The breach with its key below the solver's: `cells` is `solvers.0.grid.cells`. */
export function under(place: Path, breach: Breach): Breach {
  return ELSEWHERE.includes(breach.key[0]!) ? breach : { ...breach, key: [...place, ...breach.key] };
}

/** What is wrong, without the place. */
export function breachText({ found, allowed }: Breach): string {
  return foundAllowed(showValue(found), allowed);
}

/** The error that a breach is. */
export function breachError(breach: Breach): MuflowError {
  return inputError(breach.key, breachText(breach));
}

/** Throws the breach, if there is one. */
export function refuse(breach: Breach | null | undefined): void {
  if (breach) throw breachError(breach);
}
