// Records of rows as one table in Markdown: a line for each work and peer, a column of ratios for each backend.

import { group } from "d3-array";

const NUMBER = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2));

const ratioText = ({ low, median, high }) => `${NUMBER(median)} (${NUMBER(low)}–${NUMBER(high)})`;
const timeText = ({ time }, unit) => `${NUMBER(time.median)} ${unit}`;

/** What a number of threads kept busy, where it is not all of them. */
const coresText = ({ cores, threads }) =>
  cores === undefined || Math.abs(cores - threads) < 0.3 ? "" : `, ${cores.toFixed(1)} cores`;

/** Lines of Markdown. */
export function tableOf(records) {
  const backends = [...new Set(records.map(({ backend }) => backend))];
  const lines = group(records, keyOf).values();
  const head = [
    "work",
    "against",
    ...backends.flatMap((name) => [`muflow, ${name}`, "times faster"]),
    "peer",
  ];
  return [
    row(head),
    `|${head.map((_, k) => (k < 2 ? "---" : "---:")).join("|")}|`,
    ...Array.from(lines, (alike) => {
      const [{ title, against = "", unit, peer }] = alike;
      const columns = backends.flatMap((name) => {
        const record = alike.find(({ backend }) => backend === name);
        if (record === undefined) return ["", ""];
        const { ours, ratio } = record;
        return [`${timeText(ours, unit)}${coresText(ours)}`, ratio === undefined ? "" : ratioText(ratio)];
      });
      return row([title, against, ...columns, peer === undefined ? "" : timeText(peer, unit)]);
    }),
  ];
}

const keyOf = ({ title, against }) => `${title}\n${against}`;
const row = (cells) => `| ${cells.join(" | ")} |`;
