"""What `situguard-bench run` reads before it asks anybody: where the data is."""

from pathlib import Path

import pytest

from benchmarks.cli.run import find_data
from benchmarks.errors import HubRevisionUnknown, OptionInvalid
from benchmarks.mmsafeaware import MMSAFEAWARE
from benchmarks.mssbench import MSSBENCH


def test_only_the_word_hub_fetches_anything(tmp_path: Path) -> None:
    assert find_data(MSSBENCH, str(tmp_path)) == (tmp_path, "")
    with pytest.raises(OptionInvalid, match=r"needs --data FOLDER.* or --data hub to fetch it"):
        find_data(MSSBENCH, "")
    with pytest.raises(OptionInvalid, match="mmsafeaware is not on the hub"):
        find_data(MMSAFEAWARE, "hub")
    with pytest.raises(HubRevisionUnknown):
        find_data(MSSBENCH, "hub:v9")
