// Reports in a real browser (Chromium, headless, without a network): no word on its console, nothing that it would have to fetch.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { muflow, put, run, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();

/** A column whose name would speak, were it not escaped. */
const COLUMN = "x<img src=x onerror=console.error(1)><script>console.error(2)</script>";

const SPEC = `
name: seen
problem:
  data: { csv: points.csv, inputs: ["${COLUMN}"], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.3 }
  temperature: 0.1
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: [0], std: [0.6] }
time: { until: 1, step: 0.1, record: 5 }
solvers:
  - particles: { width: [8, 16, 32], replicas: 4 }
  - grid: { cells: [48, 48], extent: [[-5, 5], [-3, 3]], scheme: positive }
  - stationary: { cells: [160], extent: [[-5, 5]] }
`;
put(
  directory,
  "points.csv",
  `${COLUMN},y\n${[-2, -1, 0, 1, 2].map((x) => `${x},${Math.tanh(x)}`).join("\n")}\n`,
);

interface Page {
  /** What the page said on its console. */
  readonly console: readonly string[];
  readonly dom: string;
}

async function open(path: string): Promise<Page> {
  const { code, stdout, stderr } = await run(
    "chromium",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"],
      ...[`--user-data-dir=${join(directory, "profile")}`, "--host-resolver-rules=MAP * ~NOTFOUND"],
      pathToFileURL(path).href,
    ],
    directory,
  );
  expect(code).toBe(0);
  return { console: stderr.split("\n").filter((line) => /:CONSOLE[:(]/.test(line)), dom: stdout };
}

/** Addresses that a browser would fetch; links are followed by people only. */
function fetched(dom: string): string[] {
  const { document } = parseHTML(dom);
  const attributes = [...document.querySelectorAll("*:not(a)")].flatMap((element) =>
    ["src", "srcset", "href", "xlink:href", "data"].map((name) => element.getAttribute(name) ?? ""),
  );
  const styles = [...document.querySelectorAll("style, [style]")].flatMap((element) => {
    const css = `${element.getAttribute("style") ?? ""} ${element.localName === "style" ? element.textContent : ""}`;
    return [...css.matchAll(/(?:url\(|@import\s)["']?([^"')\s;]+)/g)].map(([, address]) => address!);
  });
  return [...attributes, ...styles].filter((address) => address !== "" && !/^(data:|#)/.test(address));
}

const missing = spawnSync("sh", ["-c", "command -v chromium"]).status !== 0;

describe.skipIf(missing)(
  `a report in a browser${missing ? " (skipped: chromium not installed)" : ""}`,
  () => {
    it("would be heard, and caught fetching", async () => {
      const page = await open(
        put(
          directory,
          "loud.html",
          '<style>p { background: url(y.png) }</style><img src="x.png"><script>console.error("loud")</script>',
        ),
      );
      expect(page.console).toEqual([expect.stringContaining('"loud"')]);
      expect(fetched(page.dom)).toEqual(["x.png", "y.png"]);
    });

    it.each([
      ["a run", "run", SPEC],
      [
        "a study",
        "study",
        `${SPEC}sweep: { problem.temperature: [0.1, 0.2] }\nfits: [{ quantity: f_rms, along: width, against: grid, predicted: -0.5 }]\n`,
      ],
    ])("of %s opens without a word", async (_, command, text) => {
      const folder = join(directory, command);
      const { code, stderr } = await muflow([
        command,
        put(directory, `${command}.yaml`, text),
        "--out",
        folder,
      ]);
      expect(code, stderr).toBe(0);
      const page = await open(join(folder, "report.html"));
      expect(page.console).toEqual([]);
      expect(fetched(page.dom)).toEqual([]);
      expect(page.dom).toContain("&lt;script&gt;console.error(2)");
      expect(page.dom.match(/<figure/g)?.length).toBeGreaterThanOrEqual(command === "run" ? 6 : 1);
    });
  },
);
