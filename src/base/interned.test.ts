// Texts of a message are other copies than the program's own, and interned ones are not: asked of V8 itself.

import { deserialize, serialize, setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { interned } from "./interned.ts";

function askV8(): (text: string) => boolean {
  setFlagsFromString("--allow-natives-syntax");
  try {
    return new Function("text", "return %IsInternalizedString(text)") as (text: string) => boolean;
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}

describe("plain data of a message, interned,", () => {
  const sent = {
    kind: "double-well",
    "1": "annealed-langevin",
    nested: [{ integrator: "nesterov-iteration", width: 3, none: null, off: undefined }, "__proto__", ""],
    numbers: Float64Array.of(1, 2),
  };
  const came = () => deserialize(serialize(sent)) as typeof sent;

  it("say the same", () => {
    expect(interned(came())).toEqual(sent);
  });

  it("hold V8's own copies of their texts; before they do not", () => {
    const isOwn = askV8();
    const texts = (data: typeof sent) => [
      data.kind,
      data["1"],
      (data.nested[0] as { integrator: string }).integrator,
    ];
    expect(texts(came()).map(isOwn)).toEqual([false, false, false]);
    expect(texts(interned(came())).map(isOwn)).toEqual([true, true, true]);
  });
});
