// muflow as npm packs it, in an empty folder: README's example runs, natively too once that is built, the library sample is right under
// tsc --strict and runs, an experiment may import it, and every type that a signature names can be named.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { put, ROOT, run, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const hasCompiler = spawnSync(process.env.CC || "cc", ["--version"]).status === 0;
const empty = join(directory, "empty");
const installed = join(empty, "node_modules", "muflow");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  files: string[];
  dependencies: Record<string, string>;
};

/** Of README, the first block of that language. */
const block = (language: string) =>
  new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(readme)![1]!;

/** The build that dist's entries name. */
const build = /build-[0-9a-f]+/.exec(readFileSync(join(ROOT, "dist", "index.js"), "utf8"))![0];

beforeAll(async () => {
  // Of dist the present build alone, as prepack leaves it: others are those of programs that may be running.
  const clean = join(directory, "clean");
  cpSync(ROOT, clean, {
    recursive: true,
    filter: (path) => {
      const [top, inner] = path.slice(ROOT.length).split("/").filter(Boolean);
      if (top === undefined) return true;
      if (top === "dist") return inner === undefined || !/^build-/.test(inner) || inner === build;
      return ["package.json", ...manifest.files].some((name) => name.split("/")[0] === top);
    },
  });
  const packed = await run(
    "npm",
    ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory],
    clean,
  );
  expect(packed).toMatchObject({ code: 0 });
  mkdirSync(installed, { recursive: true });
  const unpack = ["xzf", join(directory, packed.stdout.trim()), "--strip-components=1", "-C", installed];
  expect(await run("tar", unpack, directory)).toMatchObject({ code: 0 });
  // What it depends on, and nothing else, from where it is installed already: there is no network here.
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(empty, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link);
  }
  put(empty, "package.json", `{ "type": "module" }`);
}, 120_000);

it("holds one build, the schema and the pages that it promises", () => {
  expect(readdirSync(installed).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist",
    "package.json",
    "src",
  ]);
  expect(readdirSync(join(installed, "src"))).toEqual(["kernels"]);
  expect(readdirSync(join(installed, "src", "kernels"))).toEqual(["c"]);
  expect(readdirSync(join(installed, "dist")).filter((name) => name.startsWith("build-"))).toEqual([build]);
});

const cli = join(installed, "dist", "cli.js");

it("runs README's example, and one that imports it", async () => {
  put(empty, "first.yaml", block("yaml"));
  const shorter = ["--set", "time.until=4", "--set", "solvers.0.particles.width=[20]"];
  const first = await run(process.execPath, [cli, "run", "first.yaml", ...shorter], empty);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("results: runs/first") });
  const page = readFileSync(join(ROOT, "docs", "own-functions.md"), "utf8");
  put(empty, "bumps.ts", /^```ts\n([\s\S]*?)^```$/m.exec(page)![1]!);
  expect(await run(process.execPath, [cli, "check", "bumps.ts"], empty)).toMatchObject({ code: 0 });
});

it.skipIf(!hasCompiler)("runs on WebAssembly, and natively once `muflow native` has built that", async () => {
  put(empty, "second.yaml", block("yaml").replace("name: first", "name: second"));
  const variables = { MUFLOW_CACHE: join(directory, "cache") };
  const muflow = (...args: string[]) => run(process.execPath, [cli, ...args], empty, variables);
  const backendOf = async (name: string) => {
    const shorter = ["--set", "time.until=4", "--set", "solvers.0.particles.width=[20]"];
    await muflow("run", "second.yaml", ...shorter, "--out", name);
    return JSON.parse(readFileSync(join(empty, name, "summary.json"), "utf8")).machine.backend;
  };
  expect(await backendOf("before")).toBe("wasm");
  const built = await muflow("native");
  expect(built).toMatchObject({ code: 0, stderr: "" });
  expect(built.stdout).toMatch(/^native kernels, \w+: built in [\d.]+ s: .*\/cache\/kernels-.*\.node\n$/);
  expect((await muflow("native")).stdout).toContain("there already (--force builds it again)");
  expect(await backendOf("after")).toBe("native");
});

it("compiles README's library sample under tsc --strict, with every library checked, and runs it", async () => {
  put(empty, "points.csv", "x,y\n-1,-0.7\n0,0\n1,0.8\n");
  // Fewer neurons, so that it takes no time.
  const sample = block("ts").replace("width: 4000", "width: 40");
  put(empty, "sample.ts", `${sample}console.log(finite.rows.at(-1)?.t);\n`);
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const options = ["--strict", "--target", "es2023", "--module", "nodenext", "--types", "node"];
  const roots = ["--typeRoots", join(ROOT, "node_modules", "@types")];
  expect(await run(process.execPath, [tsc, ...options, ...roots, "sample.ts"], empty)).toMatchObject({
    code: 0,
    stdout: "",
  });
  expect(await run(process.execPath, ["sample.js"], empty)).toMatchObject({ code: 0, stdout: "10\n" });
});

it("exports every type that its declarations name, but for bases of those", () => {
  const text = readFileSync(join(installed, "dist", build, "index.d.ts"), "utf8");
  const declared = [...text.matchAll(/^(?:declare )?(?:interface|type) (\w+)/gm)].map(([, name]) => name!);
  const exported = /export \{([^}]*)\};?\s*(?:\/\/.*)?\s*$/.exec(text)![1]!;
  const names = new Set(
    exported.split(",").map((one) =>
      one
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    ),
  );
  expect(declared.length).toBeGreaterThan(100);
  expect(declared.filter((name) => !names.has(name) && !/Base$|^Pairs$/.test(name))).toEqual([]);
});
