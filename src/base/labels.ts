/** A name, and the details that can tell it from others of the same name, the most telling first. */
export interface Named {
  readonly name: string;
  readonly details: readonly string[];
  /** Its place in the list of solvers, from 1, where that is known. */
  readonly place?: number;
}

/** A label for each, all different: its name, and what tells it from others of that name. */
export function distinctLabels(named: readonly Named[]): string[] {
  return tellingDetails(named).map((details, k) => [named[k]!.name, ...details].join(", "));
}

/**
 * What tells each from the others of its name: nothing where it is the only one, else the first detail that tells all of
 * that name apart, else every detail that differs, and its place where these do not tell it apart.
 */
export function tellingDetails(named: readonly Named[]): string[][] {
  return named.map((entry) => {
    const { name, details } = entry;
    const namesakes = named.filter((other) => other.name === name);
    if (namesakes.length === 1) return [];
    const telling = [...details.keys()].filter(
      (k) => details[k] && new Set(namesakes.map((other) => other.details[k])).size > 1,
    );
    const alone = telling.find(
      (k) => new Set(namesakes.map((other) => other.details[k])).size === namesakes.length,
    );
    const chosen = (alone === undefined ? telling : [alone]).map((k) => details[k]!);
    const same = namesakes.filter((other) => telling.every((k) => other.details[k] === details[k]));
    const number = same.length > 1 ? [`solver ${entry.place ?? namesakes.indexOf(entry) + 1}`] : [];
    return [...chosen, ...number];
  });
}

/** "160 × 160". */
export function cellsText(cells: readonly number[]): string {
  return cells.join(" × ");
}

/** Text on one line: what would break it, or has no place in XML, becomes a space. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]+/gu, " ");
}

/** Text of that length at most, its end left out. */
export function shortened(text: string, most: number): string {
  const characters = [...oneLine(text)];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("")}…`;
}
