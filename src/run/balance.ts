// The identity X(t) − X(0) + ∫₀ᵗ D = 0 along the rows of a run: X the functional that falls, D its dissipation (observables/ledger.ts).

import { Excursion, Ledger, type LedgerState } from "../observables/ledger.ts";
import type { Observables } from "../observables/observer.ts";
import type { Schedule } from "../spec/schedule.ts";
import type { Row } from "./progress.ts";

export class Balance {
  private readonly ledger: Ledger;
  private readonly excursion: Excursion;

  /** `rows`: those of the run, which grow as it goes; `functional`: X of what is observed; `past`: what `save` gave. */
  constructor(
    private readonly rows: readonly Row[],
    private readonly schedule: Schedule,
    private readonly functional: (observables: Observables) => number,
    past: LedgerState | null = null,
  ) {
    this.ledger = new Ledger(schedule.step, past ?? undefined);
    this.excursion = new Excursion(rows.map(({ observables }) => observables));
  }

  save(): LedgerState {
    return this.ledger.save();
  }

  /** D at the next step; the first call is for t = 0. */
  push(dissipation: number): void {
    this.ledger.push(dissipation);
  }

  /** What the next row says of the identity. What replicas average to 0, the defect, keeps its sign. */
  entries(seen: Observables): { identity_residual: number; identity_defect: number } {
    const { functional, ledger, excursion } = this;
    const defect = functional(seen) - functional(this.rows[0]?.observables ?? seen) + ledger.total();
    excursion.add(seen);
    return { identity_residual: excursion.residual(defect, ledger.spent()), identity_defect: defect };
  }

  /** After step n: the integral over the first step alone is known to fourth order only three steps later. */
  revise(n: number): void {
    const [first, second] = this.rows;
    if (this.schedule.recordEvery > 1 || n > 3 || second === undefined) return;
    const { observables } = second;
    const change = this.functional(observables) - this.functional(first!.observables);
    const defect = change + this.ledger.firstStep();
    const early = new Excursion([first!.observables, observables]);
    observables.identity_residual = early.residual(defect, this.ledger.firstSpent());
    if ("identity_defect" in observables) observables.identity_defect = defect;
  }
}
