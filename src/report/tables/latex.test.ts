import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asNotation } from "../notation.ts";
import type { Cell, DataTable } from "./data-table.ts";
import { latexNotation, latexTable, latexText } from "./latex.ts";

/** Any text, and much of what means something to TeX. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."\\{}$%&#_~^<>|\"'`[]*-,\n\r\t a1τμ−⁻⁷₀é∞") }),
);
const anyCell: fc.Arbitrary<Cell> = fc.oneof(
  anyText,
  fc.constant(null),
  fc.record({ value: fc.double() }),
  fc.record({ value: fc.double(), between: fc.tuple(fc.double(), fc.double()) }),
);
const anyTable: fc.Arbitrary<DataTable> = fc.integer({ min: 1, max: 5 }).chain((columns) => {
  const ofAll = <Value>(value: fc.Arbitrary<Value>) =>
    fc.array(value, { minLength: columns, maxLength: columns });
  return fc.record({
    head: ofAll(anyText),
    brackets: fc.constantFrom("extremes", "interval"),
    rows: fc.array(ofAll(anyCell), { maxLength: 4 }),
  });
});

/** The text without what is escaped: what is left means something to TeX. */
const unescaped = (line: string) => line.replaceAll(/\\[^a-zA-Z]/g, "");

/** Whether every brace is closed again, and no sooner than opened. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const brace of unescaped(text).replaceAll(/[^{}]/g, "")) {
    depth += brace === "{" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

describe("text for LaTeX", () => {
  it.each([
    ["free_energy", "free\\_energy"],
    ["50 % & more #1", "50 \\% \\& more \\#1"],
    ["\\input{x}", "\\textbackslash{}input\\{x\\}"],
    ["a^b~c", "a\\textasciicircum{}b\\textasciitilde{}c"],
    ["$x$", "\\$x\\$"],
    ["[low, high]", "{[}low, high{]}"],
    ["--set", "-{}-set"],
    ["−½, τ → ∞", "$-$$\\frac{1}{2}$, $\\tau$ $\\to$ $\\infty$"],
    ["10⁻⁷ and x₁₂", "10$^{-7}$ and x$_{12}$"],
    ["Föllmer, Erdős", "Föllmer, Erdős"],
    ["漢\u0007", "{[}U+6F22{]} "],
    ["a\nb", "a b"],
  ])("%s", (text, latex) => expect(latexText(text)).toBe(latex));

  it("has no command, and no sign that means something", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const latex = latexText(text);
        expect(isBalanced(latex)).toBe(true);
        const rest = unescaped(latex);
        expect(rest).not.toMatch(/[%&#~\n\r"]/);
        expect(rest.split("$").length % 2).toBe(1);
        // Subscripts and superscripts are in formulas only, and commands are those of the list.
        expect(rest.replaceAll(/\$[^$]*\$/g, "")).not.toMatch(/[_^]/);
        for (const [command] of rest.matchAll(/\\[a-zA-Z]+/g)) expect(COMMANDS).toContain(command);
      }),
    );
  });
});

describe("notation for LaTeX", () => {
  it.each([
    ["risk *R*", "risk $R$"],
    ["*W*_1", "$W_{1}$"],
    ["‖*f*_N − *f*‖", "$\\|f_{N} - f\\|$"],
    ["*τ* = 0.1, *N* = 100", "$\\tau = 0.1$, $N = 100$"],
    ["kinetic, *γ* = −2e-7", "kinetic, $\\gamma = -2\\times10^{-7}$"],
    ["*E*_τ − *E*_τ∗", "$E_{\\tau} - E_{\\tau}^{*}$"],
    ["activation = tanh", "activation = tanh"],
    ["64 × 64, spectral", "$64 \\times 64$, spectral"],
    ["± 95 %", "$\\pm 95$ \\%"],
    ["*pτ*/2", "$p\\tau$/$2$"],
    ["*τx*", "$\\tau x$"],
    ["mean = (−1, 0.5)", "mean = ($-1$, $0.5$)"],
    ["\\*a\\* x1 sha256", "{*}a{*} x1 sha256"],
  ])("%s", (notation, latex) => expect(latexNotation(notation)).toBe(latex));

  it("has no command of the text's own, and whole formulas", () => {
    fc.assert(
      fc.property(anyText, anyText, (symbol, text) => {
        for (const notation of [asNotation(text), `*${symbol}*_N = ${asNotation(text)}`]) {
          const latex = latexNotation(notation);
          expect(isBalanced(latex)).toBe(true);
          const rest = unescaped(latex);
          expect(rest.split("$").length % 2).toBe(1);
          expect(rest.replaceAll(/\$[^$]*\$/g, "")).not.toMatch(/[_^]/);
          expect(rest).not.toMatch(/[%&#~\n\r"]/);
          expect(latex).not.toMatch(/(?<!\\)\$\$/);
          for (const [command] of rest.matchAll(/\\[a-zA-Z]+/g))
            expect([...COMMANDS, "\\mbox"]).toContain(command);
        }
      }),
    );
  });
});

const COMMANDS = [
  ..."\\textbackslash \\textasciitilde \\textasciicircum \\char \\ldots \\times \\cdot \\pm \\frac \\surd".split(
    " ",
  ),
  ..."\\infty \\int \\nabla \\partial \\to \\le \\ge \\approx \\langle \\rangle".split(" "),
  ..."\\mathcal \\alpha \\beta \\gamma \\delta \\varepsilon \\zeta \\eta \\theta \\iota \\kappa \\lambda \\mu \\nu \\xi \\pi".split(
    " ",
  ),
  ..."\\rho \\varsigma \\sigma \\tau \\upsilon \\varphi \\chi \\psi \\omega \\Gamma \\Delta \\Theta \\Lambda".split(
    " ",
  ),
  ..."\\Xi \\Pi \\Sigma \\Upsilon \\Phi \\Psi \\Omega".split(" "),
];

describe("a table for LaTeX", () => {
  it("is a booktabs tabular, numbers typeset and to the right", () => {
    const table: DataTable = {
      head: ["solver", "τ", "free_energy"],
      brackets: "interval",
      rows: [
        ["particles", { value: 0.1 }, { value: -2.5e-7, between: [-3e-7, 1e-8] }],
        ["grid", { value: 1, text: "∞" }, { value: Number.NaN }],
        ["", { value: 1234567 }, null],
      ],
    };
    expect(latexTable(table, "name, 100 % made\nup").split("\n")).toEqual([
      "% name, 100 % made up",
      "% needs \\usepackage{booktabs}",
      "\\begin{tabular}{lrr}",
      "\\toprule",
      "solver & $\\tau$ & free\\_energy \\\\",
      "\\midrule",
      "particles & $0.1$ & $-2.5\\times10^{-7}\\ [-3\\times10^{-7},\\,10^{-8}]$ \\\\",
      "grid & $\\infty$ & $\\mbox{not finite}$ \\\\",
      " & $1.235\\times10^{6}$ & -- \\\\",
      "\\bottomrule",
      "\\end{tabular}",
      "",
    ]);
  });

  it("leaves sentences out, and has names as papers write them", () => {
    const table: DataTable = {
      head: ["quantity", "t", "reason"],
      notation: { t: "*t*", quantity: "quantity" },
      sentences: ["reason"],
      brackets: "interval",
      rows: [[{ plain: "w1", notation: "*W*_1" }, { value: -0.5, text: "-1/2" }, "because it is so"]],
    };
    const lines = latexTable(table, "x").split("\n");
    expect(lines[2]).toBe("\\begin{tabular}{lr}");
    expect(lines[4]).toBe("quantity & $t$ \\\\");
    expect(lines[6]).toBe("$W_{1}$ & $-1/2$ \\\\");
  });

  it("has powers of ten alone, with their signs", () => {
    const rows = [[{ value: -1e-9 }], [{ value: 1e-9 }]];
    const lines = latexTable({ head: ["gap"], brackets: "interval", rows }, "powers").split("\n");
    expect(lines.slice(6, 8)).toEqual(["$-10^{-9}$ \\\\", "$10^{-9}$ \\\\"]);
  });

  it("has as many columns in every row, whatever its strings are", () => {
    fc.assert(
      fc.property(anyTable, anyText, (table, comment) => {
        const lines = latexTable(table, comment).split("\n");
        expect(lines).toHaveLength(table.rows.length + 9);
        const rows = [lines[4]!, ...lines.slice(6, -3)];
        expect(rows).toHaveLength(table.rows.length + 1);
        for (const row of rows) {
          expect(row.endsWith(" \\\\")).toBe(true);
          const cells = row.slice(0, -3);
          expect(isBalanced(cells)).toBe(true);
          expect(unescaped(cells).split("&")).toHaveLength(table.head.length);
          // What follows the \\ of the row before must not be taken for its argument.
          expect(cells.trimStart()).not.toMatch(/^[[*]/);
        }
        expect(lines[2]).toMatch(new RegExp(`^\\\\begin{tabular}{[lr]{${table.head.length}}}$`));
      }),
    );
  });

  const pdflatex = spawnSync("pdflatex", ["--version"]).status === 0;
  it.skipIf(!pdflatex)("compiles (skipped where there is no pdflatex)", () => {
    const rows: Cell[][] = [
      [
        { plain: "w1", notation: "‖*f*_N − *f*‖, *ℰ*, *E*_τ∗" },
        { value: -2.5e-7, between: [-3e-7, 1e-8] },
        null,
      ],
      [
        "\\ {} $ % & # _ ~ ^ < > | \" ' ` [ ] * -- − × · ± ½ √ ∞ ∫ ∇ ∂ → ≤ ≥ ≈ ‖ ⟨ ⟩ αΩ",
        { value: 1 },
        { value: Number.NaN },
      ],
    ];
    const table = latexTable(
      { head: ["quantity", "slope", "t"], notation: { t: "*t*" }, brackets: "interval", rows },
      "x",
    );
    const folder = mkdtempSync(join(tmpdir(), "muflow-latex-"));
    try {
      const document = `\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n${table}\\end{document}\n`;
      writeFileSync(join(folder, "table.tex"), document);
      const { status, stdout } = spawnSync("pdflatex", ["-halt-on-error", "table.tex"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(status, stdout).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
