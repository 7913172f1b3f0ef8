// D, one number for each block of θ: how fast it moves. 1 where it is left out, 0 freezes the block.

import { type Breach, refuse } from "../base/breach.ts";
import { requireKeys } from "../base/keys.ts";
import type { Block } from "../problem/neuron.ts";
import { type FirstOrderDynamics, type Mobility, type Unknowns, unknownsOf } from "./dynamics.ts";

/** The mobility among the options of a dynamics. Errors (input): no mapping, an unknown block. */
export function mobilityAmong({ mobility = {} }: { mobility?: Mobility }): Mobility {
  requireKeys("dynamics.mobility", mobility, ["a", "w", "b"]);
  // As it is now: whoever holds it may change it.
  return { ...mobility };
}

/** Numbers that are none, blocks that θ does not have, and rest. `mayRest`: all may be 0, as something else than transport moves μ. */
export function mobilityBreaches(
  mobility: Mobility,
  { blocks, noBlock }: Unknowns,
  mayRest = false,
): Breach[] {
  const breaches = Object.entries(mobility).flatMap(([block, value]): Breach[] => {
    const key = ["dynamics", "mobility", block];
    if (typeof value !== "number" || !(value >= 0) || !Number.isFinite(value)) {
      return [{ key, found: value, allowed: "a number >= 0" }];
    }
    return blocks.includes(block as Block) ? [] : [{ key, found: value, allowed: `nothing: ${noBlock}` }];
  });
  if (mayRest || breaches.length > 0 || blocks.some((block) => mobilityOfBlock(mobility, block) !== 0)) {
    return breaches;
  }
  const allowed = "a number > 0 for one block at least: nothing would move";
  return [{ key: ["dynamics", "mobility"], found: mobility, allowed }];
}

/** What a first-order dynamics has of its mobility and of its breaches. */
type Moved = Pick<FirstOrderDynamics, "order" | "breaches" | "metric" | "mobility">;

/** A dynamics that moves with that mobility. Errors of its `mobility` (input): the first of its breaches. */
export function movedBy(
  mobility: Mobility,
  breaches = (problem: Unknowns) => mobilityBreaches(mobility, problem),
): Moved {
  const plain = Object.values(mobility).every((speed) => speed === 1);
  return {
    order: "first",
    breaches,
    metric: { plain, key: ["dynamics", "mobility"], found: mobility },
    mobility(problem) {
      refuse(breaches(unknownsOf(problem))[0]);
      return Float64Array.from(problem.blocks, (block) => mobilityOfBlock(mobility, block));
    },
  };
}

const mobilityOfBlock = (mobility: Mobility, block: Block) =>
  block === "custom" ? 1 : (mobility[block] ?? 1);
