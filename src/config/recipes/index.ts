import { activation } from './activation.js';
import { advocates } from './advocates.js';
import { cartAbandonment } from './cart-abandonment.js';
import { categoryAffinity } from './category-affinity.js';
import { engagementTiers } from './engagement-tiers.js';
import { fallingUseWithComplaints } from './falling-use-with-complaints.js';
import { lateNight } from './late-night.js';
import { occasion } from './occasion.js';
import { reachability } from './reachability.js';
import type { Recipe } from './recipe.js';
import { sixSegments } from './six-segments.js';
import { subscription } from './subscription.js';
import { transactionRecovery } from './transaction-recovery.js';

/** Every recipe, in the order of the list. */
export const RECIPES: readonly Recipe[] = [
  sixSegments,
  subscription,
  activation,
  engagementTiers,
  cartAbandonment,
  transactionRecovery,
  lateNight,
  categoryAffinity,
  occasion,
  fallingUseWithComplaints,
  advocates,
  reachability,
];
