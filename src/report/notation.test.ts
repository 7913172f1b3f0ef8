import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asNotation,
  formatNumber,
  notationToHtml,
  notationToSvg,
  notationToText,
  typesetNumber,
} from "./notation.ts";

describe("notation", () => {
  const risk = "risk *R*(*f*_N) < 1";

  it("is typeset for each medium", () => {
    expect(notationToText(risk)).toBe("risk R(f_N) < 1");
    expect(notationToHtml(risk)).toBe("risk <i>R</i>(<i>f</i><sub>N</sub>) &lt; 1");
    expect(notationToSvg("*f*_N(x)", 12)).toBe(
      '<tspan font-style="italic">f</tspan><tspan dy="3" font-size="9">N</tspan><tspan dy="-3">(x)</tspan>',
    );
    expect(notationToHtml("*E*_τ∗")).toBe("<i>E</i><sub>τ</sub>∗");
  });

  it("takes any other text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."*_\\aN \n") }), (text) => {
        expect(notationToText(`*x* ${asNotation(text)}_N`)).toBe(`x ${text}_N`);
      }),
    );
  });

  it("never lets markup through", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."<>&\"'*_\\aN ") }), (text) => {
        const html = notationToHtml(text).replaceAll(/<\/?(i|sub)>/g, "");
        const svg = notationToSvg(text, 12).replaceAll(/<\/?tspan[^<>]*>/g, "");
        for (const output of [html, svg]) expect(output).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

describe("numbers", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [0.021349, "0.02135"],
    [0.0010004, "0.001"],
    [0.00099996, "0.001"],
    [1234.6, "1235"],
    [9999.9, "1e4"],
    [-2.5e-7, "-2.5e-7"],
    [Number.NaN, "not finite"],
    [Number.NEGATIVE_INFINITY, "not finite"],
  ])("%d reads %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it("keep their digits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatNumber(value, 5))).toBeCloseTo(Number(value.toPrecision(5)), 300);
      }),
    );
  });

  it("are typeset with powers of ten and a true minus", () => {
    expect(typesetNumber(-2.5e-17)).toBe("−2.5×10⁻¹⁷");
    expect(typesetNumber(1e-4)).toBe("10⁻⁴");
    expect(typesetNumber(0.5)).toBe("0.5");
  });
});
