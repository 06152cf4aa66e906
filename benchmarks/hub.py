"""Releases on the Hugging Face hub, fetched at a pinned commit, and only when they are asked for by name.

Retries, resuming and the cache are huggingface_hub's, and so are HF_ENDPOINT and HF_HUB_OFFLINE. Knows no benchmark.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.errors import FileInvalid, HubRevisionUnknown, HubUnusable

if TYPE_CHECKING:
    from huggingface_hub import HfApi

COMMIT = re.compile(r"[0-9a-f]{7,40}")
WHOLE = 40  # hex digits of a commit


@dataclass(frozen=True)
class HubDataset:
    """A dataset repository. `revisions`: our names for commits, the default first; seven digits of a commit suffice.

    `files` are patterns of what a loader reads, `archives` those among them that are unpacked (tar).
    """

    repository: str
    revisions: Mapping[str, str]
    files: tuple[str, ...]
    archives: tuple[str, ...] = ()

    def pinned(self, revision: str) -> str:
        """The commit of one of our names (the default where none is given), or the commit itself."""
        if not revision:
            return next(iter(self.revisions.values()))
        if revision not in self.revisions and not COMMIT.fullmatch(revision):
            raise HubRevisionUnknown(self.repository, revision, tuple(self.revisions))
        return self.revisions.get(revision, revision)


@dataclass(frozen=True)
class HubSnapshot:
    """A release on this machine, and the whole name of its commit."""

    folder: Path
    repository: str
    commit: str

    @property
    def origin(self) -> str:
        """Where results say that their data came from."""
        return f"{self.repository}@{self.commit}"


@dataclass(frozen=True)
class Hub:
    """A hub and its cache on this machine; huggingface_hub's own settings where None."""

    endpoint: str | None = None
    cache: Path | None = None

    def fetch(self, dataset: HubDataset, revision: str = "") -> HubSnapshot:
        """The release at a revision, from the cache where it is there. Raises `HubUnusable`, `HubRevisionUnknown`."""
        pinned = dataset.pinned(revision)
        try:
            from huggingface_hub import HfApi  # noqa: PLC0415 needed only where a release is fetched

            api = HfApi(endpoint=self.endpoint)
            commit = self._commit(api, dataset, pinned)
            folder = Path(
                api.snapshot_download(
                    dataset.repository,
                    repo_type="dataset",
                    revision=commit,
                    cache_dir=self.cache,
                    allow_patterns=list(dataset.files),
                )
            )
        except HubRevisionUnknown:
            raise
        except ImportError as error:
            raise HubUnusable(dataset.repository, pinned, "situguard[bench] brings the client") from error
        except Exception as error:  # its client raises its own errors, the wire's, and plain OSError
            raise HubUnusable(dataset.repository, pinned, f"{type(error).__name__}: {error}") from error
        if dataset.archives:
            folder = self._unpacked(dataset, commit, folder)
        return HubSnapshot(folder, dataset.repository, commit)

    def _commit(self, api: HfApi, dataset: HubDataset, pinned: str) -> str:
        """The whole commit that a pinned name stands for: from the cache, else from the repository's history."""
        if len(pinned) == WHOLE:
            return pinned
        known = [path.name for path in (self._storage(dataset) / "snapshots").glob(f"{pinned}*")]
        if not known:
            history = api.list_repo_commits(dataset.repository, repo_type="dataset")
            known = [commit.commit_id for commit in history if commit.commit_id.startswith(pinned)]
        if len(known) != 1:
            raise HubRevisionUnknown(dataset.repository, pinned, tuple(dataset.revisions))
        return known[0]

    def _unpacked(self, dataset: HubDataset, commit: str, release: Path) -> Path:
        """A folder with the release's files, its archives unpacked: whole, or not there."""
        target = self._storage(dataset).parent.parent / "situguard" / commit
        if target.is_dir():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent) as unfinished:
            folder = Path(unfinished) / "release"
            folder.mkdir()
            for path in release.iterdir():
                if path.name in dataset.archives:
                    unpack(path, folder)
                elif path.is_file():
                    shutil.copyfile(path, folder / path.name)
            folder.rename(target)
        return target

    def _storage(self, dataset: HubDataset) -> Path:
        """Where huggingface_hub keeps a dataset's snapshots."""
        from huggingface_hub import constants  # noqa: PLC0415

        return Path(self.cache or constants.HF_HUB_CACHE) / f"datasets--{dataset.repository.replace('/', '--')}"


def unpack(archive: Path, folder: Path) -> None:
    """Write an archive's plain files; one that leads out of the folder is an error, links are left out."""
    with tarfile.open(archive) as members:
        for member in members:
            name = PurePosixPath(member.name)
            if name.is_absolute() or ".." in name.parts:
                raise FileInvalid(archive, f"{member.name!r} leads out of the folder")
            content = members.extractfile(member) if member.isfile() else None
            if content is not None:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                with (folder / name).open("wb") as file:
                    shutil.copyfileobj(content, file)
