import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { claim } from "../../claims/claim.ts";
import { type ClaimResult, runClaim } from "../../claims/validate.ts";
import { judgedText, measuredText, writeClaimPages } from "./claims.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-claims-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("reads in Markdown as a claim states it: no link, emphasis, tag or column of its own", async () => {
  const stated = claim({
    id: "marked",
    statement: "½∫|ω|²dμ *falls*, <b>always</b>.",
    source: { author: "Nobody", year: 2000, arxiv: null, work: "On `code` and μ_N" },
    equation: "θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n), a* = b*(c), _x_",
    experiment: "none",
    statistic: "the number",
    validates: "nothing",
    predicted: { equals: 1 },
    within: 0.1,
    quickMayStayOpen: true,
    measure: () => ({
      measured: 1,
      error: 0.01,
      figure: { x: { label: "x" }, y: { label: "y" }, curves: [], caption: "f[μ](x) beside *it*." },
      notes: [
        "~~struck~~",
        "# no heading",
        "1. no list",
        "[a]: no target",
        "| no | table",
        "&lt;b> & c\n\n## one line",
      ],
    }),
  });
  const result = await runClaim(stated, { full: false, together: 1 });
  const list = readFileSync(
    writeClaimPages(folder, [{ claim: stated, result, named: "a`b" }], false),
    "utf8",
  );
  expect(list).toContain(
    "| [marked](marked.md) | ½∫\\|ω\\|²dμ \\*falls*, \\<b>always\\</b>. | 1 | 1 [0.99, 1.01] | [0.98, 1.02] | HOLDS |",
  );
  const page = readFileSync(join(folder, "marked.md"), "utf8");
  expect(page).toContain("½∫|ω|²dμ \\*falls*, \\<b>always\\</b>.");
  expect(page).toContain("Source: Nobody 2000, On \\`code\\` and μ_N.");
  expect(page).toContain("θ_{n+1} = θ_n − h∇Φ[μ_N\\](θ_n), a* = b*(c), \\_x_");
  expect(page).toContain("![fμ(x) beside \\*it*.](figures/marked.svg)\n\nf[μ\\](x) beside \\*it*.");
  expect(page).toContain("- \\~\\~struck\\~~\n- \\# no heading\n- 1\\. no list\n- \\[a]: no target\n");
  expect(page).toContain("- \\| no | table\n- \\&lt;b> & c ## one line\n");
  expect(page).toContain("Again: `` muflow validate 'a`b' ``");
  expect(page).toContain("| 1 | 1 [0.99, 1.01] | [0.98, 1.02] | HOLDS |");
  expect(page).toContain("This result validates nothing. Its quick variant may stay NOT RESOLVED.");
  const figure = readFileSync(join(folder, "figures", "marked.svg"), "utf8");
  expect(figure).toContain("measured 1 [0.99, 1.01], judged by [0.98, 1.02]; predicted 1: HOLDS");
});

it.each([
  [0.45694658104, [0.456946578, 0.456946584], "0.456946581 [0.456946578, 0.456946584]"],
  [1, [1 - 4.6e-13, 1 + 4.6e-13], "1 [0.99999999999954, 1.0000000000005]"],
  [-0.50713, [-0.53874, -0.47621], "-0.5071 [-0.5387, -0.4762]"],
  [3e-16, [-9.8e-15, 1.04e-14], "3e-16 [-9.8e-15, 1.04e-14]"],
  [2, [2, 2], "2 [2, 2]"],
] as const)("%d known to %j has the digits that tell the ends apart", (measured, interval, text) => {
  const result = { measured, interval, judged: interval } as unknown as ClaimResult;
  expect(measuredText(result)).toBe(text);
  expect(text).toContain(judgedText(result));
});
