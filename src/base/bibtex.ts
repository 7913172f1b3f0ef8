// What a BibTeX entry says, field by field, as text.

const ACCENTS: Readonly<Record<string, string>> = { "'": "\u0301", "`": "\u0300", '"': "\u0308" };

/** What stands between the braces of `name = {…}`, braces within included. */
export function fieldOf(bibtex: string, name: string): string | undefined {
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
export function plainText(tex: string): string {
  return tex
    .replaceAll(/\\(['`"])([A-Za-z])/g, (_, accent, letter) => `${letter}${ACCENTS[accent]}`)
    .replaceAll("\\o", "ø")
    .replaceAll(/\^(\d)/g, (_, digit) => (digit === "2" ? "²" : `^${digit}`))
    .replaceAll("---", "—")
    .replaceAll("--", "–")
    .replaceAll(/[{}$]/g, "")
    .normalize("NFC");
}
