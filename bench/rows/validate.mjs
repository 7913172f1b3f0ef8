// Quick `muflow validate`, of the claims that both versions ship: whole, from the command to the verdicts.
// Agreement: every claim is judged alike.

import { commandRow, OLD } from "../harness/command-row.mjs";
import { muflowCommand } from "../harness/sides.mjs";

const claimsOf = (build) => JSON.parse(muflowCommand(build, ["validate", "--list", "--json"]).stdout);

export const validate = commandRow({
  name: "validate",
  about: "quick muflow validate, of the claims that both versions ship",
  peers: { [OLD]: {} },
  rounds: 2,
  // A verdict other than HOLDS is no failure here.
  allowed: [0, 1],
  title: () => "quick validate",
  prepare(builds) {
    const [own, ...others] = builds.map((build) => claimsOf(build).map(({ id }) => id));
    return { claims: own.filter((id) => others.every((ids) => ids.includes(id))) };
  },
  command: (_, __, { threads, prepared: { claims } }) => [
    "validate",
    ...claims,
    ...["--json", "--threads", String(threads)],
  ],
  result: (_, stdout) =>
    Object.fromEntries(JSON.parse(stdout).map(({ id, verdict }) => [id, String(verdict)])),
  agreement(ours, theirs) {
    const ids = Object.keys(ours);
    const apart = ids.filter((id) => ours[id] !== theirs[id]);
    return {
      holds: apart.length === 0,
      text:
        apart.length === 0 ? `${ids.length} claims judged alike` : `judged otherwise: ${apart.join(", ")}`,
    };
  },
});
