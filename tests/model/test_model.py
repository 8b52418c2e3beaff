"""The model: frozen, fully described, and figures that its enums carry."""

from __future__ import annotations

import dataclasses

import pytest

from twin import model
from twin.core.units import Time
from twin.model import Codec, Demand, Encapsulation, Network
from twin.model.yaml.value_types import Entries, Entry, Identifier, ListOf, ValueType, keys_of, record_of


def entries(kind: type) -> list[type]:
    """All kinds of entry at and below `kind`."""
    below = [form.entry.kind if isinstance(form, Entries) else form.kind
             for key in keys_of(kind) if isinstance(form := key.value_type, (Entries, Entry))]
    return [kind, *(deeper for each in below for deeper in entries(each))]


KINDS = list(dict.fromkeys(entries(Network)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_entry_is_frozen_and_says_what_it_is(kind: type) -> None:
    """Entries cannot be changed, and every key explains itself in a sentence for the guide and the editor."""
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # not in the stubs
    assert "__slots__" in vars(kind)
    assert kind.__doc__
    for key in keys_of(kind):
        assert key.about.endswith("."), key
        assert key.spelling == key.spelling.lower()


def test_keys_of_a_group_are_written_beside_the_others() -> None:
    """The field that holds a group is no key; its record's are, once each, and are put into it when they are read."""
    spellings = [key.spelling for key in keys_of(Network)]
    assert {"protection", "multicast", "call-control"} <= set(spellings) and "control" not in spellings
    assert len({*spellings}) == len(spellings)
    values = {key.field: key.field for key in keys_of(Network)}
    network = record_of(Network, values)
    assert (network.control.multicast, network.spans) == ("multicast", "spans")


def test_references_lead_to_sections() -> None:
    """`refers` names sections as they are written, those of demand too."""
    sections = {key.spelling for kind in (Network, Demand) for key in keys_of(kind)}
    for kind in KINDS:
        for key in keys_of(kind):
            assert set(_refers(key.value_type)) <= sections


def _refers(form: ValueType) -> tuple[str, ...]:
    if isinstance(form, ListOf):
        return _refers(form.item)
    return form.refers if isinstance(form, Identifier) else ()


def test_public_names_are_listed() -> None:
    """twin.model exports every kind of entry."""
    assert {kind.__name__ for kind in KINDS} <= set(model.__all__)
    assert all(hasattr(model, name) for name in model.__all__)


@pytest.mark.parametrize("encapsulation", Encapsulation)
def test_encapsulations_cost_what_tc_stab_says(encapsulation: Encapsulation) -> None:
    """Bytes per packet with the AAL5 trailer of 8; 1500 bytes over PPPoA fill 32 cells, 1492 over PPPoE-LLC too."""
    assert 8 <= encapsulation.overhead <= 40
    assert -(-(1500 + Encapsulation.PPPOA_VC.overhead) // 48) == 32
    assert -(-(1492 + Encapsulation.PPPOE_LLC.overhead) // 48) == 32


def test_packets_hold_whole_frames_of_speech() -> None:
    """G.711 in 40 ms is 320 bytes, G.729 in 60 ms is 60, G.723.1 comes in frames of 30 ms alone."""
    held = {(codec, ms): codec.payload_in(Time(ms * 1_000_000)) for codec in Codec for ms in (10, 30, 40, 60)}
    assert (held[Codec.G711, 10], held[Codec.G711, 40], held[Codec.G729, 60], held[Codec.G723_63, 60]) \
        == (80, 320, 60, 48)
    assert [ms // 1_000_000 for ms in Codec.G723_63.packetizations] == [30, 60]
    assert [ms // 1_000_000 for ms in Codec.G729.packetizations] == [20, 30, 40, 60]
    assert [ms // 1_000_000 for ms in Codec.G711.packetizations] == [10, 20, 30, 40, 60]


def test_codecs_carry_the_figures_of_their_recommendations() -> None:
    """RFC 3551 payloads and intervals; impairments of ITU-T G.113; only G.711 has concealment to choose."""
    assert [(codec.payload, codec.interval) for codec in Codec] == [
        (160, 20_000_000), (20, 20_000_000), (24, 30_000_000), (20, 30_000_000)]
    assert Codec.G711.impairment() == (0.0, 4.3)
    assert Codec.G711.impairment(concealment=True) == (0.0, 25.1)
    assert Codec.G729.impairment() == Codec.G729.impairment(concealment=True) == (11.0, 19.0)
    assert Codec.G723_63.impairment() == (15.0, 16.1)


def test_a_change_makes_a_new_value() -> None:
    """Assigning to a field raises."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.Protection().basis = "x"  # type: ignore[misc]  # what must fail
