import type { AcceptanceSettings } from '../../../src/decisions/acceptance.js';

export const ACCEPTANCE: AcceptanceSettings = {
  require_statistical_significance: false,
  max_coefficient_of_variation: null,
  min_settlement_rate: 0.95,
  min_improvement_pct: 0,
  asReference: false,
};
