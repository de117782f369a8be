/**
 * A bank that learns by REINFORCE (Williams 1992): it has a preference for each of n choices, and moves it by how much better it was
 * paid than usual, in units of how much that varies. A little curiosity, which fades, keeps it from settling too early.
 */
export class Softmax {
  #preferences;
  #chances = [];
  #chosen = 0;
  #usual = null;
  #variation = 0;
  #learned = 0;

  /** @param rng draws from [0, 1) with nextDouble() */
  constructor(n, rng, { rate = 0.1, curiosity = 0.05, fades = 2000 } = {}) {
    this.#preferences = new Float64Array(n);
    Object.assign(this, { rng, rate, curiosity, fades });
  }

  choose() {
    const highest = Math.max(...this.#preferences);
    const weights = Array.from(this.#preferences, (x) => Math.exp(x - highest));
    const sum = weights.reduce((a, b) => a + b);
    this.#chances = weights.map((weight) => weight / sum);
    let left = this.rng.nextDouble();
    const found = this.#chances.findIndex((chance) => (left -= chance) < 0);
    this.#chosen = found < 0 ? weights.length - 1 : found;
    return this.#chosen;
  }

  learn(reward) {
    this.#usual ??= reward;
    const difference = reward - this.#usual;
    this.#usual += 0.05 * difference;
    this.#variation += 0.05 * (Math.abs(difference) - this.#variation);
    const better = difference / (this.#variation + 1e-3);
    const surprises = this.#chances.map((chance) => (chance > 0 ? -Math.log(chance) : 0));
    const entropy = this.#chances.reduce((mean, chance, i) => mean + chance * surprises[i], 0);
    const curiosity = this.curiosity / (1 + this.#learned++ / this.fades);
    this.#chances.forEach((chance, i) => {
      this.#preferences[i] += this.rate * better * ((i === this.#chosen ? 1 : 0) - chance);
      this.#preferences[i] += curiosity * chance * (surprises[i] - entropy);
    });
  }

  /** The choice that is liked best. */
  get best() {
    return this.#preferences.indexOf(Math.max(...this.#preferences));
  }
}
