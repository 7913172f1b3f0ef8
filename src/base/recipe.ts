// What a value was made of: functions do not pass between threads, so that another thread makes what has some anew, from the same options.

/** What its maker was given. */
export interface Recipe {
  readonly options: unknown;
}

const recipes = new WeakMap<object, Recipe>();

/** The value, whose recipe is kept where its options are plain data: those of a user's own functions cannot be sent. */
export function withRecipe<Made extends object>(options: unknown, made: Made): Made {
  // As they are now: whoever holds them may change them.
  if (isPlain(options)) recipes.set(made, { options: structuredClone(options) });
  return made;
}

/** Whether a clone has all of it. An instance of a class would lose its methods without a word. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !["function", "symbol"].includes(typeof value);
  if (ArrayBuffer.isView(value)) return true;
  const isKnown = [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value));
  return isKnown && Object.values(value).every(isPlain);
}

/** Null where none was kept. */
export function recipeOf(made: object): Recipe | null {
  return recipes.get(made) ?? null;
}
