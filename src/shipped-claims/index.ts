// The claims that muflow ships, in the order of the theory: exact solutions first, then rates.

import type { Claim } from "../claims/claim.ts";
import { annealedIdentity } from "./annealed-identity.ts";
import { attentionClusters } from "./attention-clusters.ts";
import { attentionHysteresis } from "./attention-hysteresis.ts";
import { attentionNoise } from "./attention-noise.ts";
import { attentionKineticThreshold, attentionThreshold } from "./attention-threshold.ts";
import { baoabStationaryVariance } from "./baoab-stationary-variance.ts";
import { birthDeathIdentity } from "./birth-death-identity.ts";
import { certificateBound } from "./certificate-bound.ts";
import { criticalTemperature } from "./critical-temperature.ts";
import { dualityGap } from "./duality-gap.ts";
import { finiteWidthBias } from "./finite-width-bias.ts";
import { finiteWidthLangevin } from "./finite-width-langevin.ts";
import { fluctuationsGaussian } from "./fluctuations-gaussian.ts";
import { fluctuationsVariance } from "./fluctuations-variance.ts";
import { gibbsLimit } from "./gibbs-limit.ts";
import { hamiltonianFalls } from "./hamiltonian-falls.ts";
import { hamiltonianIdentityOrder } from "./hamiltonian-identity-order.ts";
import { heavyBallSmallWidth } from "./heavy-ball-small-width.ts";
import { initialRiskBias } from "./initial-risk-bias.ts";
import { initialWidthVariance } from "./initial-width-variance.ts";
import { jkoBarenblatt } from "./jko-barenblatt.ts";
import { kineticLinearGap } from "./kinetic-linear-gap.ts";
import { kineticRate } from "./kinetic-rate.ts";
import { kuramotoOrder } from "./kuramoto-order.ts";
import { langevinRate } from "./langevin-rate.ts";
import { linearKineticOrder, richardsonOrder } from "./linear-kinetic-orders.ts";
import { implicitOrder, linearLangevinOrder } from "./linear-langevin-orders.ts";
import { linearNeuronGap } from "./linear-neuron-gap.ts";
import { lsiRateBound } from "./lsi-rate-bound.ts";
import { mckeanVlasovRate } from "./mckean-vlasov-rate.ts";
import { minibatchExcess, minibatchExcessBatch } from "./minibatch-excess.ts";
import { finiteWidthBiasRate, finiteWidthKinetic, propagationOfChaos, w1Rate } from "./momentum-widths.ts";
import { nesterovExponent } from "./nesterov-exponent.ts";
import { nesterovOde } from "./nesterov-ode.ts";
import { polyakModes } from "./polyak-modes.ts";
import { productGibbsLimit } from "./product-gibbs-limit.ts";
import { eulerOrder, polyakFirstOrder, polyakOrder, rk4Order } from "./step-orders.ts";
import { svrgRemoval } from "./svrg-removal.ts";
import { uniformInTime } from "./uniform-in-time.ts";
import { w2TwoClusters } from "./w2-two-clusters.ts";
import { baoabWeakOrder, eulerMaruyamaWeakOrder } from "./weak-orders.ts";

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
  attentionThreshold,
  attentionKineticThreshold,
  attentionHysteresis,
  attentionClusters,
  attentionNoise,
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
