// Records of rows as one table in Markdown: a line for each work, and for each backend its time and by how much it is faster than whom.

import { group } from "d3-array";

const NUMBER = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2));

/** What a number of threads kept busy, where it is not all of them. */
const coresText = ({ cores, threads }) =>
  cores === undefined || threads - cores < 0.3 ? "" : `, ${cores.toFixed(1)} cores`;

const timeText = ({ ours, unit }) => `${NUMBER(ours.time.median)} ${unit}${coresText(ours)}`;

const ratioText = ({ against, ratio: { low, median, high } }) =>
  `${against} ${NUMBER(median)} (${NUMBER(low)}–${NUMBER(high)})`;

const briefRatioText = ({ against, ratio: { median } }) => `${against} ${NUMBER(median)}`;

/** Lines of Markdown. `brief`: medians alone. */
export function tableOf(records, brief = false) {
  const backends = [...new Set(records.map(({ backend }) => backend))];
  const head = ["work", ...backends.flatMap((name) => [`muflow, ${name}`, "times faster than"])];
  return [
    row(head),
    `|${head.map(() => "---").join("|")}|`,
    ...Array.from(
      group(records, ({ title }) => title),
      ([title, alike]) => {
        const columns = backends.flatMap((name) => {
          const here = alike.filter(({ backend }) => backend === name);
          if (here.length === 0) return ["", ""];
          const compared = here.filter(({ ratio }) => ratio !== undefined);
          return [timeText(here[0]), compared.map(brief ? briefRatioText : ratioText).join(", ")];
        });
        return row([title, ...columns]);
      },
    ),
  ];
}

const row = (cells) => `| ${cells.join(" | ")} |`;
