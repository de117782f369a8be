import type { AlgorithmConfig } from '../../scenario/settlement/config.js';
import type { SettlementAlgorithm } from '../algorithm.js';
import { Custom, type Plugins } from './custom.js';
import { BilateralFifo } from './bilateral-fifo.js';
import { BilateralPartial } from './bilateral-partial.js';
import { BilateralSubset } from './bilateral-subset.js';
import { Bilateral } from './bilateral.js';
import { LocalSearch } from './local-search.js';
import { Multilateral } from './multilateral.js';
import { Optimal } from './optimal.js';
import { PartialNetting } from './partial-netting.js';
import { ReceiptReactive } from './receipt-reactive.js';
import { Retry } from './retry.js';
import { Rings } from './rings.js';
import { Search } from './search.js';

export type { Plugins } from './custom.js';

/** The algorithm of an entry of a run. @throws InvalidConfigError for user code that was not handed over */
export function algorithmOf(config: AlgorithmConfig, plugins: Plugins): SettlementAlgorithm {
  switch (config.type) {
    case 'retry':
      return new Retry(config.passes);
    case 'bilateral':
      return new Bilateral(config.legacy);
    case 'bilateral_subset':
      return new BilateralSubset(config.max_partners, config.test_alone);
    case 'bilateral_fifo':
      return new BilateralFifo(config.heads);
    case 'bilateral_partial':
      return new BilateralPartial();
    case 'rings':
      return new Rings(config);
    case 'multilateral':
      return new Multilateral(config.on_shortfall);
    case 'partial_netting':
      return new PartialNetting(config);
    case 'search':
      return new Search(config);
    case 'local_search':
      return new LocalSearch(config.max_steps);
    case 'receipt_reactive':
      return new ReceiptReactive(config.window);
    case 'optimal':
      return new Optimal(config);
    case 'custom':
      return new Custom(config, plugins);
  }
}
