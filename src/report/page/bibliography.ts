// A BibTeX entry as a reader takes it: who, what, when.

import { fieldOf, plainText } from "../../base/bibtex.ts";
import type { Source } from "../folder.ts";

/** `Krichene, Caluya, Halder: Global convergence … (2020), arXiv:2007.06852`; the key where the entry does not say who and what. */
export function sourceText({ label, bibtex }: Source): string {
  const [author, title, year, eprint] = ["author", "title", "year", "eprint"].map((name) =>
    fieldOf(bibtex, name),
  );
  if (author === undefined || title === undefined) return label;
  const names = author.split(/ and (?![^{]*\})/).map((name) => plainText(name.split(",")[0]!));
  const when = year === undefined ? "" : ` (${year})`;
  return `${names.join(", ")}: ${plainText(title)}${when}${eprint === undefined ? "" : `, arXiv:${eprint}`}`;
}
