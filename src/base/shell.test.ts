import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellWord, shellWords, splitWords } from "./shell.ts";

/** Text without the one character that no word can hold. */
const text = fc.string({ unit: "binary", maxLength: 20 }).map((one) => one.replaceAll("\0", ""));

describe("a word of a shell", () => {
  it("is the text, as bash reads it", () => {
    const words = [
      ...["", "plain", "/a/b.yaml", "a b", "it's", '"', "$HOME", "`ls`", "$(ls)", "a\\b", "*", "~", "!x"],
      ...["-n", "new\nline", "é θ", "{1..3}", "#", "a;b", "&", "'", "''", "%d"],
    ];
    const script = `printf '%s\\0' ${shellWords(words)}`;
    expect(execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(
      words,
    );
  });

  it("leaves plain words plain", () => {
    expect(shellWord("/usr/bin/node")).toBe("/usr/bin/node");
    expect(shellWord("problem.temperature=0.1")).toBe("problem.temperature=0.1");
  });

  it("is read back", () => {
    fc.assert(
      fc.property(fc.array(text), (words) => {
        expect(splitWords(shellWords(words), "words")).toEqual(words);
      }),
    );
  });

  it("is read with double quotes and backslashes too", () => {
    expect(splitWords(String.raw`  a "b c"'d' e\ f "\"" '' `, "words")).toEqual([
      "a",
      "b cd",
      "e f",
      '"',
      "",
    ]);
    const within = String.raw`"a\b \$c \\ \` d" 'e\f' g\h`;
    const bash = execFileSync("bash", ["-c", `printf '%s\\0' ${within}`], { encoding: "utf8" });
    expect(splitWords(within, "words")).toEqual(bash.split("\0").slice(0, -1));
    expect(() => splitWords("a\\", "words")).toThrow("ends in a backslash");
  });
});
