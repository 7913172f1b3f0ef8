// A thread of muflow validate: measures and judges one claim, of the suite or of a user's file.

import { inputError } from "../base/errors.ts";
import { loadClaim } from "../claims/claim-file.ts";
import { type ClaimJob, type ClaimResult, runClaim } from "../claims/validate.ts";
import { takeMeans } from "../kernels/backend/backend.ts";
import { CLAIMS } from "../shipped-claims/index.ts";

/** The pool calls this once per claim. */
export default async function work(job: ClaimJob): Promise<ClaimResult> {
  const { claim, full, together, slot } = job;
  takeMeans(job);
  const progress = (share: number) => {
    job.progress[slot] = share;
  };
  return runClaim(await claimOf(claim), { full, together, progress });
}

async function claimOf(claim: ClaimJob["claim"]) {
  if ("path" in claim) return loadClaim(claim.path);
  const shippedClaim = CLAIMS.find(({ id }) => id === claim.id);
  if (shippedClaim === undefined) throw inputError("claim", `found no claim ${claim.id}`);
  return shippedClaim;
}
