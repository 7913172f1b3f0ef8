// The reference of the library, docs/api/*.md, made from what src/index.ts exports: declarations as they are written, their comments,
// and the examples in them, which test/api.test.ts runs.   npx jiti scripts/api.ts   writes the pages.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const INDEX = join(ROOT, "src/index.ts");
export const FOLDER = "docs/api";

/** What a page holds: what is declared in files so named, unless a page before it has them. */
const PAGES = [
  {
    name: "data",
    title: "Data",
    files: [
      "src/tables/",
      ...["csv", "array-data", "data", "split", "synthetic", "samples"].map(
        (name) => `src/problem/${name}.ts`,
      ),
    ],
  },
  { name: "problem", title: "Problems, neurons and initial laws", files: ["src/problem/"] },
  {
    name: "dynamics",
    title: "Dynamics and momentum iterations",
    files: ["src/dynamics/", "src/particles/momentum.ts"],
  },
  { name: "spectrum", title: "Spectra and the best friction", files: ["src/pde/spectrum/", "src/linear/"] },
  {
    name: "solvers",
    title: "Solvers",
    files: ["src/run/", "src/spec/", "src/kernels/", "src/particles/", "src/pde/", "src/observables/"],
  },
  { name: "statistics", title: "Statistics", files: ["src/statistics/"] },
  { name: "propagation-of-chaos", title: "Propagation of chaos", files: ["src/study/"] },
  { name: "claims", title: "Claims", files: ["src/claims/"] },
  { name: "errors", title: "Errors and sources", files: ["src/base/"] },
];

export interface Entry {
  /** As it is called: data.fromCsv. */
  readonly name: string;
  readonly page: string;
  readonly callable: boolean;
  /** What stands above it, without the example. */
  readonly text: string;
  readonly example: string | null;
  readonly code: string;
  /** Names of exported types that it mentions. */
  readonly mentions: readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  noUnusedLocals: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
  paths: { muflow: [INDEX] },
};

/** Files that are parsed once, for the library and for its examples. */
const parsed = new Map<string, ts.SourceFile | undefined>();
const HOST = ts.createCompilerHost(OPTIONS);
const { getSourceFile, fileExists, readFile } = HOST;
HOST.getSourceFile = (file, version) => {
  if (!parsed.has(file)) parsed.set(file, getSourceFile(file, version));
  return parsed.get(file);
};

/** What the library exports, in its order, those of `data` first. */
export function entries(): Entry[] {
  const program = ts.createProgram([INDEX], OPTIONS, HOST);
  const checker = program.getTypeChecker();
  const resolve = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const index = checker.getSymbolAtLocation(program.getSourceFile(INDEX)!)!;
  const exported = checker.getExportsOfModule(index).map((symbol) => [symbol.name, resolve(symbol)] as const);
  const nameOf = new Map(exported.map(([name, symbol]) => [symbol, name]));

  const named = exported.flatMap(([name, symbol]) => {
    const declaration = symbol.declarations![0]!;
    if (!ts.isVariableDeclaration(declaration)) return [[name, symbol] as const];
    const members = checker.getTypeOfSymbol(symbol).getProperties();
    return members.map((member) => {
      const value = checker.getShorthandAssignmentValueSymbol(member.valueDeclaration);
      return [`${name}.${member.name}`, resolve(value!)] as const;
    });
  });

  /** The symbols of the types that a node mentions. */
  function mentioned(node: ts.Node, found = new Set<ts.Symbol>()): Set<ts.Symbol> {
    const at = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : null;
    const symbol = at === null ? undefined : checker.getSymbolAtLocation(at);
    if (symbol !== undefined) found.add(resolve(symbol));
    node.forEachChild((child) => {
      // The body of a function is nobody's business.
      if (!ts.isBlock(child)) mentioned(child, found);
    });
    return found;
  }

  /** Interfaces that are inherited from, and that nothing else shows. */
  function inherited(declaration: ts.Declaration): ts.Declaration[] {
    if (!ts.isInterfaceDeclaration(declaration)) return [];
    const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => types);
    return bases.flatMap(({ expression }) => {
      const symbol = resolve(checker.getSymbolAtLocation(expression)!);
      const base = symbol.declarations?.find(ts.isInterfaceDeclaration);
      const hidden = base?.getSourceFile().fileName.startsWith(join(ROOT, "src")) && !nameOf.has(symbol);
      return hidden ? [...inherited(base!), base!] : [];
    });
  }

  return named.map(([name, symbol]) => {
    const declarations = symbol.declarations!.filter(
      (declaration, _, all) =>
        !ts.isFunctionDeclaration(declaration) || all.length === 1 || declaration.body === undefined,
    );
    const [first] = declarations as [ts.Declaration];
    const { text, example } = commentOf(first);
    const code = [...inherited(first), ...declarations]
      .map((declaration) => codeOf(declaration, checker))
      .join("\n\n");
    const mentions = declarations.flatMap((declaration) => [...mentioned(declaration)]);
    return {
      name,
      page: pageOf(relative(ROOT, first.getSourceFile().fileName)),
      callable: ts.isFunctionDeclaration(first) || ts.isClassDeclaration(first),
      text,
      example,
      code,
      mentions: [...new Set(mentions.flatMap((type) => nameOf.get(type) ?? []))].filter(
        (type) => type !== name,
      ),
    };
  });
}

function pageOf(file: string): string {
  const page = PAGES.find(({ files }) => files.some((start) => file.startsWith(start)));
  if (page === undefined) throw new Error(`scripts/api.ts: no page for ${file}`);
  return page.name;
}

/** The comment before a declaration: its text, and the example that ends it. */
function commentOf(declaration: ts.Declaration): Pick<Entry, "text" | "example"> {
  const [comment] = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
  const lines = (comment?.getText() ?? "").replace(/^\/\*\*\s?|\s*\*\/$/g, "").replace(/^[ \t]*\* ?/gm, "");
  const [text, example] = lines.split("@example");
  const code = example?.match(/```ts\n([\s\S]*?)\n```/)?.[1];
  return { text: text!.trim(), example: code ?? null };
}

/** A declaration without the bodies of its functions; a type that is derived from a list of names as those names. */
function codeOf(declaration: ts.Declaration, checker: ts.TypeChecker): string {
  const bare = (node: ts.Node, end = node.end) =>
    node
      .getSourceFile()
      .text.slice(node.getStart(), end)
      .replace(/^export (?:async )?/, "")
      .trim();
  if (ts.isFunctionDeclaration(declaration)) return `${bare(declaration, declaration.body?.pos)}`;
  if (ts.isClassDeclaration(declaration)) {
    const head = bare(declaration, declaration.members.pos);
    const members = declaration.members.map((member) =>
      bare(member, (member as { body?: ts.Block }).body?.pos).replace(/;?$/, ";"),
    );
    return `${head}\n${members.map((member) => `  ${member}`).join("\n")}\n}`;
  }
  const text = bare(declaration);
  if (!ts.isTypeAliasDeclaration(declaration) || !text.includes("typeof")) return text;
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  const type = checker.getTypeAtLocation(declaration.name);
  return `type ${declaration.name.text} =\n  | ${checker.typeToString(type, undefined, flags).split(" | ").join("\n  | ")};`;
}

/** The pages by the names of their files. */
export function pages(all: readonly Entry[] = entries()): Map<string, string> {
  const sections = PAGES.map(({ name, title }) => {
    const here = all.filter(({ page }) => page === name);
    return {
      name,
      title,
      functions: here.filter(({ callable }) => callable),
      types: here.filter(({ callable }) => !callable),
    };
  });
  const anchors = new Map<string, string>();
  for (const { name, title, functions, types } of sections) {
    // Readers of Markdown number a heading that stands there already, whatever its capitals.
    const seen = [slug(title)];
    for (const entry of [...functions, ...types]) {
      const plain = slug(entry.name);
      const times = seen.filter((other) => other === plain).length;
      seen.push(plain);
      anchors.set(entry.name, `${name}.md#${plain}${times === 0 ? "" : `-${times}`}`);
    }
  }
  const link = (name: string) => `[\`${name}\`](${anchors.get(name)})`;
  const section = ({ name, text, code, example, mentions }: Entry) =>
    [
      `## ${name}`,
      text,
      fenced(code),
      mentions.length === 0 ? "" : `Types: ${mentions.map(link).join(", ")}.`,
      example === null ? "" : `Example:\n\n${fenced(example)}`,
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  const list = ({ name, title, functions }: (typeof sections)[number]) =>
    `## [${title}](${name}.md)\n\n| function | is |\n|---|---|\n${functions
      .map((entry) => `| ${link(entry.name)} | ${firstSentence(entry.text).replaceAll("|", "\\|")} |`)
      .join("\n")}\n`;
  const named = sections.map(({ name, title, functions, types }): [string, string] => [
    `${name}.md`,
    `${NOTE}\n\n# ${title}\n\n${[...functions, ...types].map(section).join("\n\n")}\n`,
  ]);
  return new Map([...named, ["README.md", `${NOTE}\n\n${INTRODUCTION}\n${sections.map(list).join("\n")}`]]);
}

const NOTE = "<!-- Made by scripts/api.ts from src/index.ts: edit the comments there. -->";
const INTRODUCTION = `# The library

What \`import { … } from "muflow"\` offers. An example is a program of its own. What it prints stands behind \`//\`, and a test holds it to that; paths in
examples begin at the folder of the repository. Equations and symbols: [theory](../theory.md). The same words as in the [experiment file](../experiment-file.md).
`;

function fenced(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}

/** Up to a full stop or a semicolon that stands in no parentheses, on one line. */
function firstSentence(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").match(/^(?:\([^)]*\)|[^(])*?(?=[.;](?: |$)|$)/)![0];
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Errors of type in examples, each with the name of its own. */
export function typeErrors(all: readonly Entry[]): string[] {
  const examples = new Map(
    all.flatMap(({ name, example }) =>
      example === null ? [] : [[join(ROOT, `${name}.example.mts`), example]],
    ),
  );
  const host: ts.CompilerHost = {
    ...HOST,
    fileExists: (file) => examples.has(file) || fileExists(file),
    readFile: (file) => examples.get(file) ?? readFile(file),
    getSourceFile(file, version) {
      const text = examples.get(file);
      return text === undefined
        ? HOST.getSourceFile(file, version)
        : ts.createSourceFile(file, text, version);
    },
  };
  const program = ts.createProgram([...examples.keys()], OPTIONS, host);
  return [...examples.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    const errors = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return errors.map(
      ({ messageText }) => `${relative(ROOT, file)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(ROOT, FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages()) writeFileSync(join(folder, name), text);
}
