// A reading of tables by the letter, apart from muflow's: cells between single characters, quotes doubled inside quotes, every row as long as the
// first, decimal numbers and nothing else. What it cannot read is null.

/** How a table is written. */
export interface Style {
  readonly separator: string;
  readonly decimal: "." | ",";
  readonly header: boolean;
}

/** The rows of cells of a text, or null where quotes stand anywhere but around cells, or rows differ in length. */
function cellsOf(text: string, separator: string): string[][] | null {
  const rows: string[][] = [];
  for (const record of recordsOf(text)) {
    if (record.trim() === "" && separator !== "\t") continue;
    if (record === "") continue;
    const cells = separator === " " ? byBlanks(record) : bySeparator(record, separator);
    if (cells === null) return null;
    if (cells.length > 0) rows.push(cells);
  }
  return rows.every((row) => row.length === rows[0]!.length) ? rows : null;
}

/** Lines, but for those inside quotes. */
function recordsOf(text: string): string[] {
  const records: string[] = [];
  let [from, quoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    if (quoted || (text[at] !== "\n" && text[at] !== "\r")) continue;
    records.push(text.slice(from, at));
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    from = at + 1;
  }
  records.push(text.slice(from));
  return records;
}

function bySeparator(record: string, separator: string): string[] | null {
  const cells: string[] = [];
  let [from, quoted] = [0, false];
  for (let at = 0; at <= record.length; at++) {
    if (record[at] === '"') quoted = !quoted;
    if (at < record.length && (quoted || record[at] !== separator)) continue;
    cells.push(record.slice(from, at));
    from = at + 1;
  }
  const read = cells.map(unquoted);
  return quoted || read.includes(null) ? null : (read as string[]);
}

function byBlanks(record: string): string[] | null {
  const cells = record.match(/"(?:[^"]|"")*"|[^ \t]+/g) ?? [];
  const read = cells.map(unquoted);
  return read.includes(null) ? null : (read as string[]).filter((cell) => cell !== "");
}

function unquoted(cell: string): string | null {
  const text = cell.trim();
  if (!text.includes('"')) return text;
  const inner = /^"((?:[^"]|"")*)"$/s.exec(text)?.[1];
  return inner === undefined ? null : inner.replaceAll('""', '"').trim();
}

function numberOf(cell: string, decimal: string): number | null {
  const [mantissa, exponent = "0", ...rest] = cell.toLowerCase().split("e");
  const [whole, part = "", ...more] = mantissa!.replace(/^[+-]/, "").split(decimal);
  const digits = (text: string) => [...text].every((letter) => letter >= "0" && letter <= "9");
  if (rest.length > 0 || more.length > 0 || !digits(whole!) || !digits(part)) return null;
  if (whole === "" && part === "") return null;
  if (cell.toLowerCase().endsWith("e") || !/^[+-]?\d+$/.test(exponent)) return null;
  const value = Number.parseFloat(`${mantissa!.replace(decimal, ".")}e${exponent}`);
  return Number.isFinite(value) ? value : null;
}

/** The columns of those names, or places, as rows of numbers; null where anything of it is in doubt. `drop`: rows with missing cells are left out. */
export function naiveRows(
  text: string,
  columns: readonly (string | number)[],
  { separator, decimal, header }: Style,
  drop = false,
): number[][] | null {
  const cells = cellsOf(text.replace(/^\ufeff/, ""), separator);
  if (cells === null || cells.length === 0) return null;
  const names = header ? cells[0]! : null;
  const at = columns.map((column) => {
    if (typeof column === "number") return column - 1;
    const places = (names ?? []).flatMap((name, k) => (name === column ? [k] : []));
    return places.length === 1 ? places[0]! : -1;
  });
  if (at.some((k) => k < 0 || k >= cells[0]!.length)) return null;
  const missing = ["", "?", "na", "n/a", "#n/a", "nan", "null", "none", "-", "."];
  const body = (header ? cells.slice(1) : cells)
    .map((row) => at.map((k) => row[k]!))
    .filter((row) => !drop || !row.some((cell) => missing.includes(cell.toLowerCase())));
  const rows = body.map((row) => row.map((cell) => numberOf(cell, decimal)));
  return rows.length === 0 || rows.flat().includes(null) ? null : (rows as number[][]);
}
