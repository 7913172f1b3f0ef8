// Room for what kernels work on between taking up a part and laying it down: one place a thread, the same for all kernels, as they run one after another.

import type { Block, Engine } from "./backend/kernels.ts";
import { crewSize } from "./crew.ts";

/** What places are aligned to, in doubles: the widest vectors. */
const ALIGNED = 8;

let room: { readonly engine: Engine; readonly block: Block } | null = null;

/** Room of that many doubles for every thread of this one's crew: where that of the first begins, and doubles from one to the next. */
export function scratch(engine: Engine, doubles: number): { address: number; apart: number } {
  const apart = Math.ceil(doubles / ALIGNED) * ALIGNED;
  const needed = apart * crewSize();
  if (room === null || room.engine !== engine || room.block.numbers.length < needed) {
    room?.block.free();
    room = { engine, block: engine.allocate(needed) };
  }
  return { address: room.block.address, apart };
}
