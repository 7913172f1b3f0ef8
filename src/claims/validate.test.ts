import { describe, expect, it } from "vitest";
import { type Claim, claim, type Evidence } from "./claim.ts";
import { runClaim } from "./validate.ts";

const figure = { x: { label: "x" }, y: { label: "y" }, curves: [], caption: "Nothing." };

function measuring(measure: () => unknown): Claim {
  return claim({
    id: "a-claim",
    statement: "A number.",
    source: { author: "Nobody", year: 2000, arxiv: null, work: "Nothing" },
    equation: "x = x",
    experiment: "none",
    statistic: "the number",
    validates: "nothing",
    predicted: { equals: 1 },
    within: 0.5,
    measure: measure as () => Evidence,
  });
}

const run = (measure: () => unknown) => runClaim(measuring(measure), { full: false, together: 2 });

describe("a claim that is run", () => {
  it("may return an object with a method that needs it", async () => {
    class Found {
      readonly measured = 1;
      readonly figure = figure;
      private readonly half = 0.2;
      interval(level: number) {
        return [this.measured - level * this.half, this.measured + level * this.half] as const;
      }
    }
    const { verdict, interval } = await run(() => new Found());
    expect(verdict).toBe("HOLDS");
    expect(interval).toEqual([0.81, 1.19]);
  });

  it("is told what is missing of its evidence", async () => {
    const refused = (measure: () => unknown) => run(measure).catch((error: Error) => error.message);
    expect(await refused(() => undefined)).toBe(
      "claim a-claim: measure: returned no number measured; allowed: { measured, error, figure } or { measured, interval(level), figure }",
    );
    expect(await refused(() => ({ measured: 1, figure }))).toContain("no error and no interval");
    expect(await refused(() => ({ measured: 1, error: 0 }))).toContain("no figure");
  });
});
