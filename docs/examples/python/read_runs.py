"""Reads a stored run without SimCash: the database with DuckDB and pandas, its Parquet export with polars.

    pip install duckdb pandas polars pyarrow
    npx simcash run docs/examples/scenarios/demo.yaml --save --db demo.duckdb --id demo
    npx simcash db export demo --db demo.duckdb --out demo-parquet
    python docs/examples/python/read_runs.py demo.duckdb demo-parquet demo
"""

import sys
from pathlib import Path

import duckdb
import polars as pl

database, parquet, run = sys.argv[1:]

# Whole cents stay whole: BIGINT becomes int64, never a float.
with duckdb.connect(database, read_only=True) as connection:
    banks = connection.execute(
        "SELECT agent_id, value_due, value_sent, delay_indicator FROM v_bank_runs WHERE simulation_id = ? ORDER BY agent_id",
        [run],
    ).df()
print("bank            due           sent     delay")
for bank in banks.itertuples():
    print(f"{bank.agent_id:<10}{bank.value_due:>12}{bank.value_sent:>15}{bank.delay_indicator:>10.4f}")

payments = pl.scan_parquet(Path(parquet) / "transactions.parquet")
largest = (
    payments.filter(pl.col("status") == "settled")
    .group_by("receiver_id")
    .agg(pl.len().alias("payments"), pl.col("amount").sum().alias("value_cents"))
    .sort("value_cents", descending=True)
    .head(3)
    .collect()
)
print("\nreceived most")
for receiver, count, cents in largest.iter_rows():
    print(f"{receiver:<10}{count:>6}{cents:>15}")
