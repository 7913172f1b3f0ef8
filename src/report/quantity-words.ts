// How reports name what is observed, in notation, by its observer's words, and distances by their symbols; a name that is of neither stands
// for itself.

import { shortened } from "../base/labels.ts";
import { DISTANCES, isDistance } from "../observables/distances/compare.ts";
import { columnOf } from "../observables/list.ts";
import { asNotation } from "./notation.ts";

const LONGEST_NAME = 40;

export function quantityNotation(name: string): string {
  if (isDistance(name)) return DISTANCES[name].symbol;
  const column = columnOf(name);
  if (column === undefined) return asNotation(shortened(name, LONGEST_NAME));
  const { words = name.replaceAll("_", " "), symbol } = column;
  const text = symbol === undefined ? words : `${words} ${symbol}`;
  return text.replaceAll("#", /(?<=_(?:theta|omega)_)\d+/.exec(name)?.[0] ?? "");
}
