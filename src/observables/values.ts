/** What was seen at one time, by the names it is recorded under (docs/output.md). */
export type Observables = Record<string, number>;
