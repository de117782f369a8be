"""Client of `simcash env FILE --stdio`: banks that learn, from Python (3.9+, standard library only).

    from simcash_env import SimCash

    with SimCash("learning.yaml") as env:
        observations, infos = env.reset(seed=42)
        while env.agents:
            actions = {bank: 1 for bank in env.agents}
            observations, rewards, terminations, truncations, infos = env.step(actions)

`ParallelEnv` has PettingZoo's interface if that can be imported, and `Env` Gymnasium's, for exactly one learner. Both need numpy, which
they bring along.
"""

import json
import os
import shlex
import subprocess

__all__ = ["SimCash", "SimCashError"]


# What the answers to commands have at least.
ANSWERS = {
    "spec": {"learners"},
    "reset": {"observations", "infos", "seed"},
    "step": {"observations", "rewards", "terminations", "truncations", "infos"},
    "fork": {"environment"},
    "use": {"observations", "infos", "seed"},
    "drop": set(),
    "events": {"lines"},
}


class SimCashError(Exception):
    """What the environment refused: a word for programs, a sentence, and the place in what was given."""

    def __init__(self, code, message, path=""):
        super().__init__(f"{path}: {message}" if path else message)
        self.code = code
        self.message = message
        self.path = path


class SimCash:
    """An environment in a process of its own.

    `command` starts simcash: a list, or a text such as "npx simcash"; by default that of the environment variable SIMCASH, else
    "simcash". `options` are added to it, such as ["--save", "--db", "episodes.duckdb"].
    """

    def __init__(self, file, command=None, options=()):
        command = command or os.environ.get("SIMCASH") or "simcash"
        words = shlex.split(command) if isinstance(command, str) else list(command)
        try:
            self._process = subprocess.Popen(
                [*words, "env", os.fspath(file), "--stdio", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        except OSError as error:
            raise SimCashError("closed", f"{words[0]} cannot be started ({error}): say with command= how simcash is") from error
        self.agents = []
        self.seed = None
        try:
            self.spec = self._ask({"do": "spec"})
        except BaseException:
            self.close()
            raise
        self.possible_agents = self.spec["learners"]

    def reset(self, seed=None, max_steps=None):
        """Begins an episode; the answer is (observations, infos), both by bank."""
        command = {"do": "reset"}
        if seed is not None:
            command["seed"] = str(seed)
        if max_steps is not None:
            command["max_steps"] = max_steps
        return self._begun(self._ask(command))

    def step(self, actions):
        """Carries out an action of every learner: (observations, rewards, terminations, truncations, infos), all by bank."""
        answer = self._ask({"do": "step", "actions": actions})
        if any(answer["terminations"].values()) or any(answer["truncations"].values()):
            self.agents = []
        return tuple(answer[key] for key in ("observations", "rewards", "terminations", "truncations", "infos"))

    def fork(self):
        """Makes a copy of the environment as it is now, and answers its number."""
        return self._ask({"do": "fork"})["environment"]

    def use(self, environment):
        """Goes on with a copy, or with the first one, 0; the answer is that of reset."""
        return self._begun(self._ask({"do": "use", "environment": environment}))

    def drop(self, environment):
        """Forgets a copy."""
        self._ask({"do": "drop", "environment": environment})

    def events(self):
        """Event lines of the ticks that were finished since the last call."""
        return self._ask({"do": "events"})["lines"]

    def close(self):
        """Ends the process, which finishes what it does first."""
        process = self._process
        if process.poll() is None:
            try:
                process.stdin.write(b'{"do":"close"}\n')
                process.stdin.close()
            except OSError:
                pass
            process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                pipe.close()
            except OSError:
                pass
        self.agents = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _begun(self, answer):
        self.seed = int(answer["seed"])
        over = any("totals" in info for info in answer["infos"].values())
        self.agents = [] if over else list(self.possible_agents)
        return answer["observations"], answer["infos"]

    def _ask(self, command):
        try:
            text = json.dumps(command, separators=(",", ":"), default=_plain)
        except (TypeError, ValueError, RecursionError) as error:
            raise SimCashError("invalid_action", str(error), "actions") from error
        try:
            self._process.stdin.write(text.encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except (OSError, ValueError) as error:
            raise SimCashError("closed", f"the process has ended ({error})") from error
        if not line:
            raise SimCashError("closed", f"the process has ended with exit code {self._process.wait()}: see what it wrote to stderr")
        try:
            answer = json.loads(line)
            error = answer.get("error")
            if error is None and ANSWERS[command["do"]] <= answer.keys():
                return answer
            refused = SimCashError(error["code"], error["message"], error["path"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SimCashError("closed", f"the process does not speak as simcash env does: {line[:80]!r}") from error
        if refused.code in ("simulation_failed", "over"):
            self.agents = []
        raise refused


def _plain(value):
    """Numbers and arrays of numpy, without importing it."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no action")


def _gym_space(spaces, numpy, space):
    if space["type"] == "discrete":
        return spaces.Discrete(space["n"])
    if space["type"] == "multi_binary":
        return spaces.MultiBinary(space["n"])
    low, high = (numpy.array(space[end], dtype=numpy.float64) for end in ("low", "high"))
    return spaces.Box(low, high, dtype=numpy.float64)


def _flat(numpy, observation):
    rows = [x for row in observation["queue"] for x in row]
    return numpy.array([*observation["values"], *rows, *observation["mask"]], dtype=numpy.float64)


def _flat_space(spaces, numpy, parts):
    low, high = list(parts["values"]["low"]), list(parts["values"]["high"])
    if parts["queue"] is not None:
        low += parts["queue"]["low"] * parts["queue"]["rows"] + [0] * parts["mask"]["n"]
        high += parts["queue"]["high"] * parts["queue"]["rows"] + [1] * parts["mask"]["n"]
    return spaces.Box(numpy.array(low, dtype=numpy.float64), numpy.array(high, dtype=numpy.float64), dtype=numpy.float64)


def _one_point(spec):
    points = list(spec["action"])
    if len(points) != 1:
        raise SimCashError("two_points", "spaces that change from step to step need SimCash itself: decide at one point only")
    return points[0]


try:
    import gymnasium as _gymnasium
    import numpy as _numpy
except ImportError:
    pass
else:
    __all__.append("Env")

    class Env(_gymnasium.Env):
        """Gymnasium's interface to an environment with exactly one learner and one point of decision; observations are flat."""

        metadata = {"render_modes": []}

        def __init__(self, file, command=None, options=()):
            self.simcash = SimCash(file, command, options)
            learners = self.simcash.possible_agents
            if len(learners) != 1:
                self.simcash.close()
                raise SimCashError("learners", f"exactly one learner is needed here, not {len(learners)}")
            point = _one_point(self.simcash.spec)
            self._learner = learners[0]
            self.observation_space = _flat_space(_gymnasium.spaces, _numpy, self.simcash.spec["observation"][point])
            self.action_space = _gym_space(_gymnasium.spaces, _numpy, self.simcash.spec["action"][point])

        def reset(self, *, seed=None, options=None):
            super().reset(seed=seed)
            observations, infos = self.simcash.reset(seed=seed, **(options or {}))
            return _flat(_numpy, observations[self._learner]), infos[self._learner]

        def step(self, action):
            answer = self.simcash.step({self._learner: action})
            observation, reward, terminated, truncated, info = (part[self._learner] for part in answer)
            return _flat(_numpy, observation), float(reward), terminated, truncated, info

        def close(self):
            self.simcash.close()


try:
    import pettingzoo as _pettingzoo
    import gymnasium as _gymnasium
    import numpy as _numpy
except ImportError:
    pass
else:
    __all__.append("ParallelEnv")

    class ParallelEnv(_pettingzoo.ParallelEnv):
        """PettingZoo's parallel interface to an environment with one point of decision; observations are flat."""

        metadata = {"name": "simcash_v1", "render_modes": []}

        def __init__(self, file, command=None, options=()):
            self.simcash = SimCash(file, command, options)
            point = _one_point(self.simcash.spec)
            self.possible_agents = list(self.simcash.possible_agents)
            self.agents = []
            observed = self.simcash.spec["observation"][point]
            acted = self.simcash.spec["action"][point]
            self.observation_spaces = {id: _flat_space(_gymnasium.spaces, _numpy, observed) for id in self.possible_agents}
            self.action_spaces = {id: _gym_space(_gymnasium.spaces, _numpy, acted) for id in self.possible_agents}

        def observation_space(self, agent):
            return self.observation_spaces[agent]

        def action_space(self, agent):
            return self.action_spaces[agent]

        def reset(self, seed=None, options=None):
            observations, infos = self.simcash.reset(seed=seed, **(options or {}))
            self.agents = list(self.simcash.agents)
            return {id: _flat(_numpy, seen) for id, seen in observations.items()}, infos

        def step(self, actions):
            observations, *rest = self.simcash.step(dict(actions))
            self.agents = list(self.simcash.agents)
            return ({id: _flat(_numpy, seen) for id, seen in observations.items()}, *rest)

        def close(self):
            self.simcash.close()
