// muflow compare A B: what differs between two folders, in the spec and in the numbers, largest first; exit code 4 where anything does.

import { MuflowError } from "../base/errors.ts";
import { showValue } from "../base/keys.ts";
import { counted, printable } from "../base/words.ts";
import { compareFolders, type NumberDifference } from "../study/compare-folders.ts";

/** Numbers that are shown; --json has all. */
const SHOWN = 20;

export function compare(
  a: string,
  b: string,
  { tolerance, json }: { tolerance: number; json: boolean },
): void {
  const { spec, numbers, compared } = compareFolders(a, b, tolerance);
  const same = spec.length === 0 && numbers.length === 0;
  if (json) {
    const places = spec.map((one) => ({ path: one.path, a: one.a ?? null, b: one.b ?? null }));
    // JSON has no infinity: null where only one of the two has a number.
    const found = numbers.map((one) => ({
      ...one,
      relative: Number.isFinite(one.relative) ? one.relative : null,
    }));
    process.stdout.write(
      `${JSON.stringify({ same, tolerance, compared, spec: places, numbers: found }, null, 2)}\n`,
    );
  } else {
    const lines = [
      spec.length === 0 ? "spec: the same" : `spec: ${counted(spec.length, "difference")}`,
      ...spec.map((one) => `  ${one.path}: ${showValue(one.a)} → ${showValue(one.b)}`),
      numbers.length === 0
        ? `numbers: ${compared}, the same${tolerance > 0 ? ` to ${tolerance}` : ""}`
        : `numbers: ${numbers.length} of ${compared} differ${tolerance > 0 ? ` by more than ${tolerance}` : ""}, relatively`,
      ...numbers.slice(0, SHOWN).map(line),
      ...(numbers.length > SHOWN
        ? [`  and ${numbers.length - SHOWN} more, none larger (--json has all)`]
        : []),
    ];
    process.stdout.write(`${lines.map(printable).join("\n")}\n`);
  }
  if (!same) {
    const found = `${counted(spec.length, "difference")} of the spec, ${numbers.length} of ${counted(compared, "number")}`;
    throw new MuflowError("claim", `${a} and ${b} differ: ${found}`);
  }
}

function line({ where, a, b, relative }: NumberDifference): string {
  const share = Number.isFinite(relative) ? relative.toExponential(1) : "–";
  return `  ${share.padStart(8)}  ${where}: ${shown(a)} → ${shown(b)}`;
}

function shown(value: number | string | null): string {
  return value === null ? "nothing" : String(value);
}
