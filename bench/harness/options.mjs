// The options of a row on the command line, and the peers that are asked for.

/** For parseArgs. */
export const optionsOf = (row) =>
  Object.fromEntries(
    Object.entries(row.options).map(([name, value]) => [
      name,
      { type: typeof value === "boolean" ? "boolean" : "string" },
    ]),
  );

/** Options as the row has them; undefined where none is given. Errors: no number where one is needed. */
export function caseOf(row, values) {
  const given = Object.keys(row.options).filter((name) => values[name] !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map((name) => {
      const text = values[name];
      if (typeof row.options[name] !== "number") return [name, text];
      const value = Number(text);
      if (text.trim() !== "" && Number.isFinite(value)) return [name, value];
      throw new Error(`--${name}: found ${text}; allowed: a number`);
    }),
  );
}

/** The names in --peer; undefined where it is not given. Errors: none of these rows has a peer of that name. */
export function peersOf(rows, text) {
  if (text === undefined) return undefined;
  const names = text === "none" ? [] : text.split(",");
  const known = [...new Set(rows.flatMap(({ peers = {} }) => Object.keys(peers)))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new Error(`--peer: found ${unknown}; allowed: none, ${known.join(", ")}`);
}
