// What a folder cannot be written as is refused before anything is computed or drawn.

import { describe, expect, it } from "vitest";
import { FORMATS } from "./format-names.ts";
import { type Held, NO_SNAPSHOTS, requireFormats } from "./formats.ts";

const CASES: readonly (readonly [string, Held, readonly string[]])[] = [
  ["a study", NO_SNAPSHOTS, ["png", "pdf"]],
  ["a run that keeps nothing", { networks: false, densities: false }, ["png", "pdf"]],
  ["a run of densities", { networks: false, densities: true }, ["png", "pdf", "mat"]],
  ["a run of networks", { networks: true, densities: false }, ["png", "pdf", "mat", "csv"]],
  ["a run of both", { networks: true, densities: true }, ["png", "pdf", "mat", "csv"]],
];

describe("requireFormats", () => {
  for (const [what, held, allowed] of CASES) {
    it(`allows for ${what} ${allowed.join(", ")}, and says so where it refuses`, () => {
      const refusals = FORMATS.flatMap((format) => {
        try {
          requireFormats("DIR", [format], () => held);
          return [];
        } catch (error) {
          return [[format, (error as Error).message]] as const;
        }
      });
      expect(FORMATS.filter((format) => !refusals.some(([refused]) => refused === format))).toEqual(allowed);
      for (const [format, message] of refusals) {
        expect(message).toMatch(new RegExp(`^--format ${format}: DIR holds `));
        expect(message).toMatch(new RegExp(`allowed there: ${allowed.join(", ")}(;|$)`));
      }
    });
  }
});
