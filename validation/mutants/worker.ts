// One process that runs tests again and again: Vitest stays up, and a source file is replaced in memory as it is loaded, so that a
// mutant costs its tests and little more. It measures which statements a test file reaches, or tries mutants; see campaign.ts.

import { join, relative, sep } from "node:path";
import { createVitest, type Vitest } from "vitest/node";

/** A statement's range (lines from 1, columns from 0; a null column: to the end of the line), and whether it was reached. */
export type Reached = readonly [
  line: number,
  column: number,
  endLine: number,
  endColumn: number | null,
  reached: boolean,
];

export interface Measured {
  readonly test: string;
  /** Its seconds of computing. */
  readonly seconds: number;
  /** The first failure, or null. */
  readonly failure: string | null;
  /** By source file. */
  readonly reached: Readonly<Record<string, readonly Reached[]>>;
}

export interface Tried {
  readonly outcome: "killed" | "timeout" | "survived";
  /** The test that failed, or that never ended; null where none did. */
  readonly by: string | null;
  readonly seconds: number;
}

export type Order =
  | { readonly kind: "measure"; readonly test: string }
  | {
      readonly kind: "try";
      readonly file: string;
      readonly text: string;
      /** In this order, each with its most seconds of computing. */
      readonly tests: readonly (readonly [test: string, limit: number])[];
    };

/** Seconds of computing of this process, all threads together: a busy machine does not change them. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Vitest's sequencer, of which one is wanted that leaves the order as it is. */
class AsGiven {
  sort<Files>(files: Files): Files {
    return files;
  }
  shard<Files>(files: Files): Files {
    return files;
  }
}

/** What is running, and what has failed in it. */
const now = { test: "", since: 0, failure: null as string | null };
/** The file that is another than on the disk. */
let replaced: { path: string; text: string } | null = null;
let coverage: unknown = null;

async function start(root: string, measures: boolean): Promise<Vitest> {
  const named = (path: string) => relative(root, path).split(sep).join("/");
  const vitest = await createVitest(
    "test",
    {
      root,
      config: false,
      watch: true,
      include: ["src/**/*.test.ts"],
      setupFiles: ["test/random.ts", "validation/mutants/first-failure.ts"],
      testTimeout: 600_000,
      // Threads of this process, so that its clock counts them; one, new for each run, so that modules load afresh.
      pool: "threads",
      isolate: false,
      maxWorkers: 1,
      bail: 1,
      sequence: { sequencer: AsGiven },
      coverage: {
        enabled: measures,
        provider: "v8",
        include: ["src/**"],
        reporter: [],
        // Its own: others measure at the same time.
        reportsDirectory: join(root, "coverage", `${process.pid}`),
      },
      reporters: [
        {
          onTestModuleQueued: ({ moduleId }) => {
            Object.assign(now, { test: named(moduleId), since: computed() });
          },
          onTestCaseResult: (test) => {
            if (test.result().state === "failed")
              now.failure ??= `${named(test.module.moduleId)}: ${test.fullName}`;
          },
          onTestModuleEnd: (module) => {
            if (module.state() === "failed") now.failure ??= named(module.moduleId);
          },
          onCoverage: (found) => {
            coverage = found;
          },
        },
      ],
    },
    {
      server: { watch: null },
      plugins: [
        {
          name: "mutant",
          enforce: "pre",
          load: (id) => (id === replaced?.path ? replaced.text : null),
        },
      ],
    },
  );
  await vitest.standalone();
  return vitest;
}

/** The first failure of those test files, or null. */
async function failureOf(vitest: Vitest, root: string, tests: readonly string[]): Promise<string | null> {
  now.failure = null;
  const project = vitest.getRootProject();
  const { unhandledErrors } = await vitest.runTestSpecifications(
    tests.map((test) => project.createSpecification(join(root, test))),
  );
  return now.failure ?? (unhandledErrors.length > 0 ? `${now.test}: an error outside tests` : null);
}

async function measure(vitest: Vitest, root: string, test: string): Promise<Measured> {
  const before = computed();
  const failure = await failureOf(vitest, root, [test]);
  const seconds = computed() - before;
  const reached: Record<string, Reached[]> = {};
  for (const [path, { statementMap, s }] of Object.entries(covered())) {
    reached[relative(root, path).split(sep).join("/")] = Object.entries(statementMap).map(
      ([key, { start: from, end: to }]) => [from.line, from.column, to.line, to.column, s[key] > 0],
    );
  }
  return { test, seconds, failure, reached };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Istanbul's coverage, as data. */
type Covered = Record<
  string,
  {
    readonly statementMap: Record<string, { readonly start: Place; readonly end: Place }>;
    readonly s: Record<string, number>;
  }
>;

function covered(): Covered {
  return JSON.parse(JSON.stringify(coverage ?? {}));
}

async function attempt(vitest: Vitest, root: string, order: Order & { kind: "try" }): Promise<Tried> {
  const path = join(root, order.file);
  const before = computed();
  const limits = new Map(order.tests);
  // The tests run in a thread; here a loop that never ends can be seen, and ended with the process.
  const watch = setInterval(() => {
    if (computed() - now.since < (limits.get(now.test) ?? Number.POSITIVE_INFINITY)) return;
    clearInterval(watch);
    const late: Tried = { outcome: "timeout", by: now.test, seconds: computed() - before };
    process.send!(late, () => process.exit(0));
  }, 100);
  replaced = { path, text: order.text };
  vitest.invalidateFile(path);
  const failure = await failureOf(vitest, root, [...limits.keys()]);
  clearInterval(watch);
  replaced = null;
  vitest.invalidateFile(path);
  const outcome = failure === null ? "survived" : "killed";
  return { outcome, by: failure, seconds: computed() - before };
}

/** Serves orders until its parent ends. */
export async function serve(root: string, measures: boolean): Promise<void> {
  const vitest = await start(root, measures);
  process.on("disconnect", () => process.exit(0));
  process.on("message", async (order: Order) => {
    const answer =
      order.kind === "measure" ? await measure(vitest, root, order.test) : await attempt(vitest, root, order);
    process.send!(answer);
  });
  process.send!("ready");
}
