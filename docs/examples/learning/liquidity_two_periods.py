"""How much liquidity two banks learn to bring in (experiment 1), in Python with its standard library alone.

    npx simcash env --client python > simcash_env.py
    python3 liquidity_two_periods.py [runs] [episodes]

The only equilibrium is (0, 0.20): BANK_A pays with what BANK_B has paid it. SIMCASH says how simcash is started.
"""

import math
import os
import random
import sys

from simcash_env import SimCash

LEVELS = 21
LAST = 100
BANKS = ("BANK_A", "BANK_B")


class Softmax:
    """A bank that learns by REINFORCE (Williams 1992), as softmax.mjs has it."""

    def __init__(self, n, rng, rate=0.1, curiosity=0.05, fades=2000):
        self.preferences = [0.0] * n
        self.rng, self.rate, self.curiosity, self.fades = rng, rate, curiosity, fades
        self.usual, self.variation, self.learned = None, 0.0, 0

    def choose(self):
        highest = max(self.preferences)
        weights = [math.exp(x - highest) for x in self.preferences]
        total = sum(weights)
        self.chances = [weight / total for weight in weights]
        self.chosen = self.rng.choices(range(len(weights)), weights)[0]
        return self.chosen

    def learn(self, reward):
        self.usual = reward if self.usual is None else self.usual
        difference = reward - self.usual
        self.usual += 0.05 * difference
        self.variation += 0.05 * (abs(difference) - self.variation)
        better = difference / (self.variation + 1e-3)
        surprises = [-math.log(chance) if chance > 0 else 0 for chance in self.chances]
        entropy = sum(chance * surprise for chance, surprise in zip(self.chances, surprises))
        curiosity = self.curiosity / (1 + self.learned / self.fades)
        self.learned += 1
        for i, chance in enumerate(self.chances):
            self.preferences[i] += self.rate * better * ((i == self.chosen) - chance)
            self.preferences[i] += curiosity * chance * (surprises[i] - entropy)


def learn(env, seed, episodes):
    """Fractions of both banks, averaged over the last episodes of one run of learning."""
    rng = random.Random(seed)
    banks = {bank: Softmax(LEVELS, rng) for bank in BANKS}
    ends = {bank: 0.0 for bank in BANKS}
    for episode in range(episodes):
        env.reset()
        levels = {bank: banks[bank].choose() for bank in BANKS}
        _, rewards, *_ = env.step(levels)
        for bank in BANKS:
            banks[bank].learn(rewards[bank])
            if episode >= episodes - LAST:
                ends[bank] += levels[bank] / (LEVELS - 1) / LAST
    return ends


def main(runs=50, episodes=6000):
    folder = os.path.dirname(os.path.abspath(__file__))
    options = ["--allow-path", os.path.join(folder, "..")]
    with SimCash(os.path.join(folder, "two-periods.yaml"), options=options) as env:
        ends = [learn(env, run, episodes) for run in range(runs)]
    for end in ends:
        print("  ".join(f"{bank} {end[bank]:.3f}" for bank in BANKS))
    near = sum(abs(end["BANK_A"]) <= 0.03 and abs(end["BANK_B"] - 0.2) <= 0.03 for end in ends)
    print(f"{near} of {runs} runs end within 0.03 of (0, 0.20)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
