// muflow validate [CLAIM…]: measures the claims and says of each whether it holds; pages with figures on request.

import { availableParallelism } from "node:os";
import { inputError, MuflowError } from "../base/errors.ts";
import { didYouMeanName } from "../base/keys.ts";
import type { Claim } from "../claims/claim.ts";
import { loadClaim } from "../claims/claim-file.ts";
import { type ClaimJob, type ClaimResult, runClaims } from "../claims/validate.ts";
import { EXACT_BACKENDS } from "../kernels/backend/names.ts";
import {
  countsText,
  judgedText,
  measuredText,
  predictionText,
  writeClaimPages,
} from "../report/claims/claims.ts";
import { CLAIMS } from "../shipped-claims/index.ts";
import { print, tell } from "./output.ts";
import { type MeansArguments, takeBackend } from "./spec-arguments.ts";

export interface ValidateArguments extends MeansArguments {
  full: boolean;
  list: boolean;
  json: boolean;
  out?: string;
}

/** A claim of the suite, or of a file. */
interface Asked {
  readonly claim: Claim;
  readonly job: ClaimJob["claim"];
}

export async function validate(names: readonly string[], options: ValidateArguments): Promise<void> {
  const asked = await askedFor(names);
  requireOnce(asked);
  if (options.list) return list(asked, options.json);
  if (options.backend === "gpu") {
    const others = EXACT_BACKENDS.join(", ");
    throw inputError("--backend", `found gpu; claims are measured in double precision; allowed: ${others}`);
  }
  takeBackend(options);
  const outcomes = await measure(asked, options);
  const results = outcomes.filter((outcome): outcome is ClaimResult => !(outcome instanceof Error));
  const measured = asked.flatMap(({ claim, job }, k) => {
    const result = outcomes[k]!;
    return result instanceof Error ? [] : [{ claim, result, named: nameOf(job) }];
  });
  if (options.json) {
    const entries = measured.map(({ claim, result }) => jsonOf(claim, result));
    process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
  } else print(table(measured), [countsText(results)]);
  if (options.out !== undefined) {
    const page = writeClaimPages(options.out, measured, options.full);
    if (!options.json) process.stdout.write(`pages: ${page}\n`);
  }
  conclude(asked, outcomes, options.full);
}

/** All of the suite, or those named: ids, and files by their path. */
async function askedFor(names: readonly string[]): Promise<Asked[]> {
  if (names.length === 0) return CLAIMS.map((claim) => ({ claim, job: { id: claim.id } }));
  const ids = CLAIMS.map(({ id }) => id);
  return Promise.all(
    names.map(async (name): Promise<Asked> => {
      const shipped = CLAIMS.find(({ id }) => id === name);
      if (shipped !== undefined) return { claim: shipped, job: { id: shipped.id } };
      if (/\.[cm]?[jt]s$/.test(name)) return { claim: await loadClaim(name), job: { path: name } };
      throw inputError(
        "claim",
        `found "${name}"; allowed: a file ending in .ts or .js, or an id of muflow validate --list${didYouMeanName(name, ids)}`,
      );
    }),
  );
}

/** As it is asked for: the id, or the path of the file. */
function nameOf(job: ClaimJob["claim"]): string {
  return "path" in job ? job.path : job.id;
}

/** Errors (input): two claims of one id, which would count twice and share a page. */
function requireOnce(asked: readonly Asked[]): void {
  const seen = new Map<string, string>();
  for (const { claim, job } of asked) {
    const before = seen.get(claim.id);
    const name = nameOf(job);
    if (before !== undefined) {
      const places = before === name ? name : `${before} and ${name}`;
      throw inputError("claim", `found "${claim.id}" twice, in ${places}; allowed: each id once`);
    }
    seen.set(claim.id, name);
  }
}

function list(asked: readonly Asked[], json: boolean): void {
  const entries = asked.map(({ claim: { id, statement, source } }) => ({
    id,
    statement,
    author: source.author,
    year: source.year,
    arxiv: source.arxiv,
  }));
  if (json) process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
  else {
    for (const { id, statement, author, year, arxiv } of entries) {
      process.stdout.write(
        `${id}\n  ${statement}\n  ${author} ${year}${arxiv === null ? "" : `, arXiv ${arxiv}`}\n`,
      );
    }
  }
}

async function measure(
  asked: readonly Asked[],
  { full, threads }: ValidateArguments,
): Promise<(ClaimResult | Error)[]> {
  let done = 0;
  return runClaims(
    asked.map(({ job }) => job),
    {
      worker: new URL("./claim-worker.js", import.meta.url),
      threads: Math.min(threads ?? availableParallelism(), asked.length),
      full,
      onResult(index, result) {
        done += 1;
        const said =
          result instanceof Error ? result.message : `${result.verdict}, ${result.seconds.toFixed(1)} s`;
        tell(`${done}/${asked.length} ${asked[index]!.claim.id}: ${said}`);
      },
    },
  );
}

/** Exit codes: 4 where a claim FAILS, 3 where one could not be measured, or stays NOT RESOLVED that may not. */
function conclude(asked: readonly Asked[], outcomes: readonly (ClaimResult | Error)[], full: boolean): void {
  const ids = (which: (outcome: ClaimResult | Error, claim: Claim) => boolean) =>
    asked.filter(({ claim }, k) => which(outcomes[k]!, claim)).map(({ claim }) => claim.id);
  const ends = (outcome: ClaimResult | Error, verdict: ClaimResult["verdict"]) =>
    !(outcome instanceof Error) && outcome.verdict === verdict;
  const broken = ids((outcome) => outcome instanceof Error);
  const failing = ids((outcome) => ends(outcome, "FAILS"));
  const open = ids(
    (outcome, { quickMayStayOpen = false }) => ends(outcome, "NOT RESOLVED") && (full || !quickMayStayOpen),
  );
  if (failing.length > 0) throw new MuflowError("claim", `${failing.join(", ")}: the claim FAILS`);
  if (broken.length > 0) {
    const [first] = outcomes.filter((outcome) => outcome instanceof Error);
    throw new MuflowError("numerics", `${broken.join(", ")}: could not be measured: ${first!.message}`);
  }
  if (open.length > 0) {
    const where = full
      ? "which no full variant may stay"
      : "which a quick variant may stay only where its claim says quickMayStayOpen";
    throw new MuflowError(
      "numerics",
      `${open.join(", ")}: NOT RESOLVED, ${where}; more replicas or finer refinements narrow it`,
    );
  }
}

function jsonOf(
  { id, statement, source, predicted }: Claim,
  { measured, interval, judged, verdict }: ClaimResult,
) {
  return { id, statement, source, predicted, measured, interval, judged, verdict };
}

function table(measured: readonly { claim: Claim; result: ClaimResult }[]) {
  return {
    head: ["claim", "predicted", "measured [95 %, or its error]", "judged by", "verdict"],
    rows: measured.map(({ claim, result }) => [
      claim.id,
      predictionText(claim.predicted),
      measuredText(result),
      judgedText(result),
      result.verdict,
    ]),
  };
}
