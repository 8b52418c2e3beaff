"""What an exercise is: its YAML keys, as frozen records. The faults of an exercise are changes of a sound network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from twin.core.units import NS_PER_S, Rate, Time
from twin.model import Dscp, Metric, Name
from twin.model.yaml_field_metadata import yaml_key, yaml_variants
from twin.plan.configuration_changes import ChangeKind, ConfigurationChange

FORMAT = 1


class Cause(StrEnum):
    """The closed list of causes of which a diagnosis names one."""

    NOTHING = "nothing"
    """The network is as planned: the load is the subscriber's own."""
    WRONG_MARK = "wrong-mark"
    QUEUES_SWAPPED = "queues-swapped"
    METER_TOO_LOW = "meter-too-low"
    METER_MISSING = "meter-missing"
    WRONG_PROFILE = "wrong-profile"
    NOISE_NOT_INTERLEAVED = "noise-not-interleaved"
    SPAN_LOSSY = "span-lossy"
    SPAN_SLOW = "span-slow"
    SHARING_OFF = "sharing-off"
    FORWARDING_LOOP = "forwarding-loop"
    SPAN_CUT = "span-cut"
    FAILOVER_MISSING = "failover-missing"
    MULTICAST_PORT_MISSING = "multicast-port-missing"
    RADIO_CLASH = "radio-clash"
    ANTENNA_MISALIGNED = "antenna-misaligned"
    CONTROLLER_DEAD = "controller-dead"
    HOSTILE_SUBSCRIBER = "hostile-subscriber"


class Way(StrEnum):
    """The direction in which service suffers."""

    DOWN = "down"
    UP = "up"
    BOTH = "both"


class Gate(StrEnum):
    """The five gates, all of them to pass."""

    CAUSE = "G1"
    """What stands is the reference again where the trouble was, and unchanged elsewhere."""
    EFFECT = "G2"
    """Every target that the sound network keeps is kept, with seeds that nobody has seen."""
    ROBUST = "G3"
    """It survives power cycles, cuts and hostile subscribers."""
    LOAD = "G4"
    """Offered load and policy are unchanged."""
    DIAGNOSIS = "G5"
    """Place, direction and cause were named before the repair."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages."""

    fr: str = yaml_key("In French.", example="Une voix hachée")
    en: str = yaml_key("In English.", example="A broken voice")

    def text(self, language: str) -> str:
        """In one of the two; English for any other."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the configuration."""

    change: ConfigurationChange = yaml_variants("What is changed.", key="kind")


@dataclass(frozen=True, slots=True)
class Symptom:
    """A target that is missed on a line as long as nothing is repaired."""

    workload: Name = yaml_key("The workload.", example="call")
    line: Name = yaml_key("The line.", example="homes-1")
    metric: Metric = yaml_key("The metric of the target.", example="loss")
    cut: Name | None = yaml_key("The span while whose cut it is missed, one that robust cuts; left out: it is missed "
                                "all the time.", default=None, example="north-east")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A command whose output shows the trouble, and does not show it in a sound network."""

    at: Name = yaml_key("The node where it runs.", example="east-dslam")
    run: tuple[str, ...] = yaml_key("The command and its arguments.", example="[ovs-ofctl, dump-meters, east-dslam]")
    shows: str = yaml_key("A regular expression that its output matches.", example="rate=64")

    @property
    def command(self) -> str:
        """Node and words, as a session keeps a command that was run."""
        return f"{self.at} {' '.join(self.run)}"

    @property
    def title(self) -> str:
        """The same for people: the node, then what runs there."""
        return f"{self.at}: {' '.join(self.run)}"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What else could explain the complaint."""

    cause: Cause = yaml_key("Its cause.", example="queues-swapped")
    do: tuple[Step, ...] = yaml_key("The changes of the sound network that it supposes; none: nothing is wrong.")

    @property
    def changes(self) -> tuple[ConfigurationChange, ...]:
        """What it supposes."""
        return tuple(step.change for step in self.do)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Where, in which direction, and why."""

    place: Name = yaml_key("The line, span or switch.", example="homes-1")
    direction: Way = yaml_key("The direction in which service suffers.", example="down")
    cause: Cause = yaml_key("The cause.", example="meter-too-low")


class RobustnessKind(StrEnum):
    """What a repair must survive."""

    POWER_CYCLE = "power-cycle"
    """A switch loses power: what is not configured is gone."""
    CONTROLLER_RESTART = "controller-restart"
    """The controller starts anew, and programs all switches: what is not configured is gone from them."""
    CUT = "cut"
    """A span is cut a third into the measurement."""
    EACH_CUT = "each-cut"
    """Each span between switches that has a way round is cut, one at a time."""
    FLOOD = "flood"
    """A subscriber floods the network, which harms nobody else."""


@dataclass(frozen=True, slots=True)
class PowerCycle:
    """A switch loses power."""

    kind: ClassVar[RobustnessKind] = RobustnessKind.POWER_CYCLE

    switch: Name = yaml_key("The switch, DSLAM or relay.", example="east-dslam")


@dataclass(frozen=True, slots=True)
class SpanCut:
    """A span is cut."""

    kind: ClassVar[RobustnessKind] = RobustnessKind.CUT

    span: Name = yaml_key("The span.", example="north-east")


@dataclass(frozen=True, slots=True)
class ControllerRestart:
    """The controller starts anew."""

    kind: ClassVar[RobustnessKind] = RobustnessKind.CONTROLLER_RESTART


@dataclass(frozen=True, slots=True)
class EachCut:
    """Every single cut."""

    kind: ClassVar[RobustnessKind] = RobustnessKind.EACH_CUT


@dataclass(frozen=True, slots=True)
class HostileSubscriber:
    """A line floods the network; the targets of all others are kept."""

    kind: ClassVar[RobustnessKind] = RobustnessKind.FLOOD

    line: Name = yaml_key("The line that sends.", example="homes-1")
    service: Name = yaml_key("The service to whose head-end it sends.", example="telephony")
    rate: Rate = yaml_key("Rate of IP packets.", least=8000, example="450 kbit/s")
    dscp: Dscp = yaml_key("DSCP with which it marks them.", default=Dscp(0), least=0, most=63, example="EF")


@dataclass(frozen=True, slots=True)
class Robustness:
    """One thing that a repair must survive."""

    event: PowerCycle | ControllerRestart | SpanCut | EachCut | HostileSubscriber = yaml_variants(
        "What happens.", key="kind")


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint, and what it costs."""

    cost: int = yaml_key("Points.", least=0, most=100, example="5")
    text: Bilingual = yaml_key("What it says.")


@dataclass(frozen=True, slots=True)
class Solution:
    """A repair that passes all gates."""

    do: tuple[Step, ...] = yaml_key("Its changes, in their order; none where nothing is wrong.")


@dataclass(frozen=True, slots=True)
class WrongRepair:
    """A repair that takes the symptom away, and fails."""

    do: tuple[Step, ...] = yaml_key("Its changes, in their order.")
    fails: tuple[Gate, ...] = yaml_key("The gates that stop it, all of them.", example="[G1, G2]")
    why: Bilingual = yaml_key("Why it is wrong, for the explanation.")
    stops: tuple[Name, ...] = yaml_key("Load that the trainee stops, which is no repair: workloads, lines or groups of "
                                       "lines.", default=(), example="[download]")
    by_hand: tuple[Step, ...] = yaml_key("What is then changed in the running network alone, by its own tools: no "
                                         "configuration knows it.", key="by-hand", default=())

    @property
    def title(self) -> str:
        """What it does, in words that are the same in each language: kinds of changes, and what is stopped."""
        stopped = (f"load stop {name}" for name in self.stops)
        return ", ".join((*(step.change.kind for step in (*self.do, *self.by_hand)), *stopped))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseTexts:
    """What people read of an exercise: trainees before and after, the instructor."""

    title: Bilingual = yaml_key("Its title.")
    level: int = yaml_key("1 to 4.", least=1, most=4, example="2")
    minutes: int = yaml_key("How long it takes; shown, never scored.", least=1, most=480, example="25")
    story: Bilingual = yaml_key("What the customer reports.")
    look: Bilingual = yaml_key("The three commands that matter, with a word on each.")
    guide: tuple[Bilingual, ...] = yaml_key("Steps that the sheet explains one after the other.", default=())
    debriefing: Bilingual = yaml_key("The explanation after hand-in.")
    notes: Bilingual | None = yaml_key("For the instructor alone: how to lead the debriefing.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise(ExerciseTexts):
    """An exercise: a sound network, what is wrong with it, and how that is judged."""

    exercise: int = yaml_key("Version of the format.", least=FORMAT, most=FORMAT, example="1")
    name: Name = yaml_key("What it is called.", example="tight-meter")
    network: str = yaml_key("The description of the sound network, relative to this file.",
                            example="../topologies/minimal.yaml")
    diagnosis: Diagnosis = yaml_key("The right diagnosis.")
    troubles: tuple[Step, ...] = yaml_key("What is wrong: changes of the sound network, hidden from the trainee.",
                                          default=())
    load: tuple[Step, ...] = yaml_key("What subscribers do beside the description, which is no trouble: the sound "
                                      "network has it too.", default=())
    needs: tuple[Name, ...] = yaml_key("The exercises that should come before.", default=(), example="[read-counters]")
    may: tuple[ChangeKind, ...] = yaml_key("The kinds of changes that the trainee may make.", default=(),
                                           example="[meter, no-meter]")
    symptom: tuple[Symptom, ...] = yaml_key("Targets that are missed as long as nothing is repaired.", default=())
    evidence: tuple[Evidence, ...] = yaml_key("Commands that show the trouble.", default=())
    hypotheses: tuple[Hypothesis, ...] = yaml_key("What else it could be; the table of tests is computed from them.",
                                                  default=())
    tests: tuple[Evidence, ...] = yaml_key("Commands that tell hypotheses apart, beside the evidence.", default=())
    robust: tuple[Robustness, ...] = yaml_key("What a repair must survive.", default=())
    hints: tuple[Hint, ...] = yaml_key("Hints, in the order in which they are given.", default=())
    solutions: tuple[Solution, ...] = yaml_key("Repairs that pass; the proof tries each.", default=())
    wrong: tuple[WrongRepair, ...] = yaml_key("Repairs that fail; the proof tries each.", default=())
    seconds: Time = yaml_key("Emulated time of each measurement that grades.", default=Time(30 * NS_PER_S),
                             least=NS_PER_S, most=600 * NS_PER_S, example="30 s")
    seeds: int = yaml_key("How many seeds that nobody has seen a repair must hold with.", default=3, least=1, most=20,
                          example="3")

    @property
    def changes(self) -> tuple[ConfigurationChange, ...]:
        """What is wrong."""
        return tuple(step.change for step in self.troubles)
