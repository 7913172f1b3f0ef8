// Words as a POSIX shell reads them: written so that any text is one word, and read from text that holds several.

import { inputError } from "./errors.ts";

/** `text` as one word of a shell script, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** What a backslash takes the meaning of between double quotes; before any other character it stands for itself. */
const ESCAPED = ['"', "\\", "$", "`"];

/** The words of `text`, with quotes and backslashes as in a shell and nothing expanded. `where` begins errors. */
export function splitWords(text: string, where: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const next = text[at + 1];
    const escaping =
      char === "\\" && (quote === null || (quote === '"' && (next === undefined || ESCAPED.includes(next))));
    if (escaping && next === undefined) throw inputError(where, `found "${text}", which ends in a backslash`);
    if (escaping) word = (word ?? "") + text[++at];
    else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? "") + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (quote !== null) throw inputError(where, `found "${text}", in which a quote ${quote} has no end`);
  return word === null ? words : [...words, word];
}
