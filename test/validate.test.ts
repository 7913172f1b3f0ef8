// muflow validate: the list, the verdicts, a claim of one's own, and claims that fail or cannot be measured.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { muflow, put, ROOT, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const oneByOne = resident();

/** A claim about a number that its file states, with its error; `more`: other keys. */
function fixed(id: string, predicted: string, measured: number, error: number, more = ""): string {
  return put(
    directory,
    `${id}.ts`,
    `import { claim } from "muflow";
export default claim({
  id: "${id}", statement: "A number.", source: { author: "Nobody", year: 2000, arxiv: null, work: "Nothing" },
  equation: "x = x", experiment: "none", statistic: "the number", validates: "nothing",
  predicted: ${predicted}, within: 0.1, ${more}
  measure: () => ({
    measured: ${measured}, error: ${error},
    figure: { x: { label: "x" }, y: { label: "y" }, curves: [{ label: "it", style: "points", points: [[0, 1], [1, 2]] }], caption: "Two points." },
  }),
});
`,
  );
}

describe("muflow validate", () => {
  it("lists its claims with their sources; each has a page in docs/claims", async () => {
    const { code, stdout } = await muflow(["validate", "--list", "--json"]);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { id: string; statement: string; author: string; year: number }[];
    expect(listed.length).toBeGreaterThanOrEqual(22);
    const folder = join(ROOT, "docs", "claims");
    const pages = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
    expect(listed.map(({ id }) => `${id}.md`).sort()).toEqual(pages.sort());
    const list = readFileSync(join(folder, "README.md"), "utf8");
    expect(list).toContain(`${listed.length} claims, full variants: ${listed.length} HOLDS`);
    for (const { id, statement, author, year } of listed) {
      expect(list).toContain(`| [${id}](${id}.md) |`);
      expect([typeof author, typeof year]).toEqual(["string", "number"]);
      expect(readFileSync(join(folder, `${id}.md`), "utf8")).toContain(statement);
      expect(existsSync(join(folder, "figures", `${id}.svg`))).toBe(true);
    }
  });

  it("measures a claim, prints it as JSON, and writes its page", async () => {
    const pages = join(directory, "pages");
    const { code, stdout } = await muflow(["validate", "finite-width-bias", "--json", "--out", pages]);
    expect(code).toBe(0);
    const [entry, ...others] = JSON.parse(stdout);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ id: "finite-width-bias", verdict: "HOLDS" });
    expect(entry.interval[0]).toBeLessThan(entry.measured);
    expect(entry.judged[0]).toBeLessThan(entry.interval[0]);
    expect(entry.judged[1]).toBeGreaterThan(entry.interval[1]);
    expect(entry.verdict).toBe("HOLDS");
    const page = readFileSync(join(pages, "finite-width-bias.md"), "utf8");
    expect(page).toContain("This result ");
    expect(page).toContain("| predicted | measured [95 %, or its error] | judged by | verdict |");
    expect(page).toContain("figures/finite-width-bias.svg");
    expect(existsSync(join(pages, "figures", "finite-width-bias.svg"))).toBe(true);
    expect(readFileSync(join(pages, "README.md"), "utf8")).toContain("1 claim, quick variants");
    expect(page).toContain("Again: `muflow validate finite-width-bias`");
    const own = fixed("own", "{ equals: 1 }", 1, 0.05);
    expect((await oneByOne(["validate", own, "--out", pages])).code).toBe(0);
    expect(readFileSync(join(pages, "own.md"), "utf8")).toContain(`Again: \`muflow validate ${own}\``);
  });

  it("starts a claim of one's own that holds as it is", async () => {
    expect((await muflow(["new", "claim", "my-claim"], directory)).code).toBe(0);
    const { code, stdout } = await muflow(["validate", "my-claim.ts", "--json"], directory);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "my-claim", verdict: "HOLDS", predicted: { equals: 0.25 } },
    ]);
    const again = await muflow(["new", "claim", "my-claim"], directory);
    expect([again.code, again.stderr]).toEqual([2, "muflow: my-claim.ts: exists; choose another name\n"]);
  });

  it("says HOLDS, FAILS and NOT RESOLVED, and exits with 4 where one FAILS", async () => {
    const files = [
      fixed("holds", "{ equals: 1 }", 1.01, 0.05),
      fixed("open", "{ equals: 1 }", 1.1, 0.2),
      fixed("bound", "{ atMost: 1 }", 0.5, 0.2),
      fixed("broken-bound", "{ atLeast: 1 }", 0.5, 0.2),
    ];
    const { code, stdout, stderr } = await oneByOne(["validate", ...files, "--json"]);
    expect(code).toBe(4);
    expect(stderr).toContain("muflow: broken-bound: the claim FAILS");
    const verdicts = (JSON.parse(stdout) as { id: string; verdict: string }[]).map(({ id, verdict }) => [
      id,
      verdict,
    ]);
    expect(verdicts).toEqual([
      ["holds", "HOLDS"],
      ["open", "NOT RESOLVED"],
      ["bound", "HOLDS"],
      ["broken-bound", "FAILS"],
    ]);
  });

  it("accepts NOT RESOLVED of a quick variant whose claim says so, and else ends with 3", async () => {
    const [may, must] = [
      fixed("may", "{ equals: 1 }", 1.1, 0.2, "quickMayStayOpen: true,"),
      fixed("must", "{ equals: 1 }", 1.1, 0.2, "quickMayStayOpen: false,"),
    ];
    const ended = async (...args: string[]) => {
      const { code, stdout, stderr } = await oneByOne(["validate", "--json", ...args]);
      const verdicts = (JSON.parse(stdout) as { verdict: string }[]).map(({ verdict }) => verdict);
      return [code, verdicts, stderr.trim().split("\n").at(-1)] as const;
    };
    expect(await ended(may)).toEqual([0, ["NOT RESOLVED"], expect.stringContaining("1/1 may")]);
    expect(await ended(may, must)).toEqual([
      3,
      ["NOT RESOLVED", "NOT RESOLVED"],
      "muflow: must: NOT RESOLVED, which a quick variant may stay only where its claim says quickMayStayOpen; more replicas or finer refinements narrow it",
    ]);
    expect(await ended("--full", may, must)).toEqual([
      3,
      ["NOT RESOLVED", "NOT RESOLVED"],
      "muflow: may, must: NOT RESOLVED, which no full variant may stay; more replicas or finer refinements narrow it",
    ]);
  });

  it("names a claim that does not exist, is no claim, or cannot be measured", async () => {
    const refused = async (...names: string[]) => {
      const { code, stderr } = await oneByOne(["validate", ...names], directory);
      return [code, stderr] as const;
    };
    expect(await refused("no-such")).toEqual([
      2,
      expect.stringContaining('claim: found "no-such"; allowed: a file'),
    ]);
    expect(await refused("finite-widht")).toEqual([
      2,
      expect.stringMatching(
        /or an id of muflow validate --list; did you mean "finite-width-\w+"( or "[\w-]+")*\?\n$/,
      ),
    ]);
    expect(await refused("absent.ts")).toEqual([2, expect.stringContaining("found no such file")]);
    put(directory, "empty.ts", "export const x = 1;\n");
    expect(await refused("empty.ts")).toEqual([2, expect.stringContaining("found no claim")]);
    const bad = fixed("Bad", "{ equals: 1 }", 1, 1);
    expect(await refused(bad)).toEqual([2, expect.stringContaining('found id "Bad"; allowed: letters a–z')]);
    const perhaps = fixed("perhaps", "{ equals: 1 }", 1, 1, 'quickMayStayOpen: "yes",');
    expect(await refused(perhaps)).toEqual([
      2,
      expect.stringContaining('claim perhaps: quickMayStayOpen: found "yes"; allowed: true, false'),
    ]);
    const both = fixed("both", "{ equals: 1, atMost: 2 }", 1, 1);
    expect(await refused(both)).toEqual([2, expect.stringContaining("allowed: one of { equals }")]);
    const twice = fixed("twice", "{ equals: 1 }", 1, 1);
    expect(await refused(twice, twice)).toEqual([
      2,
      `muflow: claim: found "twice" twice, in ${twice}; allowed: each id once\n`,
    ]);
    put(directory, "list.ts", `import one from "./twice.ts";\nexport default [one, one];\n`);
    expect(await refused("list.ts")).toEqual([
      2,
      "muflow: list.ts: found a list of 2; allowed: one claim a file: export each from a file of its own\n",
    ]);
    put(directory, "unparsed.ts", 'export default { id: "x"\n  statement: "y" };\n');
    expect(await refused("unparsed.ts")).toEqual([
      2,
      'muflow: unparsed.ts:2:3: the module cannot be loaded: Unexpected token, expected ","\n',
    ]);
    const thrown = put(
      directory,
      "thrown.ts",
      readFileSync(fixed("thrown", "{ equals: 1 }", 1, 1), "utf8").replace(
        "measure: () => ({",
        'measure: () => { throw new Error("no luck"); return {}; }, other: () => ({',
      ),
    );
    expect(await refused(thrown)).toEqual([
      3,
      expect.stringContaining("thrown: could not be measured: no luck"),
    ]);
  });
});
