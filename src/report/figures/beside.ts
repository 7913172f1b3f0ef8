import { FULL_WIDTH, HALF_WIDTH, HEIGHT } from "../chart/chart.ts";
import type { Figure } from "../folder.ts";

/** Two half-width pictures as one, left and right, so that they travel together. */
export function beside(name: string, left: Figure, right: Figure): Figure {
  const title = `${titleOf(left)}; ${titleOf(right)}`;
  const at = (x: number, { svg }: Figure) => svg.trim().replace("<svg ", `<svg x="${x}" `);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${FULL_WIDTH}" height="${HEIGHT}" viewBox="0 0 ${FULL_WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<title>${title}</title>
${at(0, left)}
${at(FULL_WIDTH - HALF_WIDTH, right)}
</svg>
`;
  return { name, caption: `Left: ${left.caption} Right: ${right.caption}`, svg };
}

/** As markup. */
function titleOf({ svg }: Figure): string {
  return /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? "";
}
