// Text from the bytes of a file: unpacked where it is packed by gzip or alone in a zip, and decoded by its mark (BOM), by the pattern of its
// high bytes (UTF-16 without a mark), as UTF-8, or else as Latin-1, which is said:
// as everywhere on the Web that is CP1252, its superset (WHATWG, Encoding, "latin1"). What is no text is named.

import { gunzipSync } from "node:zlib";
import { inputError, type Where } from "../base/errors.ts";
import { bytesText, counted, quoted } from "../base/words.ts";
import { beginsWith, NPY, ZIP } from "./magic.ts";
import { LARGEST_FILE } from "./regular-file.ts";
import { unzip } from "./unzip.ts";

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "latin-1"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What else encodings are called, in lower case. */
const NAMES: Readonly<Record<Encoding, string>> = {
  "utf-8": "utf[-_]?8(?:[-_]sig)?|(?:us[-_]?)?ascii",
  "utf-16le": "utf[-_]?16(?:[-_]?le)?",
  "utf-16be": "utf[-_]?16[-_]?be",
  "latin-1": "latin[-_]?1|l1|iso[-_]?8859[-_]1|(?:windows|win|cp)[-_]?1252|ansi",
};
/** In either case, without a flag: a JSON Schema has none. */
const namesOf = (encoding: Encoding) =>
  NAMES[encoding].replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** A name of one of the encodings. */
export const ENCODING_NAME = new RegExp(`^(?:${ENCODINGS.map(namesOf).join("|")})$`);

/** The encoding of that name; null where it is of none. */
export function encodingNamed(name: string): Encoding | null {
  return ENCODINGS.find((encoding) => new RegExp(`^(?:${namesOf(encoding)})$`).test(name)) ?? null;
}

/** Bytes of text: a string of JavaScript holds no more than twice that. */
const LARGEST_TEXT = 2 ** 28;

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
  /** What should be known of it. */
  readonly notices: readonly string[];
}

/** The text of a file, in the encoding of that name, or in that which is recognised. Errors (input): packed otherwise, damaged, too long, in another encoding, or no text. */
export function decodeText(where: Where, file: Uint8Array, name?: string): DecodedText {
  const stated = name === undefined ? undefined : (encodingNamed(name) ?? undefined);
  const bytes = unpacked(where, file);
  if (bytes.length > LARGEST_TEXT) {
    throw inputError(
      where,
      `found ${bytesText(bytes.length)} of text; allowed: at most ${bytesText(LARGEST_TEXT)}. Give the numbers as .npy or .npz`,
    );
  }
  const candidates = stated === undefined ? candidatesFor(where, bytes) : [marked(where, bytes, stated)];
  const decoded = firstDecoded(candidates, bytes);
  if (decoded === null) {
    const others = ENCODINGS.filter((encoding) => !candidates.includes(encoding));
    throw inputError(where, `is no ${candidates[0]} text; allowed as encoding: ${others.join(", ")}`);
  }
  const { text, encoding } = decoded;
  if (text.includes("\0")) throw inputError(where, "holds NUL bytes: it is no table of text");
  const notices =
    stated === undefined && encoding === "latin-1"
      ? [
          "the table is no UTF-8 text and was read as Latin-1 (CP1252); set encoding to be sure of names with accents",
        ]
      : [];
  return { text, encoding, notices };
}

// ---- Packed files ----

/** First bytes of what people take for a table, and what it is. */
const STRANGERS: readonly (readonly [string, string])[] = [
  ["BZh", "packed by bzip2"],
  ["\xfd7zXZ\0", "packed by xz"],
  ["\x28\xb5\x2f\xfd", "packed by zstd"],
  ["7z\xbc\xaf", "a 7z archive"],
  ["\x89HDF", "an HDF5 file"],
  ["PAR1", "a Parquet file"],
  ["%PDF", "a PDF"],
  ["\xd0\xcf\x11\xe0", "an old Excel file"],
  [NPY, "a .npy file: use the key npy"],
];

function unpacked(where: Where, bytes: Uint8Array): Uint8Array {
  const stranger = STRANGERS.find(([magic]) => beginsWith(bytes, magic));
  if (stranger !== undefined) {
    throw inputError(where, `is ${stranger[1]}; allowed: text, as it is, by gzip, or alone in a zip`);
  }
  if (beginsWith(bytes, "\x1f\x8b")) return gunzipped(where, bytes);
  return beginsWith(bytes, ZIP) ? unzippedAlone(where, bytes) : bytes;
}

function gunzipped(where: Where, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_FILE });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw inputError(where, `unpacks to more than ${bytesText(LARGEST_FILE)}, the most that is read`);
    }
    throw inputError(where, `is a gzip file that is damaged or cut short (${message})`);
  }
}

function unzippedAlone(where: Where, bytes: Uint8Array): Uint8Array {
  const names: string[] = [];
  const files = unzip(where, bytes, (name) => {
    const isFile = !name.endsWith("/") && !isOfSystem(name);
    if (isFile) names.push(name);
    return isFile && names.length === 1;
  });
  if (names.length !== 1) {
    const some = names.slice(0, 5).map(quoted).join(", ");
    const what = names.some((name) => name.endsWith(".npy"))
      ? "an archive of arrays: use the key npz"
      : names.includes("[Content_Types].xml")
        ? "an Excel workbook: save the sheet as CSV"
        : `a zip of ${counted(names.length, "file")}: ${some}${names.length > 5 ? ", …" : ""}; take one of them out`;
    throw inputError(where, `is ${what}`);
  }
  return files[names[0]!]!;
}

/** What a file manager packs beside what it was asked to: __MACOSX/._t.csv, .DS_Store, desktop.ini. */
function isOfSystem(name: string): boolean {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return base.startsWith(".") || /^(desktop\.ini|thumbs\.db)$/i.test(base);
}

// ---- Encodings ----

/** Bytes that are looked at for the pattern of UTF-16. */
const PROBED = 4096;
/** What the high bytes of digits, separators and the alphabets of Europe and the Near East lie below, and no byte of other text. */
const HIGH_BYTES = 9;
const ENOUGH_HIGH = 0.4;
/** So many times as many on one side as on the other. */
const ONE_SIDED = 4;

/** What bytes may be, the likelier first. Errors (input): UTF-32. */
function candidatesFor(where: Where, bytes: Uint8Array): readonly Encoding[] {
  if (beginsWith(bytes, "\xff\xfe\0\0") || beginsWith(bytes, "\0\0\xfe\xff")) {
    throw inputError(where, "is UTF-32 text; save it as UTF-8");
  }
  if (beginsWith(bytes, "\xff\xfe")) return ["utf-16le"];
  if (beginsWith(bytes, "\xfe\xff")) return ["utf-16be"];
  const probe = bytes.subarray(0, PROBED);
  const high: [number, number] = [0, 0];
  for (const [i, byte] of probe.entries()) if (byte < HIGH_BYTES) high[i % 2 === 0 ? 0 : 1]++;
  const [bigEnd, littleEnd] = high;
  if (Math.max(bigEnd, littleEnd) > (ENOUGH_HIGH * probe.length) / 2) {
    if (littleEnd > ONE_SIDED * bigEnd) return ["utf-16le"];
    if (bigEnd > ONE_SIDED * littleEnd) return ["utf-16be"];
  }
  return ["utf-8", "latin-1"];
}

/** The first bytes of a text that has a mark (BOM). */
const BOMS: readonly (readonly [string, Encoding])[] = [
  ["\xff\xfe", "utf-16le"],
  ["\xfe\xff", "utf-16be"],
  ["\xef\xbb\xbf", "utf-8"],
];

/** The encoding that is stated; of UTF-16 the mark says which. Errors (input): the mark of another. */
function marked(where: Where, bytes: Uint8Array, stated: Encoding): Encoding {
  const mark = BOMS.find(([bom]) => beginsWith(bytes, bom))?.[1] ?? stated;
  if (mark === stated) return stated;
  if (mark !== "utf-8" && stated.startsWith("utf-16")) return mark;
  throw inputError(where, `begins with the mark of ${mark}, and encoding says ${stated}; leave encoding out`);
}

/** By the first encoding that the bytes are of; null where they are of none. A mark at the beginning is left out. */
function firstDecoded(candidates: readonly Encoding[], bytes: Uint8Array) {
  for (const encoding of candidates) {
    if (encoding === "latin-1") return { encoding, text: latinText(bytes) };
    try {
      return { encoding, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
    } catch {
      // The next one.
    }
  }
  return null;
}

/** What CP1252 has at 0x80–0x9f, where ISO 8859-1 has controls (WHATWG, index-windows-1252; TextDecoder of some Node has those). */
const CP1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

function latinText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return text.replace(/[\x80-\x9f]/g, (character) => CP1252[character.charCodeAt(0) - 0x80]!);
}
