import { describe, expect, it } from "vitest";
import { synthetic } from "./synthetic.ts";
import { summaryTable } from "./table.ts";

const { summary } = synthetic({ widths: [5], replicas: 1, until: 1 });
const run = (width: number, replica: number, final: Record<string, number>) =>
  ({ solver: "particles", width, replica, final }) as const;

describe("summaryTable", () => {
  it("gives mean and range over replicas, and says what is missing or not finite", () => {
    const runs = [
      run(100, 0, { risk: 0.5 }),
      run(10, 0, { risk: 0.1, kinetic: Number.NaN }),
      run(10, 1, { risk: 0.2, kinetic: 1 }),
    ];
    expect(summaryTable({ ...summary, runs })).toEqual({
      head: ["solver", "width", "replicas", "risk", "kinetic"],
      rows: [
        ["particles", "10", "2", "0.15 [0.1, 0.2]", "not finite"],
        ["particles", "100", "1", "0.5", "–"],
      ],
    });
  });

  it("shows the observables asked for", () => {
    const { head, rows } = summaryTable(summary, ["mean_theta_0", "gap"]);
    expect(head.slice(3)).toEqual(["mean_theta_0", "gap"]);
    expect(rows[0]![4]).toBe("–");
  });
});
