import { describe, expect, it } from "vitest";
import { synthetic } from "../../../test/support/reports.ts";
import type { Summary } from "../../results/formats/summary.ts";
import type { Group } from "../runs/groups.ts";
import { balanceNotes, rateNotes } from "./balance.ts";

const { summary } = synthetic({ widths: [5], replicas: 3, until: 1, neuron: "inner", temperature: 0.02 });

const rate: Summary["rates"][number] = {
  run: 0,
  functional: "hamiltonian",
  predicted: 0.5,
  predictedError: 0.003,
  oscillating: true,
  zeroModes: ["mass"],
  fitted: 0.51,
  uncertainty: 0.02,
  widened: 0.04,
  measuredOn: "fisher_rao",
  local: [],
  modes: [0.5, 0.8],
  offset: 3e-10,
  window: [1, 9],
  reason: "clean",
};
const runs = [{ solver: "grid" as const, cells: [8, 4], final: {} }];

describe("the notes on rates", () => {
  it("set the fitted rate beside the predicted one", () => {
    expect(rateNotes({ ...summary, runs, rates: [rate] })).toEqual([
      "grid, 8 × 4 cells: H − H* falls at rate 0.51 ± 0.02 (of the fit, read off fisher_rao) from t = 1 to 9, as e^(−rate · t); it rests 3e-10 from the optimum; twice the gap of the linearised equation is 0.5 ± 0.003 (of its cells), its slowest mode oscillates.",
    ]);
  });

  it("say nothing of an error that is not known", () => {
    const [note] = rateNotes({ ...summary, runs, rates: [{ ...rate, predictedError: null }] });
    expect(note).toContain("linearised equation is 0.5, its");
  });

  it("say why there is none", () => {
    const none = {
      ...rate,
      functional: "free energy" as const,
      fitted: null,
      uncertainty: null,
      window: null,
      offset: null,
    };
    expect(rateNotes({ ...summary, runs, rates: [{ ...none, reason: "it is flat" }] })).toEqual([
      "grid, 8 × 4 cells: E_τ − E_τ* shows no clean rate; twice the gap of the linearised equation is 0.5 ± 0.003 (of its cells), its slowest mode oscillates (it is flat).",
    ]);
  });
});

describe("the notes on the balance of energy", () => {
  const group: Group = {
    ...{ kind: "network", solver: "particles", width: 5, name: "*N* = 5", label: "*N* = 5" },
    ...{ details: [], method: "", cells: null, grid: null, runs: [0, 1, 2] },
  };
  const withDefects = (defects: readonly number[]) => ({
    ...summary,
    runs: defects.map((identity_defect, replica) => ({
      solver: "particles" as const,
      width: 5,
      replica,
      final: { kinetic: 1, identity_defect },
    })),
  });

  it("give the mean defect with Student's interval", () => {
    // Mean 0, standard deviation 1 over three: ± 4.303/√3.
    const [note] = balanceNotes(withDefects([-1, 0, 1]), [group]);
    expect(note).toContain("N = 5: energy + kinetic has changed by 0 more than −∫dissipation");
    expect(note).toContain("[-2.48, 2.48] over 3 replicas");
  });

  it("name the bias of births and deaths, and no kinetic energy where there is none", () => {
    const { runs: members } = withDefects([0.3, 0.1]);
    const births = {
      ...summary,
      spec: { ...summary.spec, dynamics: { kind: "birth-death", rate: 1, mobility: {} } as const },
      runs: members.map((run) => ({ ...run, final: { identity_defect: run.final.identity_defect } })),
    };
    const [note] = balanceNotes(births, [{ ...group, runs: [0, 1] }]);
    expect(note).toContain(
      "N = 5: energy has changed by 0.2 more than −∫dissipation, by 0.1 in one of two replicas and 0.3 in the other; 0",
    );
    expect(note).toMatch(/0 in expectation, to the order of the step and of 1\/N\.$/);
  });

  it("need replicas, and a defect", () => {
    expect(balanceNotes(withDefects([0.1]), [{ ...group, runs: [0] }])).toEqual([]);
    expect(balanceNotes(summary, [group])).toEqual([]);
  });
});
