// What shapes of the experiment file share. Records of methods state theirs beside what they are of, and are given zod by the one room that reads files:
// threads that compute do without it.

import type * as zod from "zod";
import { foundAllowed, showValue } from "./keys.ts";
import { isOwnMark, type OwnMark } from "./own.ts";

/** What the shapes of records are made of. All of zod would come with its words in fifty languages, which every command would read. */
export type Zod = Pick<
  typeof zod,
  | "array"
  | "boolean"
  | "custom"
  | "enum"
  | "int"
  | "literal"
  | "number"
  | "strictObject"
  | "string"
  | "tuple"
  | "union"
>;

export function shapesOf(z: Zod) {
  const positive = z.number().positive();
  const nonNegative = z.number().min(0);
  const byBlock = <Item extends zod.ZodType<number>>(item: Item) =>
    z.strictObject({
      a: item.exactOptional().describe("output weight"),
      w: item.exactOptional().describe("input weights"),
      b: item.exactOptional().describe("bias"),
    });
  /** The mark that stands for a function of the module (own.ts). */
  const ownFunction = (what: string) => {
    const title = `a function ${what}, in a .ts or .js file`;
    return z
      .custom<OwnMark>(isOwnMark, { error: ({ input }) => foundAllowed(showValue(input), title) })
      .meta({ title });
  };
  return {
    z,
    positive,
    nonNegative,
    count: z.int().min(1),
    byBlock,
    ownFunction,
    ownName: z.string().min(1).exactOptional().describe("what reports call it"),
    mobility: byBlock(nonNegative).default({}).describe("D by block; default 1; 0 freezes a block"),
  };
}

export type Shapes = ReturnType<typeof shapesOf>;
