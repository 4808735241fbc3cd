"""Similar findings are found, and nobody is their own neighbor."""

from tests.training.conftest import invented_reports
from training.baselines import CONSTANT, constant, nearest_neighbor
from training.neighbors import Neighbors
from training.pairs import Counts, Pair, make_pair


def pairs(count: int) -> list[Pair]:
    made = (make_pair(report, "train", Counts()) for report in invented_reports(count))
    return [pair for pair in made if pair]


def test_nearest_leaves_the_query_out_and_prefers_the_same_words() -> None:
    known = pairs(48)
    (near,) = Neighbors(known).nearest([known[1]], 3)
    assert len(near) == 3
    assert known[1].id not in {pair.id for pair in near}
    assert near[0].impression == known[1].impression


def test_baselines_answer_every_test_pair_in_order() -> None:
    known = pairs(40)
    assert constant(known[:3]) == [CONSTANT] * 3
    assert nearest_neighbor(known[10:], known[:10]) == [
        near[0].impression for near in Neighbors(known[10:]).nearest(known[:10], 1)
    ]
