// A thread of muflow validate: measures and judges one claim, of the suite or of a user's file.

import { inputError } from "../base/errors.ts";
import { loadClaim } from "../claims/claim-file.ts";
import { type ClaimJob, type ClaimResult, runClaim } from "../claims/validate.ts";
import { CLAIMS } from "../shipped-claims/index.ts";

/** The pool calls this once per claim. */
export default async function work(job: ClaimJob): Promise<ClaimResult> {
  const { claim, full, together, slot } = job;
  const progress = (share: number) => {
    job.progress[slot] = share;
  };
  return runClaim(await found(claim), { full, together, progress });
}

async function found(claim: ClaimJob["claim"]) {
  if ("path" in claim) return loadClaim(claim.path);
  const own = CLAIMS.find(({ id }) => id === claim.id);
  if (own === undefined) throw inputError("claim", `found no claim ${claim.id}`);
  return own;
}
