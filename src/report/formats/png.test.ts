import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { afterAll, describe, expect, it } from "vitest";
import { syntheticFit, syntheticStudy } from "../../../test/support/studies.ts";
import { writeStudyReport } from "../study/report.ts";
import { fontFiles } from "./fonts.ts";
import { writePngs } from "./png.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-png-"));
afterAll(() => rmSync(folder, { recursive: true }));
const summary = syntheticStudy({ fits: [syntheticFit({ predicted: -0.5 })] });
await writeStudyReport(folder, { summary, description: [], sources: [] });

/** Width and height from a PNG file's header. */
function sizeOf(path: string): number[] {
  const bytes = readFileSync(path);
  expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

describe("figures as PNG", () => {
  it("stand beside their SVG files, in twice the size, the same every time", () => {
    const paths = writePngs(folder);
    expect(
      paths.map((path) => readdirSync(join(folder, "figures")).includes(path.split("/").at(-1)!)),
    ).toEqual([true]);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(
      readFileSync(paths[0]!.replace(/png$/, "svg"), "utf8"),
    )!;
    expect(sizeOf(paths[0]!)).toEqual([2 * Number(width), 2 * Number(height)]);
    const bytes = readFileSync(paths[0]!);
    writePngs(folder);
    expect(readFileSync(paths[0]!)).toEqual(bytes);
  });

  it("need figures, the renderer and its fonts, and say so", () => {
    const bare = join(folder, "bare");
    mkdirSync(bare);
    expect(() => writePngs(bare)).toThrow(`${join(bare, "figures")}: found no figures`);
    const absent = () => {
      throw new Error("Cannot find module '@resvg/resvg-js'\nRequire stack:");
    };
    expect(() => writePngs(folder, absent)).toThrow(
      /^--png: @resvg\/resvg-js or dejavu-fonts-ttf, .* does not load \(Cannot find module '@resvg\/resvg-js'\); install them/,
    );
  });

  it("show text by their own fonts, whatever the computer has", () => {
    class Seen extends Resvg {
      constructor(svg: string, options: { font: object }) {
        expect(options.font).toMatchObject({ loadSystemFonts: false });
        super(
          svg.replace(/<svg([^>]*)>[\s\S]*<\/svg>/, '<svg$1><text x="9" y="20">N ≥ τ∇Φ</text></svg>'),
          options,
        );
        expect(this.getBBox()!.width).toBeGreaterThan(40);
      }
    }
    writePngs(folder, () => ({ Renderer: Seen as typeof Resvg, fonts: fontFiles() }));
  });

  it("say which figure is damaged", () => {
    mkdirSync(join(folder, "damaged", "figures"), { recursive: true });
    writeFileSync(join(folder, "damaged", "figures", "risk.svg"), "<svg");
    expect(() => writePngs(join(folder, "damaged"))).toThrow("risk.svg: cannot be drawn");
  });
});
