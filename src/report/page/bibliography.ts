// A BibTeX entry as a reader takes it: who, what, when.

import type { Source } from "../folder.ts";

const ACCENTS: Readonly<Record<string, string>> = { "'": "\u0301", "`": "\u0300", '"': "\u0308" };

/** `Krichene, Caluya, Halder: Global convergence … (2020), arXiv:2007.06852`; the key where the entry does not say who and what. */
export function sourceText({ label, bibtex }: Source): string {
  const [author, title, year, eprint] = ["author", "title", "year", "eprint"].map((name) =>
    fieldOf(bibtex, name),
  );
  if (author === undefined || title === undefined) return label;
  const names = author.split(/ and (?![^{]*\})/).map((name) => plain(name.split(",")[0]!));
  const when = year === undefined ? "" : ` (${year})`;
  return `${names.join(", ")}: ${plain(title)}${when}${eprint === undefined ? "" : `, arXiv:${eprint}`}`;
}

/** What stands between the braces of `name = {…}`, braces within included. */
function fieldOf(bibtex: string, name: string): string | undefined {
  const opening = new RegExp(`\\b${name} = \\{`).exec(bibtex);
  if (opening === null) return undefined;
  const start = opening.index + opening[0].length;
  let depth = 1;
  for (let end = start; end < bibtex.length; end++) {
    depth += bibtex[end] === "{" ? 1 : bibtex[end] === "}" ? -1 : 0;
    if (depth === 0) return bibtex.slice(start, end);
  }
  return undefined;
}

/** TeX's accents, dashes and braces as the characters that they print. */
function plain(tex: string): string {
  return tex
    .replaceAll(/\\(['`"])([A-Za-z])/g, (_, accent, letter) => `${letter}${ACCENTS[accent]}`)
    .replaceAll("\\o", "ø")
    .replaceAll(/\^(\d)/g, (_, digit) => (digit === "2" ? "²" : `^${digit}`))
    .replaceAll("---", "—")
    .replaceAll("--", "–")
    .replaceAll(/[{}$]/g, "")
    .normalize("NFC");
}
