// The Lyapunov ledger: identity_residual(t) = |X(t) − X(0) + ∫₀ᵗ D| / S, X the functional, D its dissipation, known once a step,
// S the largest of |F(s) − F(0)|, |K(s) − K(0)|, ∫₀ˢ|D|, s ≤ t: what has moved, F the energy, K the kinetic energy. Of no meaning
// where nothing has: S < 1e-10 (|F(0)| + |K(0)|). The integrals are of order 4 in the step (exact for cubics): the fourth-order
// Adams–Moulton weights (9, 19, −5, 1)/24 on every step but the first two, which the cubic through the first four values integrates.

import { hasJumps, isNoisy } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { always, moves, type Observables, type Observer, type Subject, type When } from "./observer.ts";

/** With momenta, or without noise; of batches the identity, which is that of the full gradient, would cost it at every step. */
const dissipates: When = ({ problem, dynamics, batch }) =>
  (batch ?? null) === null && (hasMomenta(dynamics) || !isNoisy(problem, dynamics));

/** Whether the dissipation is the fall of energy (+ kinetic) in expectation only: under noise, or births and deaths at random. */
export function holdsInExpectation({ problem, dynamics }: Pick<Subject, "problem" | "dynamics">): boolean {
  return isNoisy(problem, dynamics) || hasJumps(dynamics);
}

const balanced = { network: dissipates, density: moves, "phase space": always };

/** Known at every step, and given by it. */
export const identity: Observer = {
  columns: [
    {
      name: "dissipation",
      meaning:
        "−dX/dt of the exact flow, X being the functional that decreases (E_τ, H or F): of densities −dE_τ/dt, with momenta γ∫|ω + τ∇_ω log μ|² dμ; of networks ⟨∇Φ·D∇Φ⟩, with momenta γ(⟨|ω|²⟩ − τp), which holds in expectation",
      unit: "energy / time",
      of: balanced,
      positive: true,
      table: "report",
      quadratic: true,
      least: 1e-28,
    },
    {
      name: "identity_residual",
      words: "residual of the identity",
      meaning: "|X(t) − X(0) + ∫dissipation|, relative to the energy that has moved until t",
      of: balanced,
      positive: true,
      table: "terminal",
    },
    {
      name: "identity_defect",
      words: "defect of the identity",
      meaning: "X(t) − X(0) + ∫dissipation of networks with noise, whose expectation is 0",
      unit: "energy",
      of: { network: (subject) => dissipates(subject) && holdsInExpectation(subject) },
    },
  ],
};

/** What a ledger needs to go on after an interruption. */
export interface LedgerState {
  readonly count: number;
  readonly integral: number;
  /** ∫|D| */
  readonly absolute: number;
  /** D at steps 0 … 3. */
  readonly first: readonly number[];
  /** D at the last four steps, oldest first. */
  readonly last: readonly number[];
}

const WINDOW = 4;
const EMPTY: LedgerState = { count: 0, integral: 0, absolute: 0, first: [], last: [] };

/** Integrates a dissipation given step by step. */
export class Ledger {
  private readonly h: number;
  private state: LedgerState;

  constructor(h: number, state: LedgerState = EMPTY) {
    this.h = h;
    this.state = state;
  }

  save(): LedgerState {
    return this.state;
  }

  /** D at the next step; the first call is for t = 0. */
  push(dissipation: number): void {
    const { state } = this;
    const count = state.count + 1;
    const last = [...state.last, dissipation].slice(-WINDOW);
    this.state = {
      count,
      integral: this.advanced(state.integral, count, last),
      absolute: this.advanced(state.absolute, count, last.map(Math.abs)),
      first: count <= WINDOW ? last : state.first,
      last,
    };
  }

  /** ∫₀^{nh} D for the last step n pushed. After the first step alone see `firstStep`. */
  total(): number {
    return this.state.count === 2 ? this.firstStep() : this.state.integral;
  }

  /** ∫₀^{nh}|D| for the last step n pushed. */
  spent(): number {
    return this.state.count === 2 ? this.firstSpent() : this.state.absolute;
  }

  /** ∫₀^h D, by the highest polynomial that the values so far allow: cubic once four are known. */
  firstStep(): number {
    return this.overFirst(this.state.first);
  }

  /** ∫₀^h|D|, likewise. */
  firstSpent(): number {
    return this.overFirst(this.state.first.map(Math.abs));
  }

  private advanced(integral: number, count: number, [f0, f1, f2, f3]: readonly number[]): number {
    const { h } = this;
    if (count < 3) return 0;
    if (count === 3) return (h / 3) * (f0 + 4 * f1 + f2);
    if (count === 4) return ((3 * h) / 8) * (f0 + 3 * f1 + 3 * f2 + f3);
    return integral + (h / 24) * (9 * f3 + 19 * f2 - 5 * f1 + f0);
  }

  private overFirst([f0, f1, f2, f3]: readonly number[]): number {
    const { h } = this;
    if (f3 !== undefined) return (h / 24) * (9 * f0 + 19 * f1 - 5 * f2 + f3);
    if (f2 !== undefined) return (h / 12) * (5 * f0 + 8 * f1 - f2);
    return f1 === undefined ? 0 : (h / 2) * (f0 + f1);
  }
}

/** The least S that is told from the round-off of F and K, relative to their start. */
const AT_REST = 1e-10;

/** How far F and K have been from their start: with ∫|D| the scale of the identity's defect. */
export class Excursion {
  private start: { readonly energy: number; readonly kinetic: number } | null = null;
  private farthest = 0;

  /** `seen`: what was recorded so far, from t = 0. */
  constructor(seen: readonly Observables[] = []) {
    for (const observables of seen) this.add(observables);
  }

  /** Of what is recorded at the next time `energy` is F, and `kinetic`, where there are momenta, K. */
  add({ energy, kinetic = 0 }: Observables): void {
    this.start ??= { energy, kinetic };
    const moved = [energy - this.start.energy, kinetic - this.start.kinetic];
    this.farthest = Math.max(this.farthest, ...moved.map(Math.abs));
  }

  /** identity_residual where X has changed by −∫D + `defect` and ∫|D| is `spent`; NaN where nothing has moved. */
  residual(defect: number, spent: number): number {
    const { start, farthest } = this;
    const scale = Math.max(farthest, spent);
    const least = start === null ? 0 : AT_REST * (Math.abs(start.energy) + Math.abs(start.kinetic));
    return scale < least || scale === 0 ? Number.NaN : Math.abs(defect) / scale;
  }
}
