import type { StudyFit } from "../../study/summary.ts";
import type { Figure } from "../chart/chart.ts";
import { INK } from "../chart/styles.ts";
import { type Decay, drawDecays, MOST_DECAYS } from "../figures/local-rate.ts";
import { quantityNotation } from "../quantity-words.ts";
import type { Palette } from "./colours.ts";
import { groupNotations, lawsOf } from "./laws.ts";

/** Of the exponentials in time among the fits of a study: a picture a law. */
export function localRateFigures(fits: readonly StudyFit[], palette: Palette): Figure[] {
  return lawsOf(fits).flatMap((law, index) => {
    const { spec } = law[0]!;
    const shown = law.filter(({ local }) => local !== undefined && local.length > 1).slice(0, MOST_DECAYS);
    if (shown.length === 0) return [];
    const groups = groupNotations(law);
    const colours = shown.length === 1 ? [INK] : palette(shown.map(({ group }) => group));
    const decays = shown.map(
      (fit, k): Decay => ({
        label: groups[law.indexOf(fit)]! || "local rate",
        colour: colours[k] ?? INK,
        local: fit.local!,
        rate: fit.slope === null ? null : -fit.slope,
        bounds: fit.judged === null ? null : [-fit.judged[1], -fit.judged[0]],
      }),
    );
    return drawDecays({
      name: `local-rate-${index + 1}`,
      of: quantityNotation(shown[0]!.measuredOn ?? spec.quantity),
      decays,
      predicted: spec.predicted === undefined ? null : -spec.predicted,
      modes: shown.length === 1 ? (shown[0]!.modes ?? []) : [],
    });
  });
}
