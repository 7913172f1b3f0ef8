// How reports name what is observed, in notation, by its observer's words; a name that no observer has stands for itself.

import { shortened } from "../base/labels.ts";
import { columnOf } from "../observables/list.ts";
import { asNotation } from "./notation.ts";

const LONGEST_NAME = 40;

export function observableNotation(name: string): string {
  const column = columnOf(name);
  if (column === undefined) return asNotation(shortened(name, LONGEST_NAME));
  const { words = name.replaceAll("_", " "), symbol } = column;
  const text = symbol === undefined ? words : `${words} ${symbol}`;
  return text.replaceAll("#", /\d+$/.exec(name)?.[0] ?? "");
}
