// What a value was made of: functions do not pass between threads, so that another thread makes what has some anew, from the same options.

/** What its maker was given. */
export interface Recipe {
  readonly options: unknown;
}

const recipes = new WeakMap<object, Recipe>();

/** The value, whose recipe is kept where its options are plain data: those of a user's own functions cannot be sent. */
export function withRecipe<Made extends object>(options: unknown, made: Made): Made {
  try {
    // As they are now: whoever holds them may change them.
    recipes.set(made, { options: structuredClone(options) });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "DataCloneError")) throw error;
  }
  return made;
}

/** Null where none was kept. */
export function recipeOf(made: object): Recipe | null {
  return recipes.get(made) ?? null;
}
