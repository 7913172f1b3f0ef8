// The Lyapunov ledger: identity_residual(t) = |X(t) − X(0) + ∫₀ᵗ D| / max(|X(t) − X(0)|, 1e-12), X the functional,
// D its dissipation, known once a step. The integral is of order 4 in the step (exact for cubics): the fourth-order
// Adams–Moulton weights (9, 19, −5, 1)/24 on every step but the first two, which are integrated by the cubic
// through the first four values.

/** What a ledger needs to go on after an interruption. */
export interface LedgerState {
  readonly count: number;
  readonly integral: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const WINDOW = 4;

/** Integrates a dissipation given step by step. */
export class Ledger {
  private readonly h: number;
  private count = 0;
  private integral = 0;
  /** D at steps 0 … 3. */
  private first: number[] = [];
  /** D at the last four steps, oldest first. */
  private last: number[] = [];

  constructor(h: number, state?: LedgerState) {
    this.h = h;
    if (state === undefined) return;
    this.count = state.count;
    this.integral = state.integral;
    this.first = [...state.first];
    this.last = [...state.last];
  }

  save(): LedgerState {
    return { count: this.count, integral: this.integral, first: [...this.first], last: [...this.last] };
  }

  /** D at the next step; the first call is for t = 0. */
  push(dissipation: number): void {
    const { h } = this;
    if (this.first.length < WINDOW) this.first.push(dissipation);
    this.last.push(dissipation);
    if (this.last.length > WINDOW) this.last.shift();
    this.count += 1;
    const [f0, f1, f2, f3] = this.last;
    if (this.count === 3) this.integral = (h / 3) * (f0 + 4 * f1 + f2);
    else if (this.count === 4) this.integral = ((3 * h) / 8) * (f0 + 3 * f1 + 3 * f2 + f3);
    else if (this.count > 4) this.integral += (h / 24) * (9 * f3 + 19 * f2 - 5 * f1 + f0);
  }

  /** ∫₀^{nh} D for the last step n pushed. After the first step alone see `firstStep`. */
  total(): number {
    return this.count === 2 ? this.firstStep() : this.integral;
  }

  /** ∫₀^h D, by the highest polynomial that the values so far allow: cubic once four are known. */
  firstStep(): number {
    const { h } = this;
    const [f0, f1, f2, f3] = this.first;
    if (this.first.length >= 4) return (h / 24) * (9 * f0 + 19 * f1 - 5 * f2 + f3);
    if (this.first.length === 3) return (h / 12) * (5 * f0 + 8 * f1 - f2);
    return this.first.length === 2 ? (h / 2) * (f0 + f1) : 0;
  }
}

/** identity_residual for a functional that changed by `change` while `integral` was dissipated. */
export function identityResidual(change: number, integral: number): number {
  return Math.abs(change + integral) / Math.max(Math.abs(change), 1e-12);
}
