import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzlibSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import { figures } from "../figures/figures.ts";
import { writeFigures } from "../write.ts";
import { writePdfs } from "./pdf.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-pdf-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The operators of a file's streams, those of fonts aside. */
function operators(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  return [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, stream]) => {
      try {
        return Buffer.from(unzlibSync(Buffer.from(stream!, "latin1"))).toString("latin1");
      } catch {
        return "";
      }
    })
    .filter((stream) => / re\n| l\n| c\n/.test(stream))
    .join("\n");
}

describe("figures as PDF", () => {
  it("are those of the folder, in their size, with their lines and their text, the same bytes again", async () => {
    const input = withDensities(synthetic({ widths: [5, 20], replicas: 2, until: 1 }), { solver: "grid" });
    const drawn = figures(input).slice(0, 4);
    await writeFigures(folder, drawn);
    const paths = await writePdfs(folder);
    expect(paths).toEqual(drawn.map(({ name }) => join(folder, "figures", `${name}.pdf`)).sort());
    const files = paths.map((path) => readFileSync(path));
    for (const [k, path] of paths.entries()) {
      const svg = readFileSync(path.replace(/pdf$/, "svg"), "utf8");
      const [width, height] = [/ width="(\d+)"/, / height="(\d+)"/].map(
        (size) => 0.75 * Number(size.exec(svg)![1]),
      );
      const text = files[k]!.toString("latin1");
      expect(text).toMatch(/^%PDF-1\.\d/);
      expect(text).toContain(`/MediaBox [0 0 ${width} ${height}]`);
      expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+DejaVuSans/);
      const drawnLines = operators(files[k]!);
      expect(drawnLines.match(/ Tf/g)!.length).toBeGreaterThan(5);
      expect(drawnLines.match(/ l\n/g)!.length).toBeGreaterThan(10);
      expect(drawnLines).not.toContain("NaN");
    }
    await writePdfs(folder);
    for (const [k, path] of paths.entries()) expect(readFileSync(path).equals(files[k]!)).toBe(true);
    expect(readdirSync(join(folder, "figures")).filter((name) => !/\.(svg|pdf)$/.test(name))).toEqual([]);
  });

  it("need figures, of muflow's own, and what draws them", async () => {
    await expect(writePdfs(join(folder, "nowhere"))).rejects.toThrow("found no figures; muflow run");
    const missing = () => {
      throw new Error("Cannot find module 'pdfkit'\nRequire stack:");
    };
    await expect(writePdfs(folder, missing)).rejects.toThrow(
      /--format pdf: pdfkit, .* does not load \(Cannot find module 'pdfkit'\); install them/,
    );
    const other = mkdtempSync(join(tmpdir(), "muflow-pdf-"));
    mkdirSync(join(other, "figures"));
    writeFileSync(join(other, "figures", "x.svg"), "<svg/>");
    await expect(writePdfs(other)).rejects.toThrow("is no figure of muflow");
    rmSync(other, { recursive: true });
  });
});
