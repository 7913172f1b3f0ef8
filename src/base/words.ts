// Words of messages and reports.

/** 1 point, 2 points; 2 searches, where that is given */
export function counted(count: number, noun: string, several = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : several}`;
}

/** How many of each kind there are, those of which there is none left out: `13 HOLDS`, `7 FAILS`. */
export function tally<Kind extends string>(
  given: readonly (string | null)[],
  kinds: readonly Kind[],
): string[] {
  return kinds.flatMap((kind) => {
    const count = given.filter((each) => each === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Foreign text as one line of a message: what a terminal would obey, or a reader would not see, is escaped (\u001b). */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) =>
      SHORT_ESCAPES[character] ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
}

const LONGEST_QUOTE = 40;

/** Foreign text in quotes, on one line, cut where it is long. */
export function quoted(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return `"${printable(short)}"`;
}

const LONGEST_NAME = 60;

/** A foreign name as it may stand in a message: on one line, cut where it is long. */
export function brief(name: string): string {
  return printable(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);
}

/** a, b and c; of more than `most` the first, and how many more there are. */
export function listed(items: readonly string[], most = Number.POSITIVE_INFINITY): string {
  if (items.length > most) return `${items.slice(0, most).join(", ")} and ${items.length - most} others`;
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A number of at most so many significant digits, as people read it. */
export function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** 1.5 GiB */
export function bytesText(bytes: number): string {
  const [unit, size] =
    bytes >= 2 ** 30 ? ["GiB", 2 ** 30] : bytes >= 2 ** 20 ? ["MiB", 2 ** 20] : ["bytes", 1];
  return `${rounded(bytes / size, 3)} ${unit}`;
}

/** A time in words. */
export function secondsText(seconds: number): string {
  if (seconds < 1) return "below a second";
  if (seconds < 100) return `about ${rounded(seconds, 2)} s`;
  return seconds < 6000 ? `about ${Math.round(seconds / 60)} min` : `about ${rounded(seconds / 3600, 2)} h`;
}
