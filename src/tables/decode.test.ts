// Text from bytes: UTF-16 without a mark is known by its high bytes, whatever the alphabet of a few names; what a file manager packs is no table.

import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { decodeText } from "./decode.ts";

describe("UTF-16 without a mark", () => {
  it.each([
    ["Cyrillic", "имя,возраст\nАнна,3\nИван,4\n"],
    ["Chinese", "姓名,1\n王五,2\n"],
    ["Greek", "ηλικία;ύψος\nΆννα;1\n"],
    ["Latin", "x,y\n1,2\n"],
  ])("%s", (_alphabet, text) => {
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(text, "utf16le").swap16();
    expect(decodeText("t", little)).toEqual({ text, encoding: "utf-16le", notices: [] });
    expect(decodeText("t", big)).toEqual({ text, encoding: "utf-16be", notices: [] });
    expect(decodeText("t", Buffer.from(text))).toEqual({ text, encoding: "utf-8", notices: [] });
  });
});

describe("a zip of one table", () => {
  const text = "x,y\n1,2\n";
  const table = Buffer.from(text);
  it.each([
    ".DS_Store",
    "._t.csv",
    "data/.DS_Store",
    "__MACOSX/._t.csv",
    "desktop.ini",
    "Thumbs.db",
  ])("beside %s is that table", (name) => {
    for (const files of [
      { "t.csv": table, [name]: table },
      { [name]: table, "t.csv": table },
    ]) {
      expect(decodeText("t", zipSync(files)).text).toBe(text);
    }
  });
  it("beside another is refused", () => {
    expect(() => decodeText("t", zipSync({ "t.csv": table, "store.csv": table }))).toThrow(
      't: is a zip of 2 files: "t.csv", "store.csv"; take one of them out',
    );
  });
});
