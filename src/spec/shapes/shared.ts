// What the shapes of the experiment file share: numbers, lists, file paths, and how a table of text is written.

import * as z from "zod";
import { shapesOf } from "../../base/shapes.ts";
import { SEPARATOR } from "../../problem/csv.ts";
import { ENCODING_NAME, ENCODINGS, encodingNamed } from "../../tables/decode.ts";
import { DECIMALS } from "../../tables/number.ts";

export const shapes = shapesOf({
  array: z.array,
  boolean: z.boolean,
  custom: z.custom,
  enum: z.enum,
  int: z.int,
  literal: z.literal,
  number: z.number,
  strictObject: z.strictObject,
  string: z.string,
  tuple: z.tuple,
  union: z.union,
});
export const { positive, nonNegative, count, byBlock, ownFunction, ownName } = shapes;
export const seed = z.int().min(0).meta({ title: "a whole number from 0 to 2^53 − 1" });
export const filePath = z.string().min(1).meta({ title: "a file path" });

export const numberOrList = <Item extends z.ZodType<number>>(item: Item) =>
  z.union([item, z.array(item).min(1)]);

export type NumberOrList = number | number[];

/** How a table of text is written; what is left out is recognised. */
export const textFormat = {
  header: z
    .boolean()
    .exactOptional()
    .describe("whether the first row holds names; needed where it holds numbers"),
  separator: z
    .string()
    .regex(SEPARATOR)
    .meta({ title: "one character, tab, or blanks" })
    .exactOptional()
    .describe("what stands between cells; default: recognised"),
  quote: z
    .string()
    .regex(/^(?:.|none)$/u)
    .meta({ title: "one character, or none" })
    .exactOptional()
    .describe('what cells that hold a separator stand in; default: "'),
  encoding: z
    .string()
    .regex(ENCODING_NAME)
    .transform((name) => encodingNamed(name)!)
    .meta({ title: ENCODINGS.join(", ") })
    .exactOptional()
    .describe(
      "or another usual name of these, such as cp1252; default: recognised; what is no Unicode is read as latin-1, and a notice says so",
    ),
  comment: z
    .string()
    .regex(/^.$/u)
    .meta({ title: "one character" })
    .exactOptional()
    .describe("lines that begin with it are left out; default: none are"),
  decimal: z.enum(DECIMALS).exactOptional().describe("what stands before the decimals; default: recognised"),
};

export const arrayName = z.string().min(1).meta({ title: "the name of an array" });
