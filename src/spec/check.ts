// What a check of the experiment file is.

import type { Path } from "./issues.ts";
import type { Shape } from "./shape.ts";

/** Says that the value found at a path is refused, and what is allowed there. */
export type Report = (path: Path, found: unknown, allowed: string) => void;

export type Check = (spec: Shape, report: Report) => void;
