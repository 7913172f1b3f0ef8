// A function of a user's own, as plain data: the dotted path at which the experiment's module states it. The mark travels where
// functions cannot (between threads, into files); whoever needs the function asks the module for it.

/** Stands for the function that the module states at that path. */
export interface OwnMark {
  own: string;
}

export function isOwnMark(value: unknown): value is OwnMark {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === "own" && typeof (value as OwnMark).own === "string";
}
