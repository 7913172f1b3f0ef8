// Foreign text in messages: one line, nothing that a terminal obeys.

import { describe, expect, it } from "vitest";
import { counted, listed, printable, quoted, tally } from "./words.ts";

describe("printable", () => {
  it.each([
    ["plain: é, θ, 数, 🙂", "plain: é, θ, 数, 🙂"],
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u001b[31mred", "\\u001b[31mred"],
    ["\u009b2J", "\\u009b2J"],
    ["\u0000\u007f", "\\u0000\\u007f"],
    ["\u202etxt.exe", "\\u202etxt.exe"],
    ["a\u2028b\u2029c", "a\\u2028b\\u2029c"],
    ["\u200b", "\\u200b"],
    ["\ud800", "\\ud800"],
  ])("%j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

it("quotes are cut, lists have an and", () => {
  expect(quoted("x".repeat(50))).toBe(`"${"x".repeat(40)}…"`);
  expect([listed([]), listed(["a"]), listed(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
  expect([listed(["a", "b"], 2), listed(["a", "b", "c", "d"], 2)]).toEqual(["a and b", "a, b and 2 others"]);
  expect([counted(1, "row"), counted(2, "row")]).toEqual(["1 row", "2 rows"]);
  expect(tally(["b", null, "a", "b", "d"], ["a", "b", "c"])).toEqual(["1 a", "2 b"]);
});
