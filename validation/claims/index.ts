// The claims that muflow ships, in the order of the theory: exact solutions first, then rates.

import type { Claim } from "../../src/study/claim.ts";
import { certificateBound } from "./certificate-bound.ts";
import { criticalTemperature } from "./critical-temperature.ts";
import { dualityGap } from "./duality-gap.ts";
import { finiteWidthBias } from "./finite-width-bias.ts";
import { finiteWidthBiasRate } from "./finite-width-bias-rate.ts";
import { finiteWidthKinetic } from "./finite-width-kinetic.ts";
import { finiteWidthLangevin } from "./finite-width-langevin.ts";
import { fluctuationsGaussian } from "./fluctuations-gaussian.ts";
import { fluctuationsVariance } from "./fluctuations-variance.ts";
import { gibbsLimit } from "./gibbs-limit.ts";
import { implicitOrder } from "./implicit-order.ts";
import { initialRiskBias } from "./initial-risk-bias.ts";
import { initialWidthVariance } from "./initial-width-variance.ts";
import { jkoBarenblatt } from "./jko-barenblatt.ts";
import { kuramotoOrder } from "./kuramoto-order.ts";
import { linearKineticOrder } from "./linear-kinetic-order.ts";
import { linearLangevinOrder } from "./linear-langevin-order.ts";
import { mckeanVlasovRate } from "./mckean-vlasov-rate.ts";
import { productGibbsLimit } from "./product-gibbs-limit.ts";
import { propagationOfChaos } from "./propagation-of-chaos.ts";
import { richardsonOrder } from "./richardson-order.ts";
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
];
