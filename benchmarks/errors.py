"""What can go wrong with a benchmark's data, options, plug-ins, numbers or runs.

Errors in brackets are defined in the module that raises them.

BenchmarkError
   DataError                a folder is not the release that the loader was written for (carries the path)
     FileMissing            a file of the documented layout is absent
     FileInvalid            a file is there and does not have the documented shape
     PicturesMissing        rows point at pictures that are absent, or are none
     CountsDiffer           the file was read and holds another number of rows than is documented
     ChecksumDiffers        the files are not those that a checksum names
   HubError                 a release cannot be had from the hub
     HubUnusable            it does not answer, has no such repository, or its client is not installed
     HubRevisionUnknown     the repository's history has no such commit, or more than one
   SettingUnknown           the benchmark has no setting of that name
   WordingUnknown           the benchmark's questions do not exist in that wording
   OptionInvalid            an option of a command does not go with the rest
   NoCases                  nothing is left to ask
   PromptFieldsDiffer       a prompt file was filled with other fields than it names
   PluginError              an entry point cannot be used
     PluginUnknown          nothing of that name is built in or installed
     PluginBroken           it does not load, or loads as something else
     PluginShadows          it has the name of something already known
   NothingToMeasure         a metric was asked of no cases
   (ItemsDiffer)            two arms were asked different questions (estimates)
   (JudgeModelMissing)      a rubric with a prompt was given no model (judges)
   (DraftFailed)            a model wrote no preconditions that can be read (panels.clue.draft)
   (NothingToSwapWith)      the swapped-picture control has no unrelated picture to give (controls)
   (PicturesUnreadable)     pictures of the release do not decode (harness.preflight)
   (EndpointUnusable)       an arm or a judge does not answer before a run (harness.preflight)
   (LogProbabilitiesMissing) the endpoint of a constitution's judge gives none (harness.preflight)
   (RunStopped)             an endpoint refused everything in the same words (harness.failures)
   (ProxyDidNotStart)       the proxy of a run ended, or was not ready in time (proxy)
   (NotStarted)             a server whose speed is measured did not start (speed.processes)
   (ProxyUnusable)          the proxy does not list its deployments (harness.arms)
   (ArmUnknown)             the proxy has no deployment of that name (harness.arms)
   (ReleasedCodeFailed)     the code of a paper's repository could not be run (official.built)
   (RunDiffers)             the folder holds another run (harness.plan)
   (ShardsMissing)          not every shard of a run is there exactly once (harness.merge)
"""

from collections.abc import Sequence
from pathlib import Path

NAMED_AT_MOST = 50  # missing files that a message names; the rest it counts, and `missing` holds all of them


class BenchmarkError(Exception):
    """Any error of this package."""


class DataError(BenchmarkError):
    """The data at `path` cannot be used as it is."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class FileMissing(DataError):
    """`path` belongs to the documented layout and is absent."""

    def __init__(self, path: Path, layout: str) -> None:
        super().__init__(path, f"not found; expected layout: {layout}")
        self.layout = layout


class FileInvalid(DataError):
    """`path` was found and does not have the documented shape."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason


class PicturesMissing(DataError):
    """Rows of the release point at pictures that the folder does not have, or at files that are none."""

    def __init__(self, path: Path, missing: Sequence[str], expected: int) -> None:
        named = ", ".join(missing[:NAMED_AT_MOST])
        more = f" and {len(missing) - NAMED_AT_MOST} more" if len(missing) > NAMED_AT_MOST else ""
        super().__init__(
            path,
            f"{len(missing)} of {expected} pictures missing: {named}{more}. "
            "A file that is no picture counts as missing. --partial leaves their questions out",
        )
        self.missing = tuple(missing)
        self.expected = expected


class CountsDiffer(DataError):
    """`path` holds `found` of something where the release is documented to hold `expected`."""

    def __init__(self, path: Path, what: str, expected: str, found: str) -> None:
        super().__init__(path, f"{what}: documented {expected}, found {found}")
        self.what = what
        self.expected = expected
        self.found = found


class ChecksumDiffers(DataError):
    """The release at `path` has the checksum `found` where `expected` was asked for."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(path, f"its checksum is {found or 'that of no file'}, asked for was {expected}")
        self.expected = expected
        self.found = found


class HubError(BenchmarkError):
    """`repository` cannot be had at `revision`."""

    def __init__(self, repository: str, revision: str, message: str) -> None:
        super().__init__(f"hub {repository} at {revision}: {message}")
        self.repository = repository
        self.revision = revision


class HubUnusable(HubError):
    """The hub or its client failed for `reason`, and the cache of this machine does not have the release."""

    def __init__(self, repository: str, revision: str, reason: str) -> None:
        at = f" --revision {revision}" if len(revision) == 40 else ""
        elsewhere = f"hf download {repository} --repo-type dataset{at} --local-dir FOLDER"
        super().__init__(
            repository, revision, f"{reason}\nWhere there is a network: `{elsewhere}`; then here: --data FOLDER"
        )
        self.reason = reason


class HubRevisionUnknown(HubError):
    """No commit has that name, or more than one does."""

    def __init__(self, repository: str, revision: str, known: Sequence[str]) -> None:
        super().__init__(repository, revision, f"no such revision; known by name: {', '.join(known)}; or give a commit")
        self.known = tuple(known)


class SettingUnknown(BenchmarkError):
    """`benchmark` has no setting `setting`."""

    def __init__(self, benchmark: str, setting: str, known: Sequence[str]) -> None:
        super().__init__(f"{benchmark} has no setting {setting!r}; it has {', '.join(known)}")
        self.benchmark = benchmark
        self.setting = setting
        self.known = tuple(known)


class WordingUnknown(BenchmarkError):
    """`benchmark` cannot be asked in the wording `wording`."""

    def __init__(self, benchmark: str, wording: str, known: Sequence[str]) -> None:
        super().__init__(f"{benchmark} has no {wording!r} wording; it has {', '.join(known)}")
        self.benchmark = benchmark
        self.wording = wording
        self.known = tuple(known)


class OptionInvalid(BenchmarkError):
    """An option of a command does not go with the rest."""


class NoCases(BenchmarkError):
    """Nothing of `benchmark` is left to ask."""

    def __init__(self, benchmark: str) -> None:
        super().__init__(
            f"{benchmark}: no case is left to ask; the folder has no picture that can be read, or --limit is 1"
        )
        self.benchmark = benchmark


class PromptFieldsDiffer(BenchmarkError):
    """A prompt names `expected` and was given `found`."""

    def __init__(self, prompt: str, expected: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(f"prompt {prompt}: names {sorted(expected)}, was given {sorted(found)}")
        self.prompt = prompt
        self.expected = tuple(expected)
        self.found = tuple(found)


class PluginError(BenchmarkError):
    """The plug-in `name` of entry-point group `group` cannot be used."""

    def __init__(self, group: str, name: str, message: str) -> None:
        super().__init__(f"{group}: {name!r} {message}")
        self.group = group
        self.name = name


class PluginUnknown(PluginError):
    """Nothing of that name is built in or installed."""

    def __init__(self, group: str, name: str, known: Sequence[str]) -> None:
        super().__init__(group, name, f"is not known; known: {', '.join(sorted(known))}")
        self.known = tuple(known)


class PluginBroken(PluginError):
    """The entry point does not load, or loads as something else."""

    def __init__(self, group: str, name: str, reason: str) -> None:
        super().__init__(group, name, f"cannot be used: {reason}")
        self.reason = reason


class PluginShadows(PluginError):
    """The entry point has a name that is already taken."""

    def __init__(self, group: str, name: str) -> None:
        super().__init__(group, name, "is already taken: a result would not say which of the two it is about")


class NothingToMeasure(BenchmarkError):
    """`measure` was asked of no cases, which has no value (it is not zero)."""

    def __init__(self, measure: str) -> None:
        super().__init__(f"{measure}: no cases to measure")
        self.measure = measure
