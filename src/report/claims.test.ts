import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { claim } from "../study/claim.ts";
import { runClaim } from "../study/validate.ts";
import { writeClaimPages } from "./claims.ts";

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
    measure: () => ({
      measured: 1,
      error: 0.01,
      figure: { x: { label: "x" }, y: { label: "y" }, curves: [], caption: "f[μ](x) beside *it*." },
      notes: ["~~struck~~"],
    }),
  });
  const result = await runClaim(stated, { full: false, together: 1 });
  const list = readFileSync(
    writeClaimPages(folder, [{ claim: stated, result, named: stated.id }], false),
    "utf8",
  );
  expect(list).toContain(
    "| [marked](marked.md) | ½∫\\|ω\\|²dμ \\*falls*, \\<b>always\\</b>. | 1 | 1 [0.99, 1.01] | HOLDS |",
  );
  const page = readFileSync(join(folder, "marked.md"), "utf8");
  expect(page).toContain("½∫|ω|²dμ \\*falls*, \\<b>always\\</b>.");
  expect(page).toContain("Source: Nobody 2000, On \\`code\\` and μ_N.");
  expect(page).toContain("θ_{n+1} = θ_n − h∇Φ[μ_N\\](θ_n), a* = b*(c), \\_x_");
  expect(page).toContain("![fμ(x) beside \\*it*.](figures/marked.svg)\n\nf[μ\\](x) beside \\*it*.");
  expect(page).toContain("- \\~\\~struck\\~~");
});
