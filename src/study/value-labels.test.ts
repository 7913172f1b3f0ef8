import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pointLabels, wordsOf } from "./value-labels.ts";

const labels = (key: string, ...values: readonly unknown[]) =>
  pointLabels(values.map((value) => ({ [key]: value })));

describe("labels of swept values", () => {
  it.each([
    [
      "dynamics",
      [{ kind: "gradient-flow" }, { kind: "kinetic", friction: 0.5 }],
      ["gradient flow", "kinetic"],
    ],
    [
      "dynamics",
      [{ kind: "kinetic", friction: 0.5 }, { kind: "kinetic", friction: 2 }, { kind: "langevin" }],
      ["kinetic, friction = 0.5", "kinetic, friction = 2", "langevin"],
    ],
    [
      "dynamics",
      [
        { kind: "kinetic", friction: { nesterov: 3, from: 1 } },
        { kind: "kinetic", friction: 1 },
      ],
      ["kinetic, nesterov = 3, from = 1", "kinetic, friction = 1"],
    ],
    [
      "dynamics",
      [{ kind: "gradient-flow" }, { kind: "gradient-flow", mobility: { a: 1, w: 0, b: 1 } }],
      ["gradient flow", "gradient flow, a = 1, w = 0, b = 1"],
    ],
    ["problem.temperature", [0.1, 0.2], ["temperature = 0.1", "temperature = 0.2"]],
    ["problem.neuron.activation", ["tanh", "relu"], ["activation = tanh", "activation = relu"]],
    [
      "initial.mean",
      [
        [0, 1],
        [1, 1],
      ],
      ["mean = (0, 1)", "mean = (1, 1)"],
    ],
    ["problem.loss", ["squared", { huber: { delta: 1 } }], ["loss = squared", "delta = 1"]],
    [
      "solvers",
      [[{ particles: { width: 10 } }], [{ particles: { width: 20 } }]],
      ["width = 10", "width = 20"],
    ],
    ["problem.neuron.bias", [true, false], ["bias = true", "bias = false"]],
    ["problem.regulariser", [{}, { l2: 1 }], ["regulariser = value 1", "l2 = 1"]],
  ])("%s: %j", (key, values, expected) => expect(labels(key, ...values)).toEqual(expected));

  it("leave out a swept seed, which makes replicas", () => {
    expect(
      pointLabels([
        { seed: 1, x: 2 },
        { seed: 2, x: 2 },
      ]),
    ).toEqual(["x = 2", "x = 2"]);
  });

  it("take no longer than there are values", () => {
    const many = Array.from({ length: 20_000 }, (_, k) => ({
      dynamics: { kind: "kinetic", friction: k },
      x: k,
    }));
    const started = performance.now();
    expect(pointLabels(many)[19_999]).toBe("kinetic, friction = 19999, x = 19999");
    // Some 50 ms; where every value met every other, minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("tell different values apart, and are no JSON", () => {
    const scalar = fc.oneof(
      fc.integer(),
      fc.constantFrom("a", "b", "gradient-flow"),
      fc.boolean(),
      fc.constant(null),
    );
    const object = fc.dictionary(
      fc.constantFrom("kind", "friction", "a", "b"),
      fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(scalar, object), {
          selector: (value) => JSON.stringify(value),
          minLength: 1,
          maxLength: 6,
        }),
        (values) => {
          const words = wordsOf(values).map((one) => JSON.stringify(one));
          expect(new Set(words).size).toBe(values.length);
          for (const label of labels("key", ...values)) expect(label).not.toMatch(/[{}"]/);
        },
      ),
    );
  });
});
