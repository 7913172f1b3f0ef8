// `--set key=value`: a value put at a dotted path of an experiment, as if the file had it there.

import { type Document, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { inputError } from "../base/errors.ts";
import { showValue } from "../base/keys.ts";
import { printable, quoted } from "../base/words.ts";

/**
 * `raw` with every override applied in order. Keys are dotted paths with list positions, `solvers.0.particles.width`;
 * values are YAML, `0.1`, `tanh`, `[100, 1000]`, `{kind: cosine}`. Missing mappings on the way are made; keys the
 * experiment does not know are left to the schema, which names the nearest.
 */
export function applyOverrides(raw: unknown, overrides: readonly string[]): unknown {
  return overrides.reduce((spec, override) => {
    const { path, value } = parseOverride(override);
    return setAt(spec, path, value, `--set ${override}`);
  }, raw);
}

/** The key that an override sets. */
export function overriddenPath(override: string): string[] {
  return parseOverride(override).path;
}

function parseOverride(override: string): { path: string[]; value: unknown } {
  const where = `--set ${override}`;
  const equals = override.indexOf("=");
  const path = override.slice(0, Math.max(equals, 0)).trim().split(".");
  if (equals < 0 || path.includes("")) {
    const example = "problem.temperature=0.1 or solvers.0.particles.width=100";
    throw inputError("--set", `found ${showValue(override)}; allowed: key=value, such as ${example}`);
  }
  return { path, value: parseYaml(override.slice(equals + 1), () => where) };
}

/**
 * A copy of `spec` with `value` at `path`; `where` begins the message if there is no such place. `above`: the keys on the way there.
 */
export function setAt(
  spec: unknown,
  path: readonly string[],
  value: unknown,
  where: string,
  above: readonly string[] = [],
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const below = [...above, key];
  if (Array.isArray(spec)) {
    const index = /^\d+$/.test(key) ? Number(key) : Number.NaN;
    if (!(index < spec.length)) {
      const meant = spec.findIndex((entry) => Object.hasOwn(Object(entry), key));
      const advice = meant < 0 ? "" : `; write ${[...above, meant, ...path].join(".")}`;
      throw inputError(where, `found position "${key}"; allowed: ${positions(spec)}${advice}`);
    }
    return spec.with(index, setAt(spec[index], rest, value, where, below));
  }
  if (typeof (spec ?? {}) !== "object") {
    throw inputError(
      where,
      `found ${showValue(spec)} where "${key}" is to be set; allowed: a mapping or a list there`,
    );
  }
  const mapping = (spec ?? {}) as Record<string, unknown>;
  const old = Object.hasOwn(mapping, key) ? mapping[key] : undefined;
  return { ...mapping, [key]: setAt(old, rest, value, where, below) };
}

function positions(list: readonly unknown[]): string {
  return list.length === 0 ? "none, the list is empty" : `0 to ${list.length - 1}`;
}

/** The value a YAML text states. `locate` says where, given line and column, for the one line of an error. */
export function parseYaml(text: string, locate: (line: number, column: number) => string): unknown {
  const lineCounter = new LineCounter();
  if (text.length > MOST_TEXT) {
    throw inputError(
      locate(1, 1),
      `found ${text.length} characters; allowed: ${MOST_TEXT}. Numbers belong into a file that is named here`,
    );
  }
  // Keys are looked at here: the parser compares each with each, and writes out a key that is a mapping, and those in it, again and again.
  const document = parsed(text, lineCounter, locate);
  // An unknown tag (!!js/function) is only a warning to the parser, which then drops it: here nothing is dropped.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw inputError(
      locate(line, col),
      problem.code === "MULTIPLE_DOCS"
        ? ONE_DOCUMENT
        : notYaml(text.split(/\r\n?|\n/)[line - 1] ?? "", problem.code, problem.message),
    );
  }
  keepKeysAsWritten(document);
  const bad = badKey(document);
  if (bad !== null) {
    const { line, col } = lineCounter.linePos(bad.at);
    throw inputError(locate(line, col), bad.text);
  }
  try {
    return document.toJS();
  } catch (error) {
    throw inputError(locate(1, 1), notYaml(text, "BAD_ALIAS", (error as Error).message));
  }
}

/** The parser goes down and up by calls. At the end of the stack it throws, or the engine's own expressions end the process. */
function parsed(text: string, lineCounter: LineCounter, locate: (line: number, column: number) => string) {
  const tooDeep = (line: number, column: number) =>
    inputError(
      locate(line, column),
      `found mappings or lists within one another more than ${MOST_DEPTH} deep, or brackets that close nothing; allowed: ${YAML_USUAL}`,
    );
  const deep = tooDeepAt(text);
  if (deep !== null) throw tooDeep(...deep);
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(1, 1);
  }
}

/** A specification has some five. */
const MOST_DEPTH = 200;

/** Line and column from which on a text goes deeper than that, by brackets (those in quotes or comments count too), indents or marks of lists; else null. */
function tooDeepAt(text: string): [line: number, column: number] | null {
  let open = 0;
  const indents = [0];
  for (const [row, line] of text.split(/\r\n?|\n/).entries()) {
    for (let column = 0; column < line.length; column++) {
      const mark = line[column]!;
      open += "[{".includes(mark) ? 1 : "]}".includes(mark) ? -1 : 0;
      if (Math.abs(open) > MOST_DEPTH) return [row + 1, column + 1];
    }
    const marks = /^(?:[ \t]*[-?:](?=[ \t]))*[ \t]*/.exec(line)![0];
    // Keys within keys are told as such, as far as the parser follows.
    const [lists, all] = [marks.replace(/[^-]/g, ""), marks.replace(/[ \t]/g, "")];
    if (lists.length > MOST_DEPTH || all.length > 5 * MOST_DEPTH) return [row + 1, 1];
    if (marks.length === line.length) continue;
    while (indents.at(-1)! > marks.length) indents.pop();
    if (indents.at(-1)! < marks.length) indents.push(marks.length);
    if (indents.length > MOST_DEPTH) return [row + 1, marks.length + 1];
  }
  return null;
}

/** What to write where a text is no YAML, by what the parser says. */
const YAML_ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "blanks, not tabs, before keys",
  MULTILINE_IMPLICIT_KEY: "key: value, with a colon and a blank between them",
  BLOCK_AS_IMPLICIT_KEY: "one key: value a line, those of one mapping indented alike",
  TAG_RESOLVE_FAILED: "numbers, text, lists and mappings, without tags (!…)",
  BAD_COLLECTION_TYPE: "numbers, text, lists and mappings, without tags (!…)",
  BAD_ALIAS: "text that begins with * or & in quotes",
  BAD_SCALAR_START: "text that begins with a sign in quotes",
  BAD_DIRECTIVE: "lines that do not begin with %",
  BAD_DQ_ESCAPE: "\\ as \\\\ in double quotes, or single quotes",
  KEY_OVER_1024_CHARS: "key: value, one a line",
};
const YAML_USUAL =
  "one key: value a line, indented alike; in brackets {…} and […] a comma between entries; brackets and quotes closed";

function notYaml(line: string, code: string, said: string): string {
  return `found ${quoted(line.trim())}, which is no YAML (${printable(said).slice(0, LONGEST_SAID)}); allowed: ${YAML_ADVICE[code] ?? YAML_USUAL}`;
}

/** Of what the parser says, which may quote the text. */
const LONGEST_SAID = 120;

/** More is not read within seconds. */
const MOST_TEXT = 2 ** 25;

/** Keys are texts: TRUE, null and 0x10 as keys are those texts, not what YAML would make of them as values. */
function keepKeysAsWritten(document: Document.Parsed): void {
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.source === undefined || key.source === "") return;
      const { value, source } = key;
      const isWord = typeof value === "boolean" || value === null;
      if (isWord || (typeof value === "number" && /^0[xo]/.test(source))) key.value = source;
    },
  });
}

/** The first key that is no text or number, or that its mapping has already. */
function badKey(document: Document.Parsed): { at: number; text: string } | null {
  let bad: { at: number; text: string } | null = null;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const [at = 0] = (key as { range?: [number, number, number] | null } | null)?.range ?? [];
        // An alias may stand for a list, and !!binary makes bytes of a text.
        const isPlain = isScalar(key) && typeof (key.value ?? "") !== "object";
        if (key !== null && !isPlain) bad = { at, text: "found a mapping or a list as a key; allowed: text" };
        else if (isScalar(key) && seen.has(key.value))
          bad = {
            at,
            text: `found the key ${quoted(String(key.value))} twice in one mapping (Map keys must be unique); allowed: once`,
          };
        else if (isScalar(key)) seen.add(key.value);
        if (bad !== null) return visit.BREAK;
      }
    },
  });
  return bad;
}

const ONE_DOCUMENT = "found a second YAML document (after ---); allowed: one";
