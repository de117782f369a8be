"""Proposes half of what is in force, or a little more, whichever costs less. Needs nothing but Python's standard library:

    npx simcash experiment run docs/examples/experiments/exp2.yaml --external "python3 docs/examples/experiments/halving.py"
"""
import json, sys

NAME = "initial_liquidity_fraction"
send = lambda **message: print(json.dumps(message), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        days = message["days"]["search"]
        send(type="ready", protocol=1, name="halving")
    elif message["type"] == "propose":
        share = message["current"][NAME]
        tried = [{NAME: round(share / 2, 4)}, {NAME: round(share * 0.6, 4)}, {NAME: share}]
        send(type="evaluate", id=message["id"], candidates=tried, from_day=0, days=min(days, 200))
    elif message["type"] == "evaluated":
        costs = [result["mean"] if result["admissible"] else float("inf") for result in message["results"]]
        send(type="proposal", id=message["id"], candidates=[tried[costs.index(min(costs))]])
