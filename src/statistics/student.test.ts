import { describe, expect, it } from "vitest";
import { studentQuantile } from "./interval.ts";
import { studentReach } from "./student.ts";

/** Level, then the quantile at each of these degrees of freedom, by SciPy 1.17. */
const DEGREES = [1.5, 2.5, 7.25, 20.5, 333.3];
const REFERENCE: readonly (readonly [number, readonly number[]])[] = [
  [0.5, [0.8725946625415716, 0.7850136829922992, 0.7098251063802405, 0.6866457846381724, 0.6752265439912387]],
  [0.95, [6.016663104427929, 3.5746548420036817, 2.348194849105371, 2.0827066506260796, 1.9671069867099256]],
  [0.999, [82.84744670365757, 18.27789352813064, 5.302992013800603, 3.833978150962411, 3.3199555293608927]],
  [0.99995, [610.4719700444472, 60.74117762066155, 8.511517948196502, 5.106913489519921, 4.109325585222929]],
];

describe("Student's quantile between integer degrees of freedom", () => {
  it("is never too short, and too long by no more than stated", () => {
    for (const [level, quantiles] of REFERENCE) {
      for (const [i, degrees] of DEGREES.entries()) {
        const excess = studentReach(level, degrees) / quantiles[i] - 1;
        expect(excess).toBeGreaterThan(-1e-11);
        expect(excess).toBeLessThan(degrees < 2 ? 0.041 : degrees < 3 ? 0.013 : 0.0031);
      }
    }
  });

  it("is the integers' own at integers, and stays where there are more than 5000", () => {
    for (const degrees of [1, 2, 9, 30]) {
      expect(studentReach(0.95, degrees)).toBe(studentQuantile(0.95, degrees));
    }
    expect(studentReach(0.95, 1e9)).toBe(studentQuantile(0.95, 5000));
  });

  it("refuses fewer than one degree of freedom", () => {
    expect(() => studentReach(0.95, 0.5)).toThrow("degrees: found 0.5");
    expect(() => studentReach(1, 3)).toThrow("level: found 1");
  });
});
