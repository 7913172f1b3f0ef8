// muflow compare A B: what differs between two folders, in the spec by key and in the numbers by quantity, largest first; exit code 4 where
// anything does.

import { MuflowError } from "../base/errors.ts";
import { showValue } from "../base/keys.ts";
import { shortened } from "../base/labels.ts";
import { counted, printable, rounded } from "../base/words.ts";
import {
  byQuantity,
  compareFolders,
  type NumberDifference,
  type QuantityDifference,
} from "../study/compare-folders.ts";

/** Quantities that are shown; --json has every number. */
const SHOWN = 20;

export function compare(
  a: string,
  b: string,
  { tolerance, json }: { tolerance: number; json: boolean },
): void {
  const { spec, numbers, compared } = compareFolders(a, b, tolerance);
  const same = spec.length === 0 && numbers.length === 0;
  if (json) {
    const places = spec.map(({ path, a, b }) => ({ path, a: a ?? null, b: b ?? null }));
    // JSON has no infinity: null where only one of the two has a number.
    const differences = numbers.map((difference) => ({
      ...difference,
      relative: Number.isFinite(difference.relative) ? difference.relative : null,
    }));
    process.stdout.write(
      `${JSON.stringify({ same, tolerance, compared, spec: places, numbers: differences }, null, 2)}\n`,
    );
  } else {
    const groups = byQuantity(numbers);
    const lines = [
      spec.length === 0 ? "spec: the same" : `spec: ${counted(spec.length, "difference")}`,
      ...spec.map(({ path, a, b }) => `  ${path}: ${showValue(a)} → ${showValue(b)}`),
      numbers.length === 0
        ? `numbers: ${compared}, the same${tolerance > 0 ? ` to ${tolerance}` : ""}`
        : `numbers: ${numbers.length} of ${compared} differ${tolerance > 0 ? ` by more than ${tolerance}` : ""}, relatively`,
      ...groups.slice(0, SHOWN).map(line),
      ...(groups.length > SHOWN
        ? [`  and of ${counted(groups.length - SHOWN, "more quantity", "more quantities")}`]
        : []),
      ...(numbers.length > groups.length ? ["(--json has every difference)"] : []),
    ];
    process.stdout.write(`${lines.map(printable).join("\n")}\n`);
  }
  if (!same) {
    const differences = `${counted(spec.length, "difference")} of the spec, ${numbers.length} of ${counted(compared, "number")}`;
    throw new MuflowError("claim", `${a} and ${b} differ: ${differences}`);
  }
}

/** `3.2e-2  45 × risk, most at solver = particles, …, t = 5: 0.1 → 0.103` */
function line({ quantity, count, largest }: QuantityDifference): string {
  const { a, b, relative } = largest;
  const share = Number.isFinite(relative) ? relative.toExponential(1) : "–";
  const at = count === 1 ? "at" : Number.isFinite(relative) ? "most at" : "first at";
  const times = count === 1 ? "" : `${count} × `;
  const place = placeOf(largest);
  const where = place === quantity ? "" : `, ${at} ${place}`;
  // Digits enough to see the difference.
  const digits = Math.max(4, Math.ceil(2 - Math.log10(relative)));
  return `  ${share.padStart(8)}  ${times}${quantity}${where}: ${shown(a, digits)} → ${shown(b, digits)}`;
}

/** Without what the line says besides. */
function placeOf({ where, quantity }: NumberDifference): string {
  const ending = `: ${quantity}`;
  const place = where.replace(/^series: /, "");
  return place.endsWith(ending) ? place.slice(0, -ending.length) : place;
}

/** Characters of a value. */
const LONGEST = 60;

function shown(value: number | string | null, digits: number): string {
  if (value === null) return "nothing";
  return typeof value === "number" && digits <= 17
    ? String(rounded(value, digits))
    : shortened(String(value), LONGEST);
}
