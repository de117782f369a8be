// Made by npm run docs:pages, from the schema that validates: change the descriptions there.

/** How a CSV file is written. */
export interface CsvDocument {
  /**
   * Character between two values.
   * @defaultValue ","
   */
  delimiter?: string;
  /**
   * Character around values that contain others.
   * @defaultValue "\""
   */
  quote?: string;
  /**
   * Decimal mark of amounts.
   * @defaultValue "."
   */
  decimal?: string;
  /**
   * Mark between thousands in amounts; none unless given.
   * @defaultValue null
   */
  thousands?: string | null;
  /**
   * Encoding of the text.
   * @defaultValue "utf-8"
   */
  encoding?: 'utf-8' | 'latin-1';
  /**
   * Whether the first record names the columns.
   * @defaultValue true
   */
  header?: boolean;
  /**
   * Lines before the header that are passed over.
   * At least 0.
   * @defaultValue 0
   */
  skip_lines?: number;
  /**
   * With what records that are passed over begin; none unless given.
   * @defaultValue null
   */
  comment?: string | null;
  /**
   * Whether blanks around values are removed.
   * @defaultValue true
   */
  trim?: boolean;
}

/** How amounts are read. */
export interface AmountFormatDocument {
  /**
   * Currency of all payments, by its ISO 4217 code: EUR.
   * @defaultValue null
   */
  currency?: string | null;
  /**
   * Whether amounts are written in units of the currency (major) or in its cents (minor).
   * @defaultValue "major"
   */
  unit?: 'major' | 'minor';
  /**
   * Digits behind the decimal mark that are kept; those of the currency, 2 without one.
   * At least 0, at most 8.
   * @defaultValue null
   */
  exponent?: number | null;
  /**
   * What becomes of amounts with more digits: refused, or rounded half up.
   * @defaultValue "reject"
   */
  rounding?: 'reject' | 'half_up';
}

/** Where payments come from: exactly one of file, database, run and dataset. */
export type PaymentSourceDocument =
  | {
      /** Path of the file, from the folder of the scenario. */
      file: string;
      /** What the file is; by its extension unless given. */
      format?: 'csv' | 'parquet' | 'pacs';
      csv?: CsvDocument;
      /** How messages of ISO 20022 are read; with format pacs. */
      pacs?: {
        /**
         * Which reference names a payment; the first that it has of these unless given.
         * @defaultValue null
         */
        reference?: 'UETR' | 'TxId' | 'InstrId' | 'EndToEndId' | null;
        /**
         * How many characters of a BIC name a bank.
         * @defaultValue 8
         */
        bic?: 8 | 11;
      };
      /** Column of each field, by its name or its number from 1; the fields’ own names unless given. */
      columns?: {
        [
          K in
            | 'external_ref'
            | 'time'
            | 'date'
            | 'time_of_day'
            | 'tick'
            | 'day'
            | 'tick_of_day'
            | 'business_date'
            | 'sender'
            | 'receiver'
            | 'amount'
            | 'currency'
            | 'priority'
            | 'rtgs_priority'
            | 'deadline'
            | 'time_critical'
            | 'payment_type'
            | 'on_behalf_of'
            | 'divisible'
        ]?: string | number;
      };
      /** How times are read. */
      time?: {
        /**
         * How times are written: iso, or a pattern such as %d.%m.%Y %H:%M:%S.
         * @defaultValue "iso"
         */
        format?: string;
        /**
         * What becomes of times that a change of the clock skips or repeats; what the clock says unless given.
         * @defaultValue null
         */
        disambiguation?: 'reject' | 'compatible' | 'earlier' | 'later' | null;
      };
      amount?: AmountFormatDocument;
      /** Names of banks in the list. */
      banks?: {
        /**
         * Id of the bank, by the name in the list.
         * @defaultValue {}
         */
        map?: { [name: string]: string };
      };
      /** How priorities are read. */
      priority?: {
        /**
         * Priority, 0 to 10, by the word in the list.
         * @defaultValue {}
         */
        map?: { [name: string]: number };
        /**
         * Priority of payments without one, 0 to 10.
         * At least 0, at most 10.
         * @defaultValue 5
         */
        default?: number;
      };
      /** How RTGS priorities are read. */
      rtgs_priority?: {
        /**
         * RTGS priority, by the word in the list.
         * @defaultValue {}
         */
        map?: { [name: string]: 'HighlyUrgent' | 'Urgent' | 'Normal' };
      };
      /** How deadlines are read. */
      deadline?: {
        /**
         * What deadlines are: times of the day, dates with times, ticks of the run, or ticks after arrival; with a clock time, else tick.
         * @defaultValue null
         */
        as?: 'time' | 'datetime' | 'tick' | 'ticks_after' | null;
        /**
         * Deadline of payments without one: the end of the day, or a number of ticks after arrival.
         * @defaultValue "end_of_day"
         */
        default?:
          | 'end_of_day'
          | {
              /**
               * Ticks after arrival.
               * At least 0, at most 1000000000.
               */
              ticks_after: number;
            };
      };
      /**
       * What becomes of payments outside the hours: one word for all, or one for each case.
       * @defaultValue {"before_opening":"reject","after_closing":"reject","non_business_day":"reject"}
       */
      outside_hours?:
        | 'reject'
        | 'first_tick'
        | 'next_day'
        | {
            /**
             * Payments before the opening: refused, or moved to the first tick of the day.
             * @defaultValue "reject"
             */
            before_opening?: 'reject' | 'first_tick';
            /**
             * Payments after the closing: refused, or moved to the last tick of the day or the first one of the next.
             * @defaultValue "reject"
             */
            after_closing?: 'reject' | 'last_tick' | 'next_day';
            /**
             * Payments on other days: refused, or moved to the first tick of the next business day.
             * @defaultValue "reject"
             */
            non_business_day?: 'reject' | 'next_day';
          };
      /**
       * What becomes of payments of a bank to itself.
       * @defaultValue "reject"
       */
      self_payments?: 'reject' | 'keep';
      /**
       * What becomes of a second payment with the same external_ref.
       * @defaultValue "reject"
       */
      duplicates?: 'reject' | 'keep';
      /**
       * Whether rejected rows refuse the scenario (stop) or are left out (skip).
       * @defaultValue "stop"
       */
      on_error?: 'stop' | 'skip';
      /**
       * Most rows that may be left out: a number of them, or below 1 a share; any number unless given.
       * At least 0.
       * @defaultValue null
       */
      max_rejects?: number | null;
      /** Days are drawn out of the list; the list as it is unless given. */
      sample?: SampleDocument;
    }
  | {
      /** Path of the DuckDB file, from the folder of the scenario. */
      database: string;
      /** Table whose rows are the payments. */
      table?: string;
      /** Query whose rows are the payments, in place of table. */
      query?: string;
      /** Marks of amounts that are texts. */
      csv?: CsvDocument;
      /** Column of each field, by its name or its number from 1; the fields’ own names unless given. */
      columns?: {
        [
          K in
            | 'external_ref'
            | 'time'
            | 'date'
            | 'time_of_day'
            | 'tick'
            | 'day'
            | 'tick_of_day'
            | 'business_date'
            | 'sender'
            | 'receiver'
            | 'amount'
            | 'currency'
            | 'priority'
            | 'rtgs_priority'
            | 'deadline'
            | 'time_critical'
            | 'payment_type'
            | 'on_behalf_of'
            | 'divisible'
        ]?: string | number;
      };
      /** How times are read. */
      time?: {
        /**
         * How times are written: iso, or a pattern such as %d.%m.%Y %H:%M:%S.
         * @defaultValue "iso"
         */
        format?: string;
        /**
         * What becomes of times that a change of the clock skips or repeats; what the clock says unless given.
         * @defaultValue null
         */
        disambiguation?: 'reject' | 'compatible' | 'earlier' | 'later' | null;
      };
      amount?: AmountFormatDocument;
      /** Names of banks in the list. */
      banks?: {
        /**
         * Id of the bank, by the name in the list.
         * @defaultValue {}
         */
        map?: { [name: string]: string };
      };
      /** How priorities are read. */
      priority?: {
        /**
         * Priority, 0 to 10, by the word in the list.
         * @defaultValue {}
         */
        map?: { [name: string]: number };
        /**
         * Priority of payments without one, 0 to 10.
         * At least 0, at most 10.
         * @defaultValue 5
         */
        default?: number;
      };
      /** How RTGS priorities are read. */
      rtgs_priority?: {
        /**
         * RTGS priority, by the word in the list.
         * @defaultValue {}
         */
        map?: { [name: string]: 'HighlyUrgent' | 'Urgent' | 'Normal' };
      };
      /** How deadlines are read. */
      deadline?: {
        /**
         * What deadlines are: times of the day, dates with times, ticks of the run, or ticks after arrival; with a clock time, else tick.
         * @defaultValue null
         */
        as?: 'time' | 'datetime' | 'tick' | 'ticks_after' | null;
        /**
         * Deadline of payments without one: the end of the day, or a number of ticks after arrival.
         * @defaultValue "end_of_day"
         */
        default?:
          | 'end_of_day'
          | {
              /**
               * Ticks after arrival.
               * At least 0, at most 1000000000.
               */
              ticks_after: number;
            };
      };
      /**
       * What becomes of payments outside the hours: one word for all, or one for each case.
       * @defaultValue {"before_opening":"reject","after_closing":"reject","non_business_day":"reject"}
       */
      outside_hours?:
        | 'reject'
        | 'first_tick'
        | 'next_day'
        | {
            /**
             * Payments before the opening: refused, or moved to the first tick of the day.
             * @defaultValue "reject"
             */
            before_opening?: 'reject' | 'first_tick';
            /**
             * Payments after the closing: refused, or moved to the last tick of the day or the first one of the next.
             * @defaultValue "reject"
             */
            after_closing?: 'reject' | 'last_tick' | 'next_day';
            /**
             * Payments on other days: refused, or moved to the first tick of the next business day.
             * @defaultValue "reject"
             */
            non_business_day?: 'reject' | 'next_day';
          };
      /**
       * What becomes of payments of a bank to itself.
       * @defaultValue "reject"
       */
      self_payments?: 'reject' | 'keep';
      /**
       * What becomes of a second payment with the same external_ref.
       * @defaultValue "reject"
       */
      duplicates?: 'reject' | 'keep';
      /**
       * Whether rejected rows refuse the scenario (stop) or are left out (skip).
       * @defaultValue "stop"
       */
      on_error?: 'stop' | 'skip';
      /**
       * Most rows that may be left out: a number of them, or below 1 a share; any number unless given.
       * At least 0.
       * @defaultValue null
       */
      max_rejects?: number | null;
      /** Days are drawn out of the list; the list as it is unless given. */
      sample?: SampleDocument;
    }
  | {
      /** Id of the stored run whose payments arrive again. */
      run: string;
      /** Path of the database with the run; that of the command unless given. */
      database?: string;
      /**
       * Whether payments that scenario events ordered are among them.
       * @defaultValue false
       */
      include_scenario?: boolean;
      /**
       * Whether arrival_config and arrival_bands of the banks are passed over; an error beside them otherwise.
       * @defaultValue false
       */
      replace_generated?: boolean;
      /** Days are drawn out of the run; all of it unless given. */
      sample?: SampleDocument;
    }
  | {
      /** SHA-256 of a payment list in the database, or its first 8 digits at least. */
      dataset: string;
      /** Days are drawn out of the list; the list as it is unless given. */
      sample?: SampleDocument;
    };

/** Days that are drawn. */
export interface SampleDocument {
  /**
   * Number of days to draw; as many as the run has.
   * At least 1.
   */
  days?: number;
  /**
   * Seed of the drawing; that of the run unless given, so that every replication draws days of its own.
   * At least 0.
   * @defaultValue null
   */
  seed?: number | number | bigint | string | null;
  /**
   * Whether a day can be drawn more than once.
   * @defaultValue true
   */
  replace?: boolean;
  /**
   * How the drawn days are named; with a clock by business_date, unless given.
   * @defaultValue null
   */
  by?: 'day' | 'business_date' | null;
}

/**
 * A tick of the run, from 0, or with a clock a time: 10:30, or 10:30@2 on day 2.
 * At least 0.
 */
export type TickOrTime = number | string;

/** When an event happens. */
export type ScheduleDocument =
  | {
      /** Once. */
      type?: 'OneTime';
      /**
       * Tick of the run, from 0, or with a clock a time.
       * At least 0.
       */
      tick: TickOrTime;
    }
  | {
      /** Again and again. */
      type?: 'Repeating';
      /**
       * First tick, from 0, or with a clock a time.
       * At least 0.
       */
      start_tick: TickOrTime;
      /**
       * Ticks from one time to the next.
       * At least 1.
       */
      interval: number;
    };

/** A bank. */
export interface AgentDocument {
  /** Name of the bank; no two have the same. */
  id: string;
  /** Balance at the beginning, in cents; may be negative. */
  opening_balance: number;
  /**
   * How far the balance may go below 0 without collateral, in cents.
   * At least 0.
   * @defaultValue 0
   */
  unsecured_cap?: number;
  /**
   * By what the bank decides when to pay.
   * @defaultValue {"type":"Fifo"}
   */
  policy?: AgentPolicyDocument;
  /** Payments that are generated for the bank to send; not together with arrival_bands. */
  arrival_config?: ArrivalConfigDocument | null;
  /** Payments that are generated for the bank to send, by urgency; not together with arrival_config. */
  arrival_bands?: {
    /** Payments with priorities 8 to 10. */
    urgent?: ArrivalBandDocument | null;
    /** Payments with priorities 4 to 7. */
    normal?: ArrivalBandDocument | null;
    /** Payments with priorities 0 to 3. */
    low?: ArrivalBandDocument | null;
  } | null;
  /**
   * Most collateral that the bank can post, in cents; ten times unsecured_cap unless given.
   * At least 0.
   */
  max_collateral_capacity?: number | null;
  /**
   * Money outside the system that the bank can bring in for a day, in cents.
   * At least 0.
   */
  liquidity_pool?: number | null;
  /**
   * Share of liquidity_pool that is brought in, 0 to 1; 1 unless this or the policy document says otherwise.
   * At least 0, at most 1.
   */
  liquidity_allocation_fraction?: number | null;
  /**
   * Collateral that is posted at the beginning, in cents; 0 unless given.
   * At least 0.
   */
  posted_collateral?: number | null;
  /**
   * Share of the value of collateral that gives no credit, 0 to 1; 0.02 unless given.
   * At least 0, at most 1.
   */
  collateral_haircut?: number | null;
  /** What the bank pays to others in a day at the most. */
  limits?: {
    /** Most that may be paid to a bank in a day, in cents, by its id; 0 or less blocks all payments to it. */
    bilateral_limits?: { [name: string]: number } | null;
    /** Most that may be paid to all banks together in a day, in cents. */
    multilateral_limit?: number | null;
  } | null;
}

/** By what a bank decides: a built-in policy, or a policy document. */
export type AgentPolicyDocument =
  | {
      /** Releases every payment at once. */
      type?: 'Fifo';
    }
  | {
      /** Releases payments whose deadline is near, and drops them at the deadline. */
      type?: 'Deadline';
      /**
       * A payment is released when its deadline is at most this many ticks away.
       * At least 1.
       */
      urgency_threshold: number;
    }
  | {
      /** Keeps a reserve unless a payment is urgent, and drops payments at the deadline. */
      type?: 'LiquidityAware';
      /**
       * Reserve that only urgent payments may use, in cents.
       * At least 0.
       */
      target_buffer: number;
      /**
       * A payment is urgent when its deadline is at most this many ticks away.
       * At least 1.
       */
      urgency_threshold: number;
    }
  | {
      /** Splits payments that the balance does not cover, and drops them at the deadline. */
      type?: 'LiquiditySplitting';
      /**
       * Parts of a payment whose deadline is at most 5 ticks away; others have two.
       * At least 2, at most 10.
       */
      max_splits: number;
      /**
       * Smallest part, in cents; has no effect.
       * At least 1.
       */
      min_split_amount: number;
    }
  | {
      /** Splits every payment; for tests. */
      type?: 'MockSplitting';
      /**
       * Number of parts.
       * At least 2, at most 10.
       */
      num_splits: number;
    }
  | {
      /** A policy document in a file of its own. */
      type?: 'FromJson';
      /** Path of the policy file, from the folder of the scenario, the working directory or the policy library. */
      json_path: string;
    }
  | {
      /** A policy document, written here. */
      type?: 'Inline';
      /** The whole policy document, with its version, policy_id, parameters and trees. */
      decision_trees: object;
    }
  | {
      /** A policy document as text. */
      type?: 'InlineJson';
      /** The policy document as JSON text. */
      json_string: string;
    };

/** Payments that are generated for a bank to send. */
export interface ArrivalConfigDocument {
  /**
   * Payments that arrive in a tick, on average; their number is Poisson distributed.
   * At least 0.
   */
  rate_per_tick: number;
  /** Course of the rate over the day: weights of equally long parts of it, with the rate as their mean. */
  profile?: readonly number[];
  /** How amounts are drawn, in cents. */
  amount_distribution: AmountDistributionDocument;
  /** How likely each bank is as receiver, relative to the others; a bank that is not named has weight 1. */
  counterparty_weights: { [name: string]: number };
  /** Shortest and longest time to the deadline, in ticks after arrival. */
  deadline_range: readonly [number, number];
  /**
   * Priority of every payment, 0 to 10, 10 the most urgent.
   * At least 0, at most 10.
   * @defaultValue 5
   */
  priority?: number;
  /** How priorities are drawn, in place of priority. */
  priority_distribution?: PriorityDistributionDocument | null;
  /**
   * Has no effect; files of earlier versions contain it.
   * @defaultValue false
   */
  divisible?: boolean;
}

/** How amounts are drawn, in cents; by type. */
export type SimpleAmountDistributionDocument =
  | {
      /** Normal distribution; draws of 0 and less become 1 cent. */
      type?: 'Normal';
      /** Mean of the amounts, in whole cents. */
      mean: number;
      /**
       * Standard deviation of the amounts, in whole cents.
       * At least 1.
       */
      std_dev: number;
    }
  | {
      /** Lognormal distribution, given by the moments of the amount itself, not of its logarithm. */
      type?: 'LogNormal';
      /** Mean of the amounts, in cents; with 0 or less every amount is 1 cent. */
      mean: number;
      /**
       * Standard deviation of the amounts, in cents.
       * Above 0.
       */
      std_dev: number;
    }
  | {
      /** Every whole number of cents between two ends is equally likely. */
      type?: 'Uniform';
      /**
       * Smallest amount, in cents, itself included; an amount of 0 that is drawn ends the run.
       * At least 0.
       */
      min: number;
      /** Largest amount, in cents, itself included; at least min. */
      max: number;
    }
  | {
      /** Exponential distribution. */
      type?: 'Exponential';
      /**
       * Rate, per cent of amount: the mean amount is 1/lambda cents.
       * Above 0.
       */
      lambda: number;
    }
  | {
      /** Pareto distribution: many small amounts, a few very large ones. */
      type?: 'Pareto';
      /**
       * Smallest amount, in cents.
       * Above 0.
       */
      threshold: number;
      /**
       * Exponent of the tail, a pure number: the smaller, the heavier.
       * Above 0.
       */
      alpha: number;
    }
  | {
      /** One of listed amounts. */
      type?: 'Empirical';
      /** The amounts, in cents. */
      values: readonly number[];
      /** How likely each amount is, relative to the others; all the same unless given. */
      weights?: readonly number[];
    };

/** How amounts are drawn, in cents; by type. */
export type AmountDistributionDocument =
  | {
      /** Normal distribution; draws of 0 and less become 1 cent. */
      type?: 'Normal';
      /** Mean of the amounts, in whole cents. */
      mean: number;
      /**
       * Standard deviation of the amounts, in whole cents.
       * At least 1.
       */
      std_dev: number;
    }
  | {
      /** Lognormal distribution, given by the moments of the amount itself, not of its logarithm. */
      type?: 'LogNormal';
      /** Mean of the amounts, in cents; with 0 or less every amount is 1 cent. */
      mean: number;
      /**
       * Standard deviation of the amounts, in cents.
       * Above 0.
       */
      std_dev: number;
    }
  | {
      /** Every whole number of cents between two ends is equally likely. */
      type?: 'Uniform';
      /**
       * Smallest amount, in cents, itself included; an amount of 0 that is drawn ends the run.
       * At least 0.
       */
      min: number;
      /** Largest amount, in cents, itself included; at least min. */
      max: number;
    }
  | {
      /** Exponential distribution. */
      type?: 'Exponential';
      /**
       * Rate, per cent of amount: the mean amount is 1/lambda cents.
       * Above 0.
       */
      lambda: number;
    }
  | {
      /** Pareto distribution: many small amounts, a few very large ones. */
      type?: 'Pareto';
      /**
       * Smallest amount, in cents.
       * Above 0.
       */
      threshold: number;
      /**
       * Exponent of the tail, a pure number: the smaller, the heavier.
       * Above 0.
       */
      alpha: number;
    }
  | {
      /** One of listed amounts. */
      type?: 'Empirical';
      /** The amounts, in cents. */
      values: readonly number[];
      /** How likely each amount is, relative to the others; all the same unless given. */
      weights?: readonly number[];
    }
  | {
      /** One of several distributions, drawn anew for every amount. */
      type?: 'Mixture';
      /** The distributions with their weights. */
      components: readonly {
        /**
         * How likely this distribution is, relative to the others.
         * At least 0.
         */
        weight: number;
        /** How amounts are drawn if it is this one; no mixture. */
        distribution: SimpleAmountDistributionDocument;
      }[];
    };

/** How priorities are drawn; by type. */
export type PriorityDistributionDocument =
  | {
      /** Always the same priority. */
      type?: 'Fixed';
      /**
       * The priority, 0 to 10, 10 the most urgent.
       * At least 0, at most 10.
       */
      value: number;
    }
  | {
      /** One of listed priorities. */
      type?: 'Categorical';
      /** The priorities, each 0 to 10. */
      values: readonly number[];
      /** How likely each is, relative to the others; as many as values, with a sum above 0. */
      weights: readonly number[];
    }
  | {
      /** Every priority between two ends is equally likely. */
      type?: 'Uniform';
      /**
       * Lowest priority, 0 to 10, itself included.
       * At least 0, at most 10.
       */
      min: number;
      /**
       * Highest priority, 0 to 10, itself included; at least min.
       * At least 0, at most 10.
       */
      max: number;
    };

/** Payments of one urgency that are generated for a bank to send. */
export interface ArrivalBandDocument {
  /**
   * Payments that arrive in a tick, on average; their number is Poisson distributed.
   * At least 0.
   */
  rate_per_tick: number;
  /** Course of the rate over the day: weights of equally long parts of it, with the rate as their mean. */
  profile?: readonly number[];
  /** How amounts are drawn, in cents. */
  amount_distribution: AmountDistributionDocument;
  /**
   * Shortest time to the deadline, in ticks after arrival.
   * At least 1.
   */
  deadline_offset_min: number;
  /**
   * Longest time to the deadline, in ticks after arrival; at least deadline_offset_min.
   * At least 1.
   */
  deadline_offset_max: number;
  /**
   * How likely each bank is as receiver, relative to the others; a bank that is not named has weight 1.
   * @defaultValue {}
   */
  counterparty_weights?: { [name: string]: number };
  /**
   * Has no effect; files of earlier versions contain it.
   * @defaultValue false
   */
  divisible?: boolean;
}

/** What is charged to banks. */
export interface CostRatesDocument {
  /**
   * Charge for a negative balance, in basis points of the overdraft a tick.
   * At least 0.
   * @defaultValue 0.001
   */
  overdraft_bps_per_tick?: number;
  /**
   * Charge for payments that wait, in the queue of their bank or in the central one, in cents a tick for every cent of their value.
   * At least 0.
   * @defaultValue 0.0001
   */
  delay_cost_per_tick_per_cent?: number;
  /**
   * Charge for posted collateral, in basis points of its value a tick.
   * At least 0.
   * @defaultValue 0.0002
   */
  collateral_cost_per_tick_bps?: number;
  /**
   * Charge for liquidity brought in from the pool, in basis points of its amount a tick.
   * At least 0.
   * @defaultValue 0
   */
  liquidity_cost_per_tick_bps?: number;
  /** Penalty for every payment that is overdue and waits at the end of a day, on each day again; 10000 cents unless given. */
  eod_penalty?: PenaltyDocument;
  /** Another name of eod_penalty; it counts if both are given. */
  eod_penalty_per_transaction?: PenaltyDocument;
  /** Penalty for a payment, once, when it becomes overdue; 50000 cents unless given. */
  deadline_penalty?: PenaltyDocument;
  /**
   * Charge for splitting a payment, in cents for every part but the first.
   * At least 0.
   * @defaultValue 1000
   */
  split_friction_cost?: number;
  /**
   * Factor of the charge for delay of payments that are overdue.
   * At least 0.
   * @defaultValue 5
   */
  overdue_delay_multiplier?: number;
  /** Factors of the charge for delay, by priority; none unless given. */
  priority_delay_multipliers?: {
    /**
     * Factor for payments with priorities 8 to 10.
     * At least 0.
     * @defaultValue 1
     */
    urgent_multiplier?: number;
    /**
     * Factor for payments with priorities 4 to 7.
     * At least 0.
     * @defaultValue 1
     */
    normal_multiplier?: number;
    /**
     * Factor for payments with priorities 0 to 3.
     * At least 0.
     * @defaultValue 1
     */
    low_multiplier?: number;
  } | null;
}

/** A penalty: cents, or basis points of the value of the payment. */
export type PenaltyDocument =
  | number
  | {
      /** Says that the penalty is an amount. */
      mode: 'fixed';
      /** The penalty, in cents. */
      amount: number;
      /** Belongs to mode rate; ignored. */
      bps_per_event?: unknown;
    }
  | {
      /** Says that the penalty depends on the value of the payment. */
      mode: 'rate';
      /**
       * The penalty, in basis points of the value of the payment.
       * At least 0.
       */
      bps_per_event: number;
      /** Belongs to mode fixed; ignored. */
      amount?: unknown;
    };

/** Something that happens at a tick; by type. */
export type ScenarioEventDocument =
  | {
      /** Moves money from one bank to another, past queues and limits. */
      type?: 'DirectTransfer';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Id of the bank that pays. */
      from_agent: string;
      /** Id of the bank that is paid. */
      to_agent: string;
      /**
       * Amount, in cents.
       * At least 1.
       */
      amount: number;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** A payment arrives at a bank, for it to send. */
      type?: 'CustomTransactionArrival';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Id of the bank that pays. */
      from_agent: string;
      /** Id of the bank that is paid. */
      to_agent: string;
      /**
       * Amount, in cents.
       * At least 1.
       */
      amount: number;
      /**
       * Priority, 0 to 10, 10 the most urgent; 5 unless given.
       * At least 0, at most 10.
       */
      priority?: number | null;
      /**
       * Time to the deadline, in ticks after arrival; a tenth of a day unless given, but at least 5 ticks.
       * At least 1.
       */
      deadline?: number | null;
      /** Stands in the event of the arrival; has no other effect. */
      is_divisible?: boolean | null;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** Changes the unsecured credit of a bank, whatever its name says. */
      type?: 'CollateralAdjustment';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Id of the bank. */
      agent: string;
      /** What is added to its unsecured_cap, in cents; may be negative. */
      delta: number;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** Changes how many payments are generated for all banks. */
      type?: 'GlobalArrivalRateChange';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /**
       * Factor of the rates that the scenario gives.
       * Above 0.
       */
      multiplier: number;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** Changes how many payments are generated for one bank. */
      type?: 'AgentArrivalRateChange';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Id of the bank. */
      agent: string;
      /**
       * Factor of the rate that is in force.
       * Above 0.
       */
      multiplier: number;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** Changes how likely a bank is as receiver of another. */
      type?: 'CounterpartyWeightChange';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Id of the bank that pays. */
      agent: string;
      /** Id of the bank that is paid. */
      counterparty: string;
      /**
       * Weight from now on, 0 to 1.
       * At least 0, at most 1.
       */
      new_weight: number;
      /** Stands in the log; has no other effect. */
      auto_balance_others?: boolean | null;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** Changes how far away the deadlines of all banks are. */
      type?: 'DeadlineWindowChange';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /**
       * Factor of the shortest time to the deadline that is in force.
       * Above 0.
       */
      min_ticks_multiplier?: number | null;
      /**
       * Factor of the longest time to the deadline that is in force.
       * Above 0.
       */
      max_ticks_multiplier?: number | null;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** A payment of the system itself: it settles at once, or not at all. */
      type?: 'ScheduledSettlement';
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Id of the bank that pays. */
      from_agent: string;
      /** Id of the bank that is paid. */
      to_agent: string;
      /**
       * Amount, in cents.
       * At least 1.
       */
      amount: number;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
    }
  | {
      /** A bank can send nothing for a while. */
      type: 'ParticipantOutage';
      /** Id of the bank. */
      agent: string;
      /** First tick, or with a clock time, at which it is over; the end of the run unless this or ticks is given. */
      until_tick?: TickOrTime | null;
      /**
       * How long it lasts, in ticks, in place of until_tick.
       * At least 1.
       */
      ticks?: number | null;
      /**
       * Whether payments to the bank settle during the outage (accept) or wait (block).
       * @defaultValue "accept"
       */
      incoming?: 'accept' | 'block';
      /**
       * Whether payments of the bank that wait in the central queue settle (process) or not (freeze).
       * @defaultValue "process"
       */
      central_queue?: 'process' | 'freeze';
      /** How other banks react; not at all unless given. */
      reaction?: {
        /**
         * Ticks of the outage after which a bank withholds its payments.
         * At least 0.
         */
        after_ticks?: number | null;
        /**
         * What a bank has paid to the stricken one beyond what it received, in cents, from which on it withholds payments.
         * At least 1.
         */
        exposure?: number | null;
        /**
         * Ids of the banks that react, or all.
         * @defaultValue "all"
         */
        banks?: 'all' | readonly string[];
        /**
         * Whether payments that wait in the central queue stay there (keep) or are taken back (withdraw).
         * @defaultValue "keep"
         */
        central_queue?: 'keep' | 'withdraw';
      } | null;
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
      /** Another name of until_tick. */
      until?: TickOrTime;
    }
  | {
      /** Nothing is sent and nothing settles for a while. */
      type: 'SystemOutage';
      /** First tick, or with a clock time, at which it is over; the end of the run unless this or ticks is given. */
      until_tick?: TickOrTime | null;
      /**
       * How long it lasts, in ticks, in place of until_tick.
       * At least 1.
       */
      ticks?: number | null;
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
      /** Another name of until_tick. */
      until?: TickOrTime;
    }
  | {
      /** A bank loses money, credit or collateral, for a while if an end is given. */
      type: 'LiquidityShock';
      /** Id of the bank. */
      agent: string;
      /** What is added to the balance, in cents; may be negative. */
      balance_delta?: number | null;
      /**
       * Share of a positive balance that is left, 0 to 1, in place of balance_delta.
       * At least 0, at most 1.
       */
      balance_factor?: number | null;
      /** What is added to unsecured_cap, in cents; may be negative. */
      unsecured_cap_delta?: number | null;
      /** What is added to posted collateral, in cents; may be negative. */
      posted_collateral_delta?: number | null;
      /**
       * Share of the value of collateral that gives no credit from now on, 0 to 1.
       * At least 0, at most 1.
       */
      collateral_haircut?: number | null;
      /** First tick, or with a clock time, at which it is over; the end of the run unless this or ticks is given. */
      until_tick?: TickOrTime | null;
      /**
       * How long it lasts, in ticks, in place of until_tick.
       * At least 1.
       */
      ticks?: number | null;
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
      /** Another name of until_tick. */
      until?: TickOrTime;
    }
  | {
      /** Payments that arrive in a while can be released only later. */
      type: 'PaymentDelay';
      /** Id of the bank whose payments are late, or all. */
      agent: string;
      /**
       * Ticks after arrival in which a payment cannot be released.
       * At least 1.
       */
      delay_ticks: number;
      /** First tick, or with a clock time, at which it is over; the end of the run unless this or ticks is given. */
      until_tick?: TickOrTime | null;
      /**
       * How long it lasts, in ticks, in place of until_tick.
       * At least 1.
       */
      ticks?: number | null;
      /** Only payments to the bank with this id. */
      receiver?: string | null;
      /**
       * Only payments of at least this amount, in cents.
       * At least 0.
       */
      min_amount?: number | null;
      /** Only payments that a list gives this payment_type. */
      payment_type?: string | null;
      /** When the event happens. */
      schedule?: ScheduleDocument;
      /** Tick or, with a clock, time at which the event happens, in place of schedule. */
      from?: TickOrTime;
      /** Another name of until_tick. */
      until?: TickOrTime;
    };

/** How the central system settles. */
export interface SettlementDocument {
  /** A design by its name; the other keys then change it. */
  preset?:
    | 'rtgs'
    | 'rtgs_strict'
    | 'rtgs_lsm'
    | 'gridlock'
    | 't2'
    | 'chaps'
    | 'rits'
    | 'boj'
    | 'lynx'
    | 'chips'
    | 'dns'
    | 'dns_cycles'
    | 'rrgs'
    | 'recommended'
    | 'recommended_fifo'
    | 'optimal'
    | 'best';
  /** What happens to a payment when its bank releases it. */
  entry?: {
    /** Whether a released payment may settle at once, on its own; for all classes or by class; true unless given. */
    gross?:
      | boolean
      | {
          /** For payments of the most urgent class. */
          highly_urgent?: boolean;
          /** For urgent payments. */
          urgent?: boolean;
          /** For all other payments. */
          normal?: boolean;
        };
    /** What a payment that lacks only liquidity is set off against: nothing (none), unless given. */
    offset?: 'none' | 'first' | 'head' | 'head_or_inflow';
  };
  /** The central queue. */
  queue?: {
    /** What makes the class of a payment: nothing (none, unless given), its RTGS priority, or its internal one. */
    priority?: 'none' | 'rtgs' | 'internal';
    /** Ids of banks to which every payment is highly urgent. */
    urgent_receivers?: readonly string[];
    /** Which payments may overtake others of their bank; for all classes or by class; bypass unless given. */
    discipline?:
      | 'bypass'
      | 'class_bypass'
      | 'strict'
      | {
          /** For payments of the most urgent class. */
          highly_urgent?: 'bypass' | 'class_bypass' | 'strict';
          /** For urgent payments. */
          urgent?: 'bypass' | 'class_bypass' | 'strict';
          /** For all other payments. */
          normal?: 'bypass' | 'class_bypass' | 'strict';
        };
  };
  /** Whether limits count what was paid (gross, unless given) or what was paid less what was received (net). */
  limits?: 'gross' | 'net';
  /** Money that only urgent payments may use. */
  reservations?: readonly {
    /**
     * Ids of the banks that reserve money, or all.
     * @defaultValue "all"
     */
    agents?: 'all' | readonly string[];
    /** The class that may use it, and more urgent ones. */
    class: 'highly_urgent' | 'urgent';
    /**
     * How much is reserved, in cents; this or fraction.
     * At least 0.
     */
    amount?: number;
    /**
     * Share of what a bank has available when the day begins, 0 to 1; this or amount.
     * At least 0, at most 1.
     */
    fraction?: number;
    /**
     * Whether the reservation stays all day (floor) or is used up by payments (consumed).
     * @defaultValue "floor"
     */
    mode?: 'floor' | 'consumed';
  }[];
  /** What settles payments of the queue, and when; required without preset. */
  runs?: readonly SettlementRunDocument[];
  /** Which reports are logged: those that say something (changes, unless given), or all. */
  report?: 'changes' | 'all';
}

/** Algorithms, and when they are due. */
export interface SettlementRunDocument {
  /** What the log calls it, 1 to 32 of a-z, 0-9, _ and -; run1, run2, … unless given. */
  name?: string;
  /**
   * At which ticks of the day it is due.
   * @defaultValue "every_tick"
   */
  when?:
    | 'every_tick'
    | 'end_of_day'
    | {
        /**
         * Every so many ticks.
         * At least 1.
         */
        every?: number;
        /**
         * Tick of the day at which every begins, from 0; 0 unless given.
         * At least 0.
         */
        offset?: number;
        /** At these ticks of the day, from 0. */
        ticks?: readonly number[];
        /**
         * So many times, evenly over the day.
         * At least 1.
         */
        times_per_day?: number;
      };
  /**
   * Which payments it looks at, by their classes.
   * @defaultValue ["highly_urgent","urgent","normal"]
   */
  classes?: 'all' | readonly ('highly_urgent' | 'urgent' | 'normal')[];
  /**
   * How often the list is gone through at the most, or until_stable; ends when nothing settles.
   * At least 1, at most 1000.
   * @defaultValue 1
   */
  repeat?: 'until_stable' | number;
  /**
   * Whether single payments are tried after every algorithm that settled something.
   * @defaultValue true
   */
  retry_after?: boolean;
  /** What is tried, one after another: names, or mappings with parameters. */
  algorithms: readonly AlgorithmDocument[];
}

/** A settlement algorithm with its parameters, or its name alone. */
export type AlgorithmDocument =
  | 'retry'
  | 'bilateral'
  | 'bilateral_subset'
  | 'bilateral_fifo'
  | 'bilateral_partial'
  | 'rings'
  | 'multilateral'
  | 'partial_netting'
  | 'search'
  | 'local_search'
  | 'receipt_reactive'
  | 'optimal'
  | 'custom'
  | {
      /** Tries every queued payment alone, in queue order; money received on the way helps payments further back. `passes` such scans, or until one settles nothing. Which payments may overtake others of their bank is for the discipline of the queue. */
      type: 'retry';
      /**
       * Most scans of the queue, or until_stable.
       * At least 1, at most 1000.
       * @defaultValue 1
       */
      passes?: 'until_stable' | number;
    }
  | {
      /** Offsets all payments between two banks against each other, the pair with the largest mutual amount first; a pair settles as a whole or not at all. `legacy` judges pairs as the simulator does without a settlement block. */
      type: 'bilateral';
      /**
       * Whether limits are judged as without a settlement block.
       * @defaultValue false
       */
      legacy?: boolean;
    }
  | {
      /** Sets one payment after another against as few of the opposite ones as it takes, up to `max_partners` in queue order. `test_alone` first tries the payment alone. In the style of RITS. */
      type: 'bilateral_subset';
      /**
       * Most opposite payments that one is set against.
       * At least 1, at most 1000.
       * @defaultValue 10
       */
      max_partners?: number;
      /**
       * Whether each payment is first tried alone.
       * @defaultValue false
       */
      test_alone?: boolean;
    }
  | {
      /** Sets the heads of queues against each other, of two banks (`heads: bank`) or of the two directions of a pair (`heads: pair`), as long as any two settle. In the style of BOJ-NET. */
      type: 'bilateral_fifo';
      /**
       * Whose first payments meet: of banks, or of the directions of pairs.
       * @defaultValue "bank"
       */
      heads?: 'bank' | 'pair';
    }
  | {
      /** Takes the pairs with the smallest difference first and drops payments from the end of the queue of the bank that falls short until the rest settles. In the style of TARGET2’s third algorithm. */
      type: 'bilateral_partial';
    }
  | {
      /** Settles closed chains of up to `max_length` banks, the most valuable first, at most `max_attempts`. Longer chains are searched only in queues of up to `max_queue` payments. `edges: all` takes all parallel payments of a triangle, `edges: one` single payments. */
      type: 'rings';
      /**
       * Most banks of a ring.
       * At least 3, at most 10.
       * @defaultValue 4
       */
      max_length?: number;
      /**
       * Most rings that are tried.
       * At least 1, at most 1000000.
       * @defaultValue 10
       */
      max_attempts?: number;
      /**
       * Most queued payments with which rings of more than three banks are searched, or unlimited.
       * At least 0.
       * @defaultValue 100
       */
      max_queue?: 'unlimited' | number;
      /**
       * Whether triangles take all parallel payments, or rings one from each bank.
       * @defaultValue "all"
       */
      edges?: 'all' | 'one';
      /**
       * Whether limits are judged as without a settlement block.
       * @defaultValue false
       */
      legacy?: boolean;
    }
  | {
      /** All payments at once at their net positions. If a bank falls short: `carry` settles nothing, `drop` drops payments as partial netting does, `exclude` leaves out one bank after another, `unwind` sends the batch back to the banks. */
      type: 'multilateral';
      /**
       * What happens if a bank cannot pay: nothing settles, payments are dropped, banks are left out, or all go back.
       * @defaultValue "carry"
       */
      on_shortfall?: 'carry' | 'drop' | 'exclude' | 'unwind';
    }
  | {
      /** Takes payments out of the whole queue until every bank can pay its net position, from the end of its queue (`drop: last`: the greatest set that keeps every bank’s order) or by best fit; `refill` puts payments back, alone or in chains that pay for each other. */
      type: 'partial_netting';
      /**
       * Which payments are taken out: the last in the queue, or what fits.
       * @defaultValue "last"
       */
      drop?: 'last' | 'best_fit';
      /**
       * Whether payments are put back, alone or in chains.
       * @defaultValue "none"
       */
      refill?: 'none' | 'single' | 'chain';
      /**
       * In which order they are put back.
       * @defaultValue "queue"
       */
      refill_order?: 'queue' | 'value' | 'priority';
      /**
       * Most payments that are put back together, in a chain.
       * At least 1, at most 100.
       * @defaultValue 8
       */
      max_chain?: number;
    }
  | {
      /** Many extractions from different starts, each filled up again and improved payment by payment; the best one settles. At most `max_starts`. */
      type: 'search';
      /**
       * Most starts of the search; auto: 500, fewer in long queues.
       * At least 1, at most 1000000.
       * @defaultValue "auto"
       */
      max_starts?: 'auto' | number;
      /**
       * In which order payments are put back.
       * @defaultValue "value"
       */
      refill_order?: 'queue' | 'value' | 'priority';
      /**
       * Most payments that are put back together, in a chain.
       * At least 1, at most 100.
       * @defaultValue 8
       */
      max_chain?: number;
    }
  | {
      /** A filled set, improved by small changes: a payment joins or leaves, or takes the place of another, and a chain of others makes up for what that costs. At most `max_steps`. Ours. */
      type: 'local_search';
      /**
       * Most changes that are tried; auto: 5,000, fewer in long queues.
       * At least 1, at most 1000000000.
       * @defaultValue "auto"
       */
      max_steps?: 'auto' | number;
    }
  | {
      /** Settles a payment if its bank can pay and has received at least that much more than it paid this way, in a `window` of ticks or in the day. In the style of the RRGS proposal. */
      type: 'receipt_reactive';
      /**
       * Over which ticks receipts count: a number of them, or the day.
       * At least 1.
       * @defaultValue "day"
       */
      window?: 'day' | number;
    }
  | {
      /** The best set there is: the greatest value, then the greatest number, then the earliest payments; by branch and bound, up to `node_limit` nodes. Says what it proved. */
      type: 'optimal';
      /**
       * What is made as large as possible: the value, or the number.
       * @defaultValue "value"
       */
      objective?: 'value' | 'number';
      /**
       * Most nodes of the search tree.
       * At least 1, at most 1000000000.
       * @defaultValue 200000
       */
      node_limit?: number;
    }
  | {
      /** Code of your own that names sets of payments; each is checked before money moves. Handed over by a program, or loaded with --plugin. */
      type: 'custom';
      /** Path or name of the module with the code. */
      module: string;
      /**
       * What the log calls it; the name of the module unless given.
       * @defaultValue null
       */
      name?: string | null;
      /**
       * Which export of the module it is.
       * @defaultValue "default"
       */
      export?: string;
      /**
       * Handed to the code: any JSON.
       * @defaultValue null
       */
      options?: unknown;
      /**
       * Whether an error ends the run (fail) or is passed over (skip).
       * @defaultValue "fail"
       */
      on_error?: 'fail' | 'skip';
      /**
       * SHA-256 of the module, written in by whoever loads it: other code is another scenario.
       * @defaultValue null
       */
      content_hash?: string | null;
    };

/** Business days and opening hours. */
export interface ClockDocument {
  /** Time zone of all local times, by its IANA name: Europe/Berlin. */
  time_zone: string;
  /** Length of a tick: 30s, 5m, 1h. */
  tick: string;
  /** When the system opens, in local time: "07:00"; "-1 18:45" is on the evening before. */
  opening: string;
  /** When the system closes, in local time: "18:00"; "25:30" is in the night after. */
  closing: string;
  /** Business date of day 0: 2024-03-27. */
  first_day: string;
  /**
   * Days of the week on which the system is open.
   * @defaultValue ["mon","tue","wed","thu","fri"]
   */
  weekdays?: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  /**
   * Dates on which it is closed.
   * @defaultValue []
   */
  holidays?: readonly string[];
  /**
   * What holds on single dates instead: open, closed, or hours of their own.
   * @defaultValue {}
   */
  exceptions?: {
    [name: string]:
      | 'open'
      | 'closed'
      | {
          /** When the system opens on that day, as "07:00". */
          opening?: string;
          /** When it closes on that day, as "18:00". */
          closing?: string;
        };
  };
  /**
   * What becomes of local times that a change of the clock skips or repeats.
   * @defaultValue "reject"
   */
  disambiguation?: 'reject' | 'compatible' | 'earlier' | 'later';
}

/** A SimCash scenario as a person writes it: what has a default may be left out. */
export type ScenarioDocument = {
  /** How long the run is, and its seed. */
  simulation: {
    /**
     * Ticks of a day; may be left out with a clock: as many as the longest day has.
     * At least 1.
     */
    ticks_per_day?: number;
    /**
     * Days of the run.
     * At least 1.
     */
    num_days: number;
    /**
     * Seed of the random numbers, a whole number below 2^64; the same seed gives the same run.
     * At least 0.
     */
    rng_seed: number | bigint;
    /** The generator of random numbers: xorshift64star unless given. */
    rng?: 'xorshift64star' | 'xoroshiro128plus' | 'xorshift128plus';
  };
  /** The banks; their order is that in which receivers are drawn. */
  agents: readonly AgentDocument[];
  cost_rates?: CostRatesDocument;
  /** How payments in the central queue settle together; not with settlement. */
  lsm_config?: {
    /**
     * Whether payments between two banks are set off against each other.
     * @defaultValue true
     */
    enable_bilateral?: boolean;
    /**
     * Whether payments in rings of banks settle together.
     * @defaultValue true
     */
    enable_cycles?: boolean;
    /**
     * Most banks of a ring.
     * At least 3, at most 10.
     * @defaultValue 4
     */
    max_cycle_length?: number;
    /**
     * Most rings that are tried in a tick.
     * At least 1, at most 100.
     * @defaultValue 10
     */
    max_cycles_per_tick?: number;
  };
  /** What happens at ticks that are known beforehand. */
  scenario_events?: readonly ScenarioEventDocument[] | null;
  /** Categories of elements that policies may use; all unless given. */
  policy_feature_toggles?: {
    /** The categories that belong to it; no others do. */
    include?:
      | readonly (
          | 'AgentField'
          | 'BankAction'
          | 'BinaryArithmetic'
          | 'CollateralAction'
          | 'CollateralField'
          | 'ComparisonOperator'
          | 'CostField'
          | 'DerivedField'
          | 'LogicalOperator'
          | 'LsmField'
          | 'NaryArithmetic'
          | 'NodeType'
          | 'PaymentAction'
          | 'QueueField'
          | 'RtgsAction'
          | 'StateRegisterField'
          | 'SystemField'
          | 'TernaryMath'
          | 'ThroughputField'
          | 'TimeField'
          | 'TransactionField'
          | 'TreeType'
          | 'UnaryMath'
          | 'ValueType'
        )[]
      | null;
    /** The categories that do not belong to it, in place of include. */
    exclude?:
      | readonly (
          | 'AgentField'
          | 'BankAction'
          | 'BinaryArithmetic'
          | 'CollateralAction'
          | 'CollateralField'
          | 'ComparisonOperator'
          | 'CostField'
          | 'DerivedField'
          | 'LogicalOperator'
          | 'LsmField'
          | 'NaryArithmetic'
          | 'NodeType'
          | 'PaymentAction'
          | 'QueueField'
          | 'RtgsAction'
          | 'StateRegisterField'
          | 'SystemField'
          | 'TernaryMath'
          | 'ThroughputField'
          | 'TimeField'
          | 'TransactionField'
          | 'TreeType'
          | 'UnaryMath'
          | 'ValueType'
        )[]
      | null;
  } | null;
  /** Categories of cost rates that simcash schema costs shows; no effect on runs. */
  cost_feature_toggles?: {
    /** The categories that belong to it; no others do. */
    include?: readonly ('PerTick' | 'OneTime' | 'Daily' | 'Modifier')[] | null;
    /** The categories that do not belong to it, in place of include. */
    exclude?: readonly ('PerTick' | 'OneTime' | 'Daily' | 'Modifier')[] | null;
  } | null;
  /**
   * Whether a bank can pay with what it receives only from the next tick on.
   * @defaultValue false
   */
  deferred_crediting?: boolean;
  /**
   * Whether deadlines lie at the end of the day of arrival at the latest.
   * @defaultValue false
   */
  deadline_cap_at_eod?: boolean;
  /**
   * Order of the queue of each bank: by arrival (fifo), or by priority, then deadline (priority_deadline).
   * @defaultValue "fifo"
   */
  queue1_ordering?: 'fifo' | 'Fifo' | 'FIFO' | 'priority_deadline' | 'PriorityDeadline' | 'priority-deadline';
  /**
   * Whether the central queue takes more urgent payments first; not with settlement.
   * @defaultValue false
   */
  priority_mode?: boolean;
  /** How priorities rise as deadlines come nearer. */
  priority_escalation?: {
    /**
     * Whether the priority of a payment rises as its deadline comes nearer.
     * @defaultValue false
     */
    enabled?: boolean;
    /**
     * How it rises: linearly, whatever is given.
     * @defaultValue "linear"
     */
    curve?: string;
    /**
     * Ticks to the deadline from which on it rises.
     * At least 0.
     * @defaultValue 20
     */
    start_escalating_at_ticks?: number;
    /**
     * By how much it has risen at the deadline.
     * At least 0, at most 255.
     * @defaultValue 3
     */
    max_boost?: number;
  };
  /**
   * Whether the log tells which algorithms ran in a tick; not with settlement.
   * @defaultValue false
   */
  algorithm_sequencing?: boolean;
  /**
   * Whether a payment that cannot settle is first set off against one in the central queue; not with settlement.
   * @defaultValue false
   */
  entry_disposition_offsetting?: boolean;
  /**
   * Share of the day, 0 to 1, from which on the field is_eod_rush of policies is 1.
   * @defaultValue 0.8
   */
  eod_rush_threshold?: number;
  /**
   * Whether money from the pool goes back at the end of a day and is brought in anew on the next.
   * @defaultValue true
   */
  daily_liquidity_reallocation?: boolean;
  /** How the central system settles; what the older keys say unless given. */
  settlement?: SettlementDocument;
  /** Time zone, business days and opening hours; without it every tick is open. */
  clock?: ClockDocument;
  /** Payments that are read from files, tables and stored runs: a source, or a list. */
  payments?:
    | PaymentSourceDocument
    | readonly PaymentSourceDocument[]
    | {
        /** How each source was read. */
        sources: readonly object[];
        /** SHA-256 of the payments. */
        dataset_sha256: string;
        /**
         * Number of the payments.
         * At least 0.
         */
        num_payments: number;
        /**
         * Sum of their amounts, in cents; a text beyond 2^53 − 1.
         * At least 0.
         */
        total_value: number | string;
      };
  /** Balances, credit and collateral by bank and day, from a file. */
  accounts?:
    | {
        /** Path of the CSV file, from the folder of the scenario. */
        file: string;
        /** How the file is written. */
        csv?: CsvDocument;
        amount?: AmountFormatDocument;
        /** Column of each field, by its name or its number from 1; the fields’ own names unless given. */
        columns?: {
          [
            K in
              | 'bank'
              | 'business_date'
              | 'day'
              | 'opening_balance'
              | 'unsecured_cap'
              | 'posted_collateral'
              | 'max_collateral_capacity'
              | 'liquidity_pool'
              | 'collateral_haircut'
          ]?: string | number;
        };
        /**
         * Whether banks that the scenario does not list are added to it.
         * @defaultValue false
         */
        create_agents?: boolean;
        /**
         * Keys of the banks that are added, as under agents, without id.
         * @defaultValue {}
         */
        defaults?: object;
      }
    | {
        /** What changes on later days. */
        rows: readonly {
          /**
           * Day on which it changes, from 0.
           * At least 0.
           */
          day: number;
          /** Id of the bank. */
          bank: string;
          /** Balance at the beginning of the day, in cents. */
          opening_balance?: number;
          /**
           * Credit without collateral, in cents.
           * At least 0.
           */
          unsecured_cap?: number;
          /**
           * Posted collateral, in cents.
           * At least 0.
           */
          posted_collateral?: number;
          /**
           * Most collateral that the bank can post, in cents.
           * At least 0.
           */
          max_collateral_capacity?: number;
          /**
           * Money that the bank can bring in, in cents.
           * At least 0.
           */
          liquidity_pool?: number;
          /**
           * Share of collateral that gives no credit, 0 to 1.
           * At least 0, at most 1.
           */
          collateral_haircut?: number;
        }[];
        [key: string]: unknown;
      };
  /** Limits by bank and day, from a file. */
  limits?:
    | {
        /** Path of the CSV file, from the folder of the scenario. */
        file: string;
        /** How the file is written. */
        csv?: CsvDocument;
        amount?: AmountFormatDocument;
        /** Column of each field, by its name or its number from 1; the fields’ own names unless given. */
        columns?: { [K in 'bank' | 'counterparty' | 'limit' | 'business_date' | 'day']?: string | number };
      }
    | {
        /** What changes on later days. */
        rows: readonly {
          /**
           * Day from which on it holds, from 0.
           * At least 0.
           */
          day: number;
          /** Id of the bank. */
          bank: string;
          /** Id of the other bank; null for all of them together. */
          counterparty: string | null;
          /**
           * Most that may be paid in a day, in cents; null takes the limit away.
           * At least 0.
           */
          limit: number | null;
        }[];
        [key: string]: unknown;
      };
  /** What happens at the end of a day. */
  end_of_day?: {
    /**
     * What becomes of payments that wait at the end of a day: they wait on (carry) or are given up (cancel).
     * @defaultValue "carry"
     */
    unsettled?: 'carry' | 'cancel';
  };
  /** Whether all banks draw from one generator of random numbers (shared, unless given) or each from its own (per_bank). */
  random_streams?: 'shared' | 'per_bank';
  /** Shares of the value of a day that banks ought to have sent by some time; no effect on the run. */
  throughput_guidelines?:
    | readonly {
        /**
         * Time of the business day; without a clock a tick of the day, from 0.
         * At least 0.
         */
        by: string | number;
        /**
         * Share of the value of the day that ought to have been sent by then, up to 1.
         * Above 0, at most 1.
         */
        share: number;
      }[]
    | null;
  /** For anchors and notes. */
  [key: `x-${string}`]: unknown;
};
