"""Phases end where something must be complete, scratch buffers end with their phase, and memory is shared safely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_networks import Case

from sculpt.engine.graph import Shape
from sculpt.engine.library import declarations
from sculpt.engine.programs.buffers import Buffer, blocks_per_chunk, share
from sculpt.engine.programs.tape import Tape, constant

FFI = declarations()
SMALL = Shape(2, 3, 3)


def tape():
    return Tape(FFI, blocks=2, scratch_blocks=1)


def test_a_phase_ends_where_a_final_operation_is_waited_for():
    made = tape()
    z = made.stored(SMALL)
    made.do("Pack", out=z)
    made.finish("Normalise", makes="statistics")
    made.after("others")
    assert len(made.phases) == 1
    made.after("statistics")
    assert len(made.phases) == 2
    made.after("statistics")
    assert len(made.phases) == 2, "they are there now"
    assert [kind for kind, _ in made.phases[0].operations + made.phases[0].finals] == ["Pack", "Normalise"]


def test_scratch_ends_with_its_phase():
    made = tape()
    scratch, out = made.scratch(SMALL), made.stored(SMALL)
    with pytest.raises(AssertionError, match="Add: in holds nothing in this phase"):
        made.do("Add", **{"in": scratch}, out=out)
    made.do("Pack", out=scratch)
    made.do("Add", **{"in": scratch}, out=out)
    made.finish("Normalise", makes="statistics")
    made.after("statistics")
    assert made.holds(out) and not made.holds(scratch)
    with pytest.raises(AssertionError, match="Add: in holds nothing"):
        made.do("Add", **{"in": scratch}, out=out)


def test_released_scratch_serves_the_same_shape_under_another_handle():
    made = tape()
    first = made.scratch(SMALL, 1)
    made.do("Pack", out=first)
    other = made.scratch(SMALL, 1)
    made.release(first)
    second = made.scratch(SMALL, 1)
    assert second.struct == first.struct and second.struct != other.struct
    made.do("Pack", out=second)
    assert made.holds(second) and not made.holds(first)
    assert made.scratch(SMALL, 0).struct != first.struct, "its halo lies elsewhere"
    assert len(made.buffers) == 3


LIVES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9), st.integers(0, 1)), max_size=12)


@given(LIVES)
def test_buffers_that_live_at_the_same_time_share_nothing(lives):
    made = tape()
    for one, other, channels, halo in lives:
        room = made.stored(Shape(channels, 2, 2), halo)
        room.first, room.last = sorted((one, other))
    share(FFI, made.buffers)

    def extent(room: Buffer):
        start = room.array.ctypes.data
        assert start % 64 == 0 and len(room.array) == room.floats
        return start, start + room.array.nbytes

    for i, one in enumerate(made.buffers):
        for other in made.buffers[:i]:
            apart = extent(one)[1] <= extent(other)[0] or extent(other)[1] <= extent(one)[0]
            lives_apart = one.last < other.first or other.last < one.first
            assert apart or (lives_apart and not one.halo and not other.halo)


def test_a_forward_phase_passes_a_block_from_activation_to_statistics():
    network = Case("resnet20").network()
    phases = network.programs.training.program.tape.phases
    names = [[kind for kind, _ in phase.operations] for phase in phases]
    assert names[:2] == [["Pack", "Convolve", "Measure"], ["Activate", "Convolve", "Measure"]]
    assert sum(phase.count("Measure") for phase in names) == 21
    finals = [kind for kind, _ in phases[-1].finals]
    assert finals[:2] == ["Collect", "Descend"] and set(finals[2:]) == {"Gather"}
    assert sum(kind == "Collect" for phase in phases for kind, _ in phase.finals) == 22


@pytest.mark.parametrize("kind, name", [("Pack", "PACK"), ("MaxPoolGradient", "MAX_POOL_GRADIENT")])
def test_the_number_of_an_operation_has_its_name(kind, name):
    assert constant(kind) == name


def test_small_pictures_are_taken_four_blocks_at_a_time():
    assert [blocks_per_chunk(Shape(3, side, side)) for side in (1, 8, 9, 32)] == [4, 4, 1, 1]
