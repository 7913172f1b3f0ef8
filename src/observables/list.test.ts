// The declarations of all observers together: no name twice in one place, and what tables, intervals and rates read off them.

import { describe, expect, it } from "vitest";
import { COLUMNS, columnOf, TABLE_COLUMNS } from "./list.ts";

const namesWhere = (holds: (column: (typeof COLUMNS)[number]) => boolean | undefined) =>
  COLUMNS.filter(holds).map(({ name }) => name);

describe("columns", () => {
  it.each(["network", "density", "phase space"] as const)("of a %s have a name each", (representation) => {
    const names = namesWhere(({ of }) => of[representation] !== undefined);
    expect(names).toEqual([...new Set(names)]);
    expect(names.length).toBeGreaterThan(15);
  });

  it("are found by the names in files, of whatever coordinate", () => {
    expect(columnOf("cov_theta_12_omega_12")?.name).toBe("cov_theta_#_omega_#");
    expect(columnOf("order_theta_0_1")?.name).toBe("order_theta_#_1");
    expect(columnOf("order_theta_10_2")?.name).toBe("order_theta_#_2");
    expect(columnOf("free_energy")?.name).toBe("free_energy");
    for (const name of ["f_rms", "order_theta_0_5", "mean_theta", "mean_theta_0_", "toString"]) {
      expect(columnOf(name)).toBeUndefined();
    }
  });

  it("of tables: what is read off μ, then what steps give", () => {
    expect(TABLE_COLUMNS.map(({ name, table }) => `${name} ${table}`)).toEqual([
      "risk terminal",
      "test_risk terminal",
      "accuracy terminal",
      "test_accuracy terminal",
      "energy terminal",
      "kinetic terminal",
      "temperature report",
      "free_energy terminal",
      "fisher_information terminal",
      "gap terminal",
      "gap_hamiltonian report",
      "dissipation report",
      "identity_residual terminal",
    ]);
  });

  it("that are quadratic about the optimum fall at twice the rate; sums of squares vanish there, to rounding", () => {
    expect(namesWhere(({ quadratic }) => quadratic).sort()).toEqual([
      "dissipation",
      "excess",
      "excess_hamiltonian",
      "fisher_rao",
      "free_energy",
      "gap",
      "gap_hamiltonian",
      "hypocoercive",
    ]);
    expect(namesWhere(({ least }) => least !== undefined).sort()).toEqual([
      "dissipation",
      "excess",
      "fisher_rao",
      "gap",
    ]);
  });

  it("to which momenta at rest add: what has an entropy in it", () => {
    expect(namesWhere(({ momenta }) => momenta !== undefined)).toEqual(["entropy", "free_energy"]);
  });
});
