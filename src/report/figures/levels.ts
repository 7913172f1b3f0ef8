import type { Level } from "../chart/layers.ts";
import { EQUILIBRIUM } from "../chart/styles.ts";
import { type Equilibrium, optimumFor } from "../runs/equilibria.ts";
import { type Quantity, valued } from "../runs/observable.ts";

const SAME_LEVEL = 1e-9;

/** The levels of a quantity: the least equilibrium's and, where `all` are asked for, every branch's that differs from it. */
export function levelsOf(
  equilibria: readonly Equilibrium[],
  quantity: Quantity,
  all = false,
  name = "equilibrium",
): Level[] {
  const least = optimumFor(equilibria);
  if (!least) return [];
  const shown = all ? equilibria.filter(({ run }) => run === least.run).reverse() : [least];
  const levels: Level[] = [];
  for (const { row, stability } of shown) {
    const value = valued(quantity)(row);
    const known = levels.some((level) => Math.abs(level.value - value) <= SAME_LEVEL * Math.abs(value));
    if (!Number.isFinite(value) || known) continue;
    const shape = stability === "unstable" ? "dots" : "dashes";
    const label = stability && all ? `${name}, ${stability}` : name;
    levels.push({ value, key: { label, colour: EQUILIBRIUM, shape } });
  }
  return levels;
}
