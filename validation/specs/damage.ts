// What people and accidents do to a spec: to what it says (a key left out, misspelt, elsewhere; a value of another type, another size, another
// spec), and to its text (cut, torn, indented otherwise; what YAML has besides: anchors, aliases, tags, merge keys). One to four of these a spec.

import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { Sound } from "./stock.ts";

/** A spec that was damaged, as the bytes of a file. */
export interface Damaged {
  /** Of the sound one, and what was done to it. */
  readonly story: string;
  readonly extension: ".yaml" | ".json";
  readonly bytes: Uint8Array;
}

/** Numbers in [0, 1) that decide where and how. */
type Dice = readonly number[];
const among = <T>(values: readonly T[], u: number): T => values[Math.floor(u * values.length)]!;

// ---- To what it says ----

type Key = string | number;
type Place = readonly Key[];
type Tree = unknown;

const isMapping = (tree: Tree): tree is Record<string, Tree> =>
  typeof tree === "object" && tree !== null && !Array.isArray(tree);

const childrenOf = (tree: Tree): [Key, Tree][] =>
  Array.isArray(tree) ? [...tree.entries()] : isMapping(tree) ? Object.entries(tree) : [];

/** Every place below the root. */
const placesIn = (tree: Tree, above: Place = []): Place[] =>
  childrenOf(tree).flatMap(([key, child]) => [[...above, key], ...placesIn(child, [...above, key])]);

const valueAt = (tree: Tree, place: Place): Tree =>
  place.reduce<Tree>((now, key) => (Object(now) as Record<Key, Tree>)[key], tree);

/** A mapping, any keys of which are its own. */
const mappingOf = (entries: readonly [string, Tree][]): Tree => {
  const mapping = {};
  for (const [key, value] of entries) {
    Object.defineProperty(mapping, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return mapping;
};

/** The tree with its entry at a place as `change` says: its new entries, none or several. */
function changed(tree: Tree, place: Place, change: (key: Key, value: Tree) => [Key, Tree][]): Tree {
  const [first, ...rest] = place;
  const entries = childrenOf(tree).flatMap(([key, child]): [Key, Tree][] => {
    if (key !== first) return [[key, child]];
    return rest.length === 0 ? change(key, child) : [[key, changed(child, rest, change)]];
  });
  if (Array.isArray(tree)) return entries.map(([, child]) => child);
  return isMapping(tree) ? mappingOf(entries.map(([key, child]) => [String(key), child])) : tree;
}

const put = (tree: Tree, place: Place, value: Tree) => changed(tree, place, (key) => [[key, value]]);

const WORDS = [
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "length", "kind", "name", "a", "w", "b"],
  ...["temperature", "width", "widths", "N", "lr", "learning_rate", "epochs", "beta", "noise", "mean", "std"],
  ...[
    "0",
    "",
    " ",
    "x".repeat(3000),
    "τ",
    "schlüssel",
    "a.b",
    "time.step",
    "\u202eevil",
    "\u0000",
    "a\nb",
    "\ud800",
  ],
];

const NUMBERS = [
  ...[0, -0, -1, 1, 2, 3, 4, 0.5, 1 / 3, 1e-3, 1e-9, 1e-300, 5e-324, 1e3, 1e5, 1e6, 1e9, 1e15, 1e16, 1e21],
  ...[2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e100, 1e308, Number.MAX_VALUE, -1e9, -1e308, -1e-300],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

const deep = (levels: number): Tree => (levels === 0 ? 1 : { a: deep(levels - 1) });

const VALUES: readonly Tree[] = [
  ...NUMBERS,
  ...[
    null,
    true,
    false,
    "",
    " ",
    "text",
    "null",
    "NaN",
    "1e3",
    "0.1",
    "1,5",
    "[1, 2]",
    "{a: 1}",
    "1/3",
    "π",
    "auto",
  ],
  ...[
    "undefined",
    "[object Object]",
    "\u001b[2J",
    "a\nb\tc",
    "\u202etxt",
    "\ud83d",
    "💥",
    "../../../etc/passwd",
  ],
  ...[
    "/dev/zero",
    "/dev/null",
    ".",
    "points.csv",
    "neurons.npz",
    "nothing.csv",
    "-".repeat(20),
    "x".repeat(100_000),
  ],
  ...[
    [],
    {},
    [[]],
    [{}],
    [null],
    [1, 2, 3],
    [[1, 2]],
    ["a"],
    [Number.NaN],
    { kind: "gaussian" },
    { a: 1 },
    { x: 1, y: 2 },
  ],
  ...[Array.from({ length: 2000 }, (_, k) => k), Array.from({ length: 300 }, () => [0, 1]), deep(60)],
];

const misspelt = (key: string, [, , u = 0, v = 0]: Dice): string => {
  const at = Math.floor(v * (key.length + 1));
  return among(
    [
      key.slice(0, at) + key.slice(at + 1),
      `${key.slice(0, at)}e${key.slice(at)}`,
      key.slice(0, at) + key.slice(at + 1, at + 2) + key.slice(at, at + 1) + key.slice(at + 2),
      key.toUpperCase(),
      `${key}s`,
      `${key} `,
      key.replace(/[-_]/, "_"),
      `\u200b${key}`,
      key.replace("a", "а"),
      among(WORDS, v),
    ],
    u,
  );
};

type TreeDamage = (tree: Tree, place: Place, dice: Dice, others: readonly Tree[]) => Tree;

const numbersIn = (tree: Tree) => placesIn(tree).filter((one) => typeof valueAt(tree, one) === "number");

const scaled =
  (factor: number): TreeDamage =>
  (tree, _place, [, , u = 0]) => {
    const numbers = numbersIn(tree);
    if (numbers.length === 0) return tree;
    const place = among(numbers, u);
    return put(tree, place, Number(valueAt(tree, place)) * factor);
  };

/** A sweep or fits besides. */
const besides = (tree: Tree, key: string, value: Tree) =>
  isMapping(tree) ? { ...tree, [key]: value } : { [key]: value };

const dotted = (place: Place) => place.join(".");

const ON_TREES: Readonly<Record<string, TreeDamage>> = {
  "left out": (tree, place) => changed(tree, place, () => []),
  misspelt: (tree, place, dice) =>
    changed(tree, place, (key, value) => [[typeof key === "string" ? misspelt(key, dice) : key, value]]),
  "another value": (tree, place, [, , u = 0]) => put(tree, place, among(VALUES, u)),
  "another number": (tree, _place, [, , u = 0, v = 0]) => {
    const numbers = numbersIn(tree);
    return numbers.length === 0 ? tree : put(tree, among(numbers, v), among(NUMBERS, u));
  },
  "a key more": (tree, place, [, , u = 0, v = 0]) => {
    const inside = isMapping(valueAt(tree, place)) ? place : place.slice(0, -1);
    const entry: [string, Tree] = [among(WORDS, v), among(VALUES, u)];
    const more = (value: Tree) =>
      isMapping(value)
        ? mappingOf([...Object.entries(value), entry])
        : [...Object.values(Object(value)), entry[1]];
    return inside.length === 0 ? more(tree) : put(tree, inside, more(valueAt(tree, inside)));
  },
  swapped: (tree, place, [, , u = 0]) => {
    const other = among(placesIn(tree), u);
    const [here, there] = [valueAt(tree, place), valueAt(tree, other)];
    return put(put(tree, place, there), other, here);
  },
  moved: (tree, place, [, , u = 0]) => {
    const value = valueAt(tree, place);
    const without = changed(tree, place, () => []);
    const mappings = placesIn(without).filter((one) => isMapping(valueAt(without, one)));
    const key = String(place.at(-1));
    if (mappings.length === 0 || u < 0.2) return besides(without, key, value);
    const into = among(mappings, u);
    return put(without, into, besides(valueAt(without, into), key, value));
  },
  "from another spec": (tree, place, [, , u = 0, v = 0], others) => {
    const other = among(others, u);
    const same = valueAt(other, place);
    return put(tree, place, same !== undefined && v < 0.7 ? same : valueAt(other, among(placesIn(other), v)));
  },
  "what another spec has under that key": (tree, place, [, , u = 0], others) => {
    const key = place.at(-1);
    const values = others.flatMap((other) =>
      placesIn(other).flatMap((one) => (one.at(-1) === key ? [valueAt(other, one)] : [])),
    );
    return values.length === 0 ? tree : put(tree, place, among(values, u));
  },
  "in a list": (tree, place) => put(tree, place, [valueAt(tree, place)]),
  "in a mapping": (tree, place, [, , u = 0]) =>
    put(tree, place, { [among(["value", "kind", "0", "l2", "a"], u)]: valueAt(tree, place) }),
  "out of its list": (tree, place) => {
    const [, first] = childrenOf(valueAt(tree, place))[0] ?? [];
    return first === undefined ? tree : put(tree, place, first);
  },
  "as text": (tree, place) => put(tree, place, String(valueAt(tree, place))),
  longer: (tree, place, [, , u = 0]) => {
    const value = valueAt(tree, place);
    const times = among([2, 3, 100, 5000], u);
    if (Array.isArray(value)) return put(tree, place, Array.from({ length: times }, () => value).flat());
    return put(
      tree,
      place,
      Array.from({ length: times }, () => value),
    );
  },
  shorter: (tree, place) => {
    const value = valueAt(tree, place);
    return Array.isArray(value) ? put(tree, place, value.slice(0, -1)) : tree;
  },
  "times 1e6": scaled(1e6),
  "times 1e-6": scaled(1e-6),
  "times 10": scaled(10),
  "times -1": scaled(-1),
  "times 1.1": scaled(1.1),
  halved: scaled(0.5),
  doubled: scaled(2),
  tripled: scaled(3),
  swept: (tree, place, [, , u = 0, v = 0], others) => {
    const value = valueAt(tree, place);
    const key = among(
      [dotted(place), dotted(place), dotted(place), `${dotted(place)}.a`, "time.stp", "seed"],
      v,
    );
    const number = Number(value) || 1;
    const values = among<Tree[]>(
      [
        [value],
        [value, value],
        [value, among(VALUES, v)],
        [number, 2 * number, 3 * number],
        [0.5 * number, Number.NaN],
        [among(VALUES, v), valueAt(among(others, v), place)],
        [],
        Array.from({ length: 30 }, (_, k) => number + k),
      ],
      u,
    );
    const given = valueAt(tree, ["sweep"]);
    return besides(
      tree,
      "sweep",
      u < 0.5 && isMapping(given) ? { ...given, [key]: values } : { [key]: values },
    );
  },
  "swept widely": (tree, _place, [, , u = 0]) => {
    const many = (length: number) => Array.from({ length }, (_, k) => k + 1);
    const length = among([20, 40, 1001, 20_000], u);
    return besides(tree, "sweep", {
      seed: many(length),
      "problem.temperature": many(length),
      "solvers.0.particles.width": many(length),
    });
  },
  fitted: (tree, place, [, , u = 0, v = 0]) => {
    const fit = {
      quantity: among(["risk", "energy", "f_rms", "w2", "gap", "mean_theta_0", "rsk", "kinetic"], u),
      along: among(["width", "time", "cells", "time.step", dotted(place), "seed"], v),
      ...among(
        [{}, { against: "grid" }, { solver: "grid" }, { law: "exponential" }, { at: 1 }, { predicted: -1 }],
        u,
      ),
    };
    return besides(tree, "fits", [fit]);
  },
};

const MILD = [
  "times 10",
  "times 1.1",
  "halved",
  "doubled",
  "tripled",
  "another number",
  "what another spec has under that key",
  "swept",
];

// ---- To its text ----

type TextDamage = (text: string, at: (length: number) => number, nasty: string) => string;

const NASTY = [
  ...[
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\u0007",
    "\u001b[31m",
    "\ufeff",
    "\u00a0",
    "\u2028",
    "\u202e",
    "\u200b",
    "−",
    "，",
  ],
  ...[
    ":",
    ": ",
    "- ",
    ", ",
    "#",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "|",
    ">",
    "%",
    "@",
    "`",
    "!",
    "&",
    "*",
    "? ",
    "---\n",
    "...\n",
  ],
  ...[
    "&a ",
    "*a",
    "*b",
    "<<: *a\n",
    "&a [*a]",
    "!!js/function ",
    "!!binary ",
    "!!timestamp 2001-01-01",
    "!!set ",
    "!!omap ",
  ],
  ...[
    "!!float ",
    "!!str ",
    "!!int ",
    "!custom ",
    "!<tag:x> ",
    "%YAML 1.1\n---\n",
    "%TAG ! tag:x,2000:\n---\n",
    "yes",
    "off",
    "~",
  ],
  ...[
    "0x10",
    "0o17",
    "0b11",
    "1_000",
    "12e03",
    ".5",
    "5.",
    "1:30",
    "2001-01-01",
    ".inf",
    "-.Inf",
    ".NaN",
    "1e999",
    "+1",
    "==",
    "=1+1",
  ],
  ...[
    "<<<<<<< HEAD\n",
    "=======\n",
    "__proto__: { a: 1 }\n",
    "? {a: 1}\n: 2\n",
    "? ".repeat(200),
    "[".repeat(500),
    "{a: ".repeat(300),
  ],
  ...[
    "&a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n",
  ],
];

const linesOf = (text: string) => text.split("\n");
const onLine = (text: string, k: number, change: (line: string) => string[]) => {
  const lines = linesOf(text);
  return [...lines.slice(0, k), ...change(lines[k] ?? ""), ...lines.slice(k + 1)].join("\n");
};

const ON_TEXTS: Readonly<Record<string, TextDamage>> = {
  inserted: (text, at, nasty) => text.slice(0, at(text.length + 1)) + nasty + text.slice(at(text.length + 1)),
  "before a value": (text, at, nasty) => {
    const values = [...text.matchAll(/[:[,-] /g)];
    if (values.length === 0) return text;
    const { index } = values[at(values.length)]!;
    return `${text.slice(0, index + 2)}${nasty}${text.slice(index + 2)}`;
  },
  "in the place of a value": (text, at, nasty) => {
    const values = [...text.matchAll(/: ([^\s,{}[\]]+)/g)];
    if (values.length === 0) return text;
    const { index, 0: whole } = values[at(values.length)]!;
    return `${text.slice(0, index + 2)}${nasty}${text.slice(index + whole.length)}`;
  },
  "a line more": (text, at, nasty) => onLine(text, at(linesOf(text).length), (line) => [nasty, line]),
  overwritten: (text, at, nasty) => text.slice(0, at(text.length)) + nasty + text.slice(at(text.length) + 1),
  "a character less": (text, at) => text.slice(0, at(text.length)) + text.slice(at(text.length) + 1),
  cut: (text, at) => text.slice(0, at(text.length + 1)),
  "its beginning cut": (text, at) => text.slice(at(text.length + 1)),
  "a line less": (text, at) => onLine(text, at(linesOf(text).length), () => []),
  "a line twice": (text, at) => onLine(text, at(linesOf(text).length), (line) => [line, line]),
  "a line indented": (text, at) => onLine(text, at(linesOf(text).length), (line) => [`  ${line}`]),
  "a line outdented": (text, at) =>
    onLine(text, at(linesOf(text).length), (line) => [line.replace(/^ {1,2}/, "")]),
  "a line by a tab": (text, at) =>
    onLine(text, at(linesOf(text).length), (line) => [line.replace(/^ +|^/, "\t")]),
  tabs: (text) => text.replaceAll(/^ +/gm, (blanks) => "\t".repeat(blanks.length / 2)),
  CRLF: (text) => text.replaceAll("\n", "\r\n"),
  CR: (text) => text.replaceAll("\n", "\r"),
  "colons alone": (text) => text.replaceAll(": ", ":"),
  "equals signs": (text) => text.replaceAll(": ", " = "),
  "decimal commas": (text) => text.replaceAll(/(\d)\.(\d)/g, "$1,$2"),
  twice: (text) => text + text,
  "as one line": (text) => text.replaceAll("\n", " "),
  "typographic quotes": (text) => text.replaceAll(/["']/g, "”"),
};

const PACKING: Readonly<Record<string, (text: string, at: (length: number) => number) => Uint8Array>> = {
  "": (text) => Buffer.from(text),
  "with a mark of order": (text) => Buffer.from(`\ufeff${text}`),
  "in UTF-16": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "in latin-1": (text) => Buffer.from(text, "latin1"),
  "with a bit flipped": (text, at) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[at(bytes.length)]! ^= 1 << (at(8 * bytes.length) % 8);
    return bytes;
  },
  "with bytes of 0 after it": (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(100)]),
};

// ---- One to four of these ----

// Uniform: a double of fast-check, and its biased integers, are mostly near 0, and damage would be at the beginning.
const unit = fc.noBias(fc.nat(2 ** 31 - 1)).map((n) => n / 2 ** 31);
const dice = fc.tuple(unit, unit, unit, unit);
const oftenPlain = fc.oneof(
  { weight: 12, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(PACKING)) },
);

/** Damage to one of these. */
export function damaged(stock: readonly Sound[]): fc.Arbitrary<Damaged> {
  const trees = stock.map(({ text }) => parse(text) as Tree);
  // What is mild twice, that enough is accepted.
  const mild = Object.keys(ON_TREES).filter((how) => MILD.includes(how));
  const onTree = fc.record({ how: fc.constantFrom(...Object.keys(ON_TREES), ...mild, ...mild), dice });
  const onText = fc.record({
    how: fc.constantFrom(...Object.keys(ON_TEXTS)),
    nasty: fc.constantFrom(...NASTY),
    at: unit,
  });
  const some = <T>(one: fc.Arbitrary<T>, maxLength: number, [empty, full]: readonly [number, number]) =>
    fc.oneof(
      { weight: empty, arbitrary: fc.constant<T[]>([]) },
      { weight: 2 * full, arbitrary: fc.array(one, { minLength: 1, maxLength: 1 }) },
      { weight: full, arbitrary: fc.array(one, { minLength: 2, maxLength }) },
    );
  const few = fc
    .record({ said: some(onTree, 3, [1, 4]), text: some(onText, 2, [8, 1]) })
    .filter(({ said, text }) => said.length + text.length > 0);
  return fc
    .record({
      which: fc.noBias(fc.nat(stock.length - 1)),
      few,
      packing: oftenPlain,
      at: unit,
      json: fc.constantFrom(...[false, false, false, true]),
    })
    .map(({ which, few: { said, text }, packing, at, json }) => {
      const tree = said.reduce((now: Tree, { how, dice }) => {
        const places = placesIn(now);
        return places.length === 0 ? now : ON_TREES[how]!(now, among(places, dice[0]), dice, trees);
      }, trees[which]);
      const written = said.length === 0 ? stock[which]!.text : json ? jsonOf(tree) : stringify(tree);
      const torn = text.reduce(
        (now, { how, nasty, at }) => ON_TEXTS[how]!(now, (length) => Math.floor(at * length), nasty),
        written,
      );
      const done = [...said, ...text].map(({ how }) => how);
      return {
        story: [stock[which]!.title, ...done, packing].filter(Boolean).join("; "),
        extension: json ? (".json" as const) : (".yaml" as const),
        bytes: PACKING[packing]!(torn, (length) => Math.floor(at * length)),
      };
    });
}

/** JSON, in which what it cannot state is written as people do. */
const jsonOf = (tree: Tree) =>
  JSON.stringify(
    tree,
    (_, value: Tree) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value),
    1,
  ) ?? "";
