"""What is resampled as one: cases that share a record, a picture, or either."""

from benchmarks.case import Side
from benchmarks.clusters import cluster, joint_keys, picture_keys, record_keys
from tests.benchmarks.scores import case


def test_cases_cluster_by_record_by_picture_or_by_either() -> None:
    cases = [
        case("a", Side.SAFE, record="r1", picture=1),
        case("b", Side.SAFE, record="r1", picture=2),
        case("c", Side.SAFE, record="r2", picture=2),
        case("d", Side.SAFE, record="r3", picture=3),
        case("e", Side.SAFE, record="r3"),
    ]
    alone = [[item] for item in cases]
    assert cluster(alone, record_keys) == [0, 0, 1, 2, 2]
    assert cluster(alone, picture_keys) == [0, 1, 1, 2, 3]
    assert cluster(alone, joint_keys) == [0, 0, 0, 1, 1]


def test_a_pair_stands_with_both_of_its_pictures() -> None:
    first = [case("a", Side.SAFE, picture=1), case("a", Side.UNSAFE, picture=2)]
    second = [case("b", Side.SAFE, picture=3), case("b", Side.UNSAFE, picture=1)]
    third = [case("c", Side.SAFE, picture=4), case("c", Side.UNSAFE, picture=5)]
    assert cluster([first, second, third], picture_keys) == [0, 0, 1]
