import { DISTANCES } from "../observables/distances/compare.ts";

/** The distances between solvers: how they are written, in notation, and of what they are. The order is that of display. */
export const QUANTITIES: Readonly<Record<string, { symbol: string; meaning: string }>> = DISTANCES;
