// The identity at the first step, known to fourth order three steps later.

import { describe, expect, it } from "vitest";
import { Balance } from "./balance.ts";
import type { Row } from "./progress.ts";

const H = 0.1;
const FREE_ENERGY = [1, 0.9, 0.7, 0.65];
/** Of both signs, so that ∫D and ∫|D| differ. */
const DISSIPATION = [1, -2, 3, -0.5];

/** The rows of four steps, of which nothing moves but X; `defects`: whether the run records identity_defect. */
function rowsOf(defects: boolean, recordEvery = 1): Row[] {
  const rows: Row[] = [];
  const schedule = { step: H, steps: 4, recordEvery, snapshots: [] };
  const balance = new Balance(rows, schedule, ({ free_energy }) => free_energy!);
  for (const [n, dissipation] of DISSIPATION.entries()) {
    balance.push(dissipation);
    if (n % recordEvery === 0) {
      const seen = { energy: 1, free_energy: FREE_ENERGY[n]! };
      const { identity_residual, identity_defect } = balance.entries(seen);
      const observables = { ...seen, identity_residual, ...(defects && { identity_defect }) };
      rows.push({ t: n * H, observables });
    }
    balance.revise(n);
  }
  return rows;
}

describe("the first step of a balance", () => {
  const change = FREE_ENERGY[1]! - FREE_ENERGY[0]!;
  const cubic = (f: readonly number[]) => (H / 24) * (9 * f[0]! + 19 * f[1]! - 5 * f[2]! + f[3]!);
  const defect = change + cubic(DISSIPATION);

  it("is measured against what |D| has spent in it", () => {
    const [, { observables }] = rowsOf(true) as [Row, Row];
    expect(observables.identity_defect).toBeCloseTo(defect, 14);
    const spent = cubic(DISSIPATION.map(Math.abs));
    expect(Math.abs(spent - cubic(DISSIPATION))).toBeGreaterThan(0.1 * spent);
    expect(observables.identity_residual).toBeCloseTo(Math.abs(defect) / spent, 14);
  });

  it("has no column that the run does not record", () => {
    const [, { observables }] = rowsOf(false) as [Row, Row];
    expect(Object.keys(observables)).toEqual(["energy", "free_energy", "identity_residual"]);
    expect(observables.identity_residual).toBeCloseTo(
      Math.abs(defect) / cubic(DISSIPATION.map(Math.abs)),
      14,
    );
  });

  it("is left alone where it is not recorded", () => {
    const [, { observables }] = rowsOf(true, 2) as [Row, Row];
    // Simpson's rule over two steps.
    const total = (H / 3) * (DISSIPATION[0]! + 4 * DISSIPATION[1]! + DISSIPATION[2]!);
    expect(observables.identity_defect).toBeCloseTo(FREE_ENERGY[2]! - FREE_ENERGY[0]! + total, 14);
  });
});
