// The claims that muflow ships, in the order of the theory: exact solutions first, then rates.

import type { Claim } from "../claims/claim.ts";
import { annealedIdentity } from "./annealed-identity.ts";
import { baoabStationaryVariance } from "./baoab-stationary-variance.ts";
import { baoabWeakOrder } from "./baoab-weak-order.ts";
import { birthDeathIdentity } from "./birth-death-identity.ts";
import { certificateBound } from "./certificate-bound.ts";
import { criticalTemperature } from "./critical-temperature.ts";
import { dualityGap } from "./duality-gap.ts";
import { eulerMaruyamaWeakOrder } from "./euler-maruyama-weak-order.ts";
import { eulerOrder } from "./euler-order.ts";
import { finiteWidthBias } from "./finite-width-bias.ts";
import { finiteWidthBiasRate } from "./finite-width-bias-rate.ts";
import { finiteWidthKinetic } from "./finite-width-kinetic.ts";
import { finiteWidthLangevin } from "./finite-width-langevin.ts";
import { fluctuationsGaussian } from "./fluctuations-gaussian.ts";
import { fluctuationsVariance } from "./fluctuations-variance.ts";
import { gibbsLimit } from "./gibbs-limit.ts";
import { hamiltonianFalls } from "./hamiltonian-falls.ts";
import { hamiltonianIdentityOrder } from "./hamiltonian-identity-order.ts";
import { heavyBallSmallWidth } from "./heavy-ball-small-width.ts";
import { implicitOrder } from "./implicit-order.ts";
import { initialRiskBias } from "./initial-risk-bias.ts";
import { initialWidthVariance } from "./initial-width-variance.ts";
import { jkoBarenblatt } from "./jko-barenblatt.ts";
import { kineticLinearGap } from "./kinetic-linear-gap.ts";
import { kineticRate } from "./kinetic-rate.ts";
import { kuramotoOrder } from "./kuramoto-order.ts";
import { langevinRate } from "./langevin-rate.ts";
import { linearKineticOrder } from "./linear-kinetic-order.ts";
import { linearLangevinOrder } from "./linear-langevin-order.ts";
import { linearNeuronGap } from "./linear-neuron-gap.ts";
import { lsiRateBound } from "./lsi-rate-bound.ts";
import { mckeanVlasovRate } from "./mckean-vlasov-rate.ts";
import { minibatchExcess } from "./minibatch-excess.ts";
import { minibatchExcessBatch } from "./minibatch-excess-batch.ts";
import { nesterovExponent } from "./nesterov-exponent.ts";
import { nesterovOde } from "./nesterov-ode.ts";
import { polyakFirstOrder } from "./polyak-first-order.ts";
import { polyakModes } from "./polyak-modes.ts";
import { polyakOrder } from "./polyak-order.ts";
import { productGibbsLimit } from "./product-gibbs-limit.ts";
import { propagationOfChaos } from "./propagation-of-chaos.ts";
import { richardsonOrder } from "./richardson-order.ts";
import { rk4Order } from "./rk4-order.ts";
import { svrgRemoval } from "./svrg-removal.ts";
import { uniformInTime } from "./uniform-in-time.ts";
import { w1Rate } from "./w1-rate.ts";
import { w2TwoClusters } from "./w2-two-clusters.ts";

export const CLAIMS: readonly Claim[] = [
  initialWidthVariance,
  finiteWidthBias,
  linearLangevinOrder,
  implicitOrder,
  linearKineticOrder,
  richardsonOrder,
  mckeanVlasovRate,
  gibbsLimit,
  productGibbsLimit,
  criticalTemperature,
  kuramotoOrder,
  jkoBarenblatt,
  dualityGap,
  certificateBound,
  initialRiskBias,
  finiteWidthLangevin,
  finiteWidthKinetic,
  finiteWidthBiasRate,
  propagationOfChaos,
  uniformInTime,
  w1Rate,
  w2TwoClusters,
  fluctuationsVariance,
  fluctuationsGaussian,
  eulerOrder,
  rk4Order,
  polyakOrder,
  polyakFirstOrder,
  eulerMaruyamaWeakOrder,
  baoabWeakOrder,
  baoabStationaryVariance,
  polyakModes,
  nesterovExponent,
  nesterovOde,
  minibatchExcess,
  minibatchExcessBatch,
  svrgRemoval,
  birthDeathIdentity,
  hamiltonianFalls,
  hamiltonianIdentityOrder,
  langevinRate,
  kineticRate,
  linearNeuronGap,
  kineticLinearGap,
  lsiRateBound,
  annealedIdentity,
  heavyBallSmallWidth,
];
