// How a value was made: functions do not pass between threads, so that another thread makes what has some anew, from the same options.

/** A maker by name, and what it was given. */
export interface Recipe {
  readonly maker: string;
  readonly options: unknown;
}

const recipes = new WeakMap<object, Recipe>();

/** The value, whose recipe is kept where its options are plain data: those of a user's own functions cannot be sent. */
export function withRecipe<Made extends object>(maker: string, options: unknown, made: Made): Made {
  try {
    // As they are now: whoever holds them may change them.
    recipes.set(made, { maker, options: structuredClone(options) });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "DataCloneError")) throw error;
  }
  return made;
}

/** Null where nobody kept one. */
export function recipeOf(made: object): Recipe | null {
  return recipes.get(made) ?? null;
}
