// A row that times whole muflow commands, in turn with those of muflow 0.3.0 where it is here. A definition has
//   name, about, cases, title(), rounds, command(build, folder, others) → arguments; folder: an empty one
//   result(folder, stdout): what the command came to, as plain data · agreement(ours, theirs) → {holds, text}, where there is a peer
//   alike: the peer is given the same work by prepare(builds), whose answer `command` gets · unit: "s" or "ms"

import { inFolder } from "./agreement.mjs";
import { muflowCommand, THIS_BUILD } from "./sides.mjs";
import { spread } from "./statistics.mjs";

const PER_MS = { s: 1e-3, ms: 1 };

export function commandRow(row) {
  return {
    options: {},
    cases: [{}],
    peers: {},
    unit: "s",
    prepare: () => ({}),
    result: () => null,
    ...row,
    measure,
  };
}

async function measure(_, context) {
  const { old, threads, backend, tell, peers = [OLD] } = context;
  const compared = Object.hasOwn(this.peers, OLD) && peers.includes(OLD);
  if (compared && old === null) tell(`${this.name}: without ${OLD}: no --old DIR, and no MUFLOW_OLD`);
  const builds = compared && old !== null ? [THIS_BUILD, old] : [THIS_BUILD];
  const prepared = await this.prepare(builds);
  const once = (build) =>
    inFolder((folder) => {
      const args = this.command(build, folder, { threads, prepared });
      // Of commands that compute; 0.3.0 has one backend alone.
      const asked = build === THIS_BUILD && COMPUTE.includes(args[0]) ? ["--backend", backend] : [];
      const { ms, stdout } = muflowCommand(build, [...args, ...asked], this.allowed);
      return { ms: ms * PER_MS[this.unit], result: this.result(folder, stdout) };
    });
  const rounds = context.rounds ?? this.rounds;
  const times = builds.map(() => []);
  let agreement;
  for (let round = 0; round <= rounds; round++) {
    tell(`${this.title()}: ${round === 0 ? "do both agree?" : `round ${round} of ${rounds}`}`);
    const outcomes = [];
    for (const build of builds) outcomes.push(await once(build));
    // The first of each is not counted: files come into the page cache.
    if (round > 0) for (const [k, { ms }] of outcomes.entries()) times[k].push(ms);
    else if (builds.length > 1) agreement = this.agreement(...outcomes.map(({ result }) => result));
    if (agreement?.holds === false) {
      throw new Error(`${this.title()}: muflow and ${OLD} disagree (${agreement.text}); not timed`);
    }
  }
  const record = { row: this.name, options: {}, title: this.title(), unit: this.unit, backend };
  const [ours, theirs] = times.map((values) => ({ time: spread(values), threads }));
  if (theirs === undefined) return [{ ...record, ours }];
  const ratio = spread(times[1].map((time, round) => time / times[0][round]));
  return [{ ...record, ours, against: OLD, peer: theirs, ratio, agreement: agreement.text }];
}

export const OLD = "muflow-0.3.0";
const COMPUTE = ["run", "study", "validate"];
