import { describe, expect, it } from "vitest";
import { BIBTEX } from "../../base/sources.ts";
import { sourceText } from "./bibliography.ts";

describe("sourceText", () => {
  it("says who, what and when", () => {
    expect(sourceText({ label: "krichene2020", bibtex: BIBTEX.krichene2020 })).toBe(
      "Krichene, Caluya, Halder: Global convergence of second-order dynamics in two-layer neural networks (2020), arXiv:2007.06852",
    );
    expect(sourceText({ label: "nesterov1983", bibtex: BIBTEX.nesterov1983 })).toBe(
      "Nesterov: A method for solving the convex programming problem with convergence rate O(1/k²) (1983)",
    );
    expect(sourceText({ label: "muflow", bibtex: BIBTEX.muflow })).toBe(
      "The muflow authors: muflow: mean-field dynamics of two-layer neural networks (2026)",
    );
    expect(sourceText({ label: "brunger1984", bibtex: BIBTEX.brunger1984 })).toMatch(
      /^Brünger, Brooks, Karplus: /,
    );
  });

  it("leaves no TeX, of any entry", () => {
    for (const [label, bibtex] of Object.entries(BIBTEX)) {
      const text = sourceText({ label, bibtex });
      expect(text).not.toMatch(/[\\{}$^]/);
      expect(text).toMatch(/^\S.*: \S.* \(\d{4}\)/);
    }
  });

  it("falls back on the key", () => {
    expect(sourceText({ label: "own", bibtex: "@misc{own, note = {nothing}}" })).toBe("own");
    expect(sourceText({ label: "own", bibtex: "@misc{own, author = {A, title = {B" })).toBe("own");
  });
});
