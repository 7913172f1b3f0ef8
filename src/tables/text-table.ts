// A table of text: records of cells between separators, in quotes where they hold one. Separator and decimal comma are recognised from the
// beginning of the file, or stated; every record has as many cells as the first, or is refused by its line.

import { CsvError, type Options, parse } from "csv-parse/sync";
import { inputError, type Where } from "../base/errors.ts";
import { bytesText, counted, listed, printable, quoted } from "../base/words.ts";
import { decodeText } from "./decode.ts";
import { type Decimal, hasDecimalCommas, numberIn } from "./number.ts";

/** How a table is written, as far as that is stated. */
export interface TextFormat {
  /** Whether the first record holds names. */
  header?: boolean;
  /** One character, "tab", or "blanks": any number of them. */
  separator?: string;
  /** One character, or "none". */
  quote?: string;
  /** utf-8, utf-16le, utf-16be, latin-1, or another usual name of them, such as cp1252. */
  encoding?: string;
  decimal?: Decimal;
  /** A character; lines that begin with it are left out. */
  comment?: string;
}

export const FORMAT_KEYS = ["header", "separator", "quote", "encoding", "decimal", "comment"] as const;

/** What may stand between cells, where nobody says; blanks only where none of the others does. */
const CANDIDATES = [",", ";", "tab", "|"] as const;
/** What of a file is looked at to recognise how it is written. */
const PROBE_TEXT = 2 ** 16;
const PROBE_RECORDS = 100;
/** Characters of a line. */
const LONGEST_LINE = 2 ** 24;

export interface TextTable {
  readonly where: Where;
  /** The cells of the first record, trimmed. */
  readonly first: readonly string[];
  readonly separator: string;
  readonly decimal: Decimal;
  readonly notices: readonly string[];
  /** Calls `visit` with the trimmed cells and the line of every record, the first included, in order. */
  records(visit: (cells: readonly string[], line: number) => void): void;
}

/**
 * The table in the bytes of a file. `names`: columns that are asked for by name, which tell separators apart.
 * Errors (input): no text, no records, no way to tell the separator, and, while records are visited, a length that differs.
 */
export function openTextTable(
  where: Where,
  bytes: Uint8Array,
  format: TextFormat = {},
  names: readonly string[] = [],
): TextTable {
  const { text: whole, notices } = decodeText(where, bytes, format.encoding);
  const { text, separator: said } = withoutSepLine(where, whole, format);
  const probe = beginningOf(where, text);
  const separator = said ?? format.separator ?? recognised(where, probe, format, names);
  const sample = recordsOf(where, probe, separator, format);
  const [first] = sample;
  if (first === undefined) throw inputError(where, "the file is empty; rows of numbers are needed");
  const decimal =
    format.decimal ?? (separator !== "," && hasDecimalCommas(sample.flat()) ? "comma" : "point");
  const records: TextTable["records"] = (visit) =>
    eachRecord(where, text, separator, format, (cells, line) => {
      if (cells.length !== first.length) throw ragged(where, cells, line, first, separator);
      visit(cells, line);
    });
  return { where, first, separator, decimal, notices, records };
}

/** "comma", "semicolons": what stands between the cells, in words. */
function separatorText(separator: string): string {
  if (separator === "tab") return "tabs";
  return separator === "blanks" ? "blanks" : quoted(separator);
}

function ragged(
  where: Where,
  cells: readonly string[],
  line: number,
  first: readonly string[],
  separator: string,
) {
  const split = `the first row has ${first.length}, separated by ${separatorText(separator)}`;
  const remark = [first, cells].some(([begin]) => begin?.startsWith("#"));
  const advice = remark
    ? 'Lines of comment are left out with comment: "#"'
    : cells.length < first.length
      ? "Complete or remove the row"
      : separator === ","
        ? "Put cells that hold a comma in quotes; a decimal comma needs another separator between cells"
        : "Put cells that hold the separator in quotes";
  return inputError(where, `line ${line} has ${counted(cells.length, "cell")}; ${split}. ${advice}`);
}

/** The first line by which Excel is told the separator. */
const SEP_LINE = /^"?sep=([^\w\s.+"'-]|\t| )"?(?=[\r\n]|$)/iu;

/**
 * The text without the content of a first line sep=; (its end stays, for the lines that are counted), and the separator that it names.
 * Errors (input): another one is stated.
 */
function withoutSepLine(where: Where, text: string, { separator }: TextFormat) {
  const match = SEP_LINE.exec(text);
  if (match === null) return { text, separator: undefined };
  const [line, mark] = match;
  const said = mark === "\t" ? "tab" : mark === " " ? "blanks" : mark!;
  if (separator !== undefined && separator !== said) {
    throw inputError(
      where,
      `its first line says that cells are separated by ${separatorText(said)}, the key separator by ${separatorText(separator)}. Leave out the key, or delete the line`,
    );
  }
  return { text: text.slice(line.length), separator: said };
}

// ---- Recognising ----

/** Whole lines from the beginning: at least one. Errors (input): a first line that is no row of a table. */
function beginningOf(where: Where, whole: string): string {
  // Blanks before the first cell would not help.
  const text = whole.slice(Math.max(0, whole.search(/\S/)));
  if (text.length <= PROBE_TEXT) return text;
  const last = Math.max(text.lastIndexOf("\n", PROBE_TEXT), text.lastIndexOf("\r", PROBE_TEXT));
  if (last >= 0) return text.slice(0, last + 1);
  const length = text.slice(0, LONGEST_LINE).search(/[\r\n]/);
  if (length >= 0) return text.slice(0, length + 1);
  if (text.length < LONGEST_LINE) return text;
  throw inputError(where, `its first line is longer than ${bytesText(LONGEST_LINE)}: it is no table of rows`);
}

/** The separator that gives every record as many cells, more than one; where none does, the one that splits most of them in two at least. */
function recognised(where: Where, probe: string, format: TextFormat, names: readonly string[]): string {
  const split = (separator: string) => {
    const records = attempt(where, probe, separator, format);
    const first = records[0] ?? [];
    const fits = first.length > 1 && records.every(({ length }) => length === first.length);
    return { separator, first, fits, records, score: records.filter(({ length }) => length > 1).length };
  };
  const blanks = split("blanks");
  const splits = CANDIDATES.map(split);
  const [commas] = splits;
  // One tab in a row of blanks is a blank.
  const whole = splits.filter(({ fits, records }) => fits && !(blanks.fits && records.some(holdSeveral)));
  const named = whole.filter(({ first }) => names.every((name) => first.includes(name)));
  const left = named.length > 0 && names.length > 0 ? named : whole;
  if (left.length > 1) {
    const separators = listed(left.map(({ separator }) => separatorText(separator)));
    throw inputError(where, `may be separated by ${separators}; set separator to one of them`);
  }
  if (left.length === 1) return left[0]!.separator;
  // Commas where some rows are too long or too short: their line is named later.
  if (names.length > 0 && names.every((name) => commas!.first.includes(name))) return ",";
  return blanks.fits ? "blanks" : splits.reduce((a, b) => (b.score > a.score ? b : a)).separator;
}

/** Whether a cell of these is several numbers with blanks between. */
function holdSeveral(cells: readonly string[]): boolean {
  return cells.some((cell) => {
    const parts = cell.split(/\s+/);
    return parts.length > 1 && parts.every((part) => !Number.isNaN(numberIn(part)));
  });
}

/** The records under a separator that may be the wrong one; none where quotes make no sense under it. */
function attempt(where: Where, probe: string, separator: string, format: TextFormat): string[][] {
  try {
    return recordsOf(where, probe, separator, format);
  } catch {
    return [];
  }
}

// ---- Parsing ----

/** The first records of a text. */
function recordsOf(where: Where, text: string, separator: string, format: TextFormat): string[][] {
  const records: string[][] = [];
  eachRecord(where, text, separator, format, (cells) => records.push([...cells]), PROBE_RECORDS);
  return records;
}

function eachRecord(
  where: Where,
  text: string,
  separator: string,
  { quote = '"', comment }: TextFormat,
  visit: (cells: readonly string[], line: number) => void,
  most?: number,
): void {
  const blanks = separator === "blanks";
  const options: Options = {
    bom: true,
    delimiter: blanks ? [" ", "\t"] : separator === "tab" ? "\t" : separator,
    quote: quote === "none" ? null : quote,
    escape: quote === "none" ? null : quote,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: !blanks,
    ...(comment === undefined ? {} : { comment, comment_no_infix: true }),
    ...(most === undefined ? {} : { to: most }),
    on_record(record: string[], { lines }) {
      const trimmed = record.map((cell) => cell.trim());
      // Several blanks are one separator, and those at the ends of a line none.
      const cells = blanks ? trimmed.filter((cell) => cell !== "") : trimmed;
      if (cells.length > 0) visit(cells, lines);
      return null;
    },
  };
  try {
    parse(text, options);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw inputError(where, `is not a table: ${quoteText(error, text, options.quote as string, comment)}`);
  }
}

const AS_TEXT =
  "Set quote: none where quotes are text, or quote to another character where cells are quoted by it";

/** What is wrong with quotes, and where. */
function quoteText(error: CsvError, text: string, quote: string, comment = "\n"): string {
  const { code, message, lines, bytes } = error as CsvError & Readonly<Record<"lines" | "bytes", number>>;
  if (code === "CSV_QUOTE_NOT_CLOSED") {
    const line = lineOfNext(quote, text, bytes, comment);
    return `the quote that opens in line ${line} is never closed. Close it, or set quote: none where quotes are text`;
  }
  if (code === "CSV_INVALID_CLOSING_QUOTE")
    return `line ${lines} goes on after the quote at the end of a cell. ${AS_TEXT}`;
  if (code === "INVALID_OPENING_QUOTE") return `line ${lines} has a quote inside a cell. ${AS_TEXT}`;
  return `${printable(message)}. ${AS_TEXT}`;
}

/** The line, from 1, of the first of these quotes after so many bytes, where the last whole cell ends, and after lines of comment. */
function lineOfNext(quote: string, text: string, bytes: number, comment: string): number {
  const [before, ...lines] = [
    Buffer.from(text).toString("utf8", 0, bytes),
    ...linesOf(Buffer.from(text).toString("utf8", bytes)),
  ];
  const at = lines.findIndex((line) => line.includes(quote) && !line.trimStart().startsWith(comment));
  return linesOf(before).length + Math.max(0, at);
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
