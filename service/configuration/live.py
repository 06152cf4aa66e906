"""Changes as people make them: to a deployment, or back to an earlier version. Each returns the version that serves."""

from __future__ import annotations

from collections.abc import Sequence

from agents.models.base import JsonObject
from guard.errors import UnknownDeployment
from service.configuration.change import Patience, apply
from service.configuration.document import Difference, checked, differences, merged, stated
from service.configuration.errors import VersionUnknown
from service.configuration.file import ConfigurationFile, apply_file
from service.configuration.store import ConfigurationStore
from service.configuration.version import Draft, Origin, State, Version


class LiveConfiguration:
    """The configuration of one source, to be looked at and changed while processes serve it. It blocks.

    Only deployments are changed live. Models, with the addresses that their keys go to, come from the file alone.
    """

    def __init__(self, store: ConfigurationStore, file: ConfigurationFile, patience: Patience | None = None) -> None:
        self.store = store
        self.file = file
        self._patience = patience

    @property
    def newest(self) -> Version:
        """The version that every process is to serve; raises `VersionUnknown` before the first."""
        newest = self.store.newest()
        if newest is None:
            raise VersionUnknown(0)
        return newest

    def change_deployment(self, name: str, patch: JsonObject, *, author: str, base: int | None = None) -> Version:
        """Change a deployment by a patch (RFC 7396). Raises `UnknownDeployment`, `ConfigRejected`, or as `apply`."""
        newest = self.newest
        return self._change(newest, {name: merged(_deployment(newest, name), patch)}, author, base)

    def put_deployment(self, name: str, setting: JsonObject, *, author: str, base: int | None = None) -> Version:
        """Add a deployment, or state one anew."""
        return self._change(self.newest, {name: setting}, author, base)

    def remove_deployment(self, name: str, *, author: str, base: int | None = None) -> Version:
        """Take a deployment out; raises `UnknownDeployment`, or `ConfigRejected` where it is the last."""
        newest = self.newest
        _deployment(newest, name)
        return self._change(newest, {name: None}, author, base)

    def preview(self, name: str, patch: JsonObject) -> JsonObject:
        """The document as a change of a deployment would leave it, checked; raises as `change_deployment`."""
        newest = self.newest
        changed = {name: merged(_deployment(newest, name), patch)}
        return stated(checked({**newest.document, "deployments": {**newest.document["deployments"], **changed}}))

    def apply_file(self, *, author: str, replace_live: bool = False) -> Version:
        """Read the file again and serve it. Raises `ConfigRejected`, `LiveChangesLost`, or as `apply`."""
        return apply_file(
            self.store, self.file.read(), author=author, replace_live=replace_live, patience=self._patience
        )

    def roll_back(self, number: int, *, author: str, base: int | None = None) -> Version:
        """State again what an earlier version stated; raises `VersionUnknown`, or as `apply`."""
        earlier, newest = self.store.version(number), self.newest
        if earlier.state is not State.COMMITTED:
            raise VersionUnknown(number)
        document = stated(checked(earlier.document))
        draft = Draft(self.store.source, author, Origin.ROLLBACK, document, newest.file, base)
        return apply(self.store, draft, self._patience)

    def _change(self, newest: Version, deployments: JsonObject, author: str, base: int | None) -> Version:
        together = {**newest.document["deployments"], **deployments}
        kept = {name: setting for name, setting in together.items() if setting is not None}
        document = stated(checked({**newest.document, "deployments": kept}))
        if document == newest.document:
            return newest
        # What it was made against: a change that came between must not be undone by this one.
        draft = Draft(self.store.source, author, Origin.CHANGE, document, newest.file, base or newest.number)
        return apply(self.store, draft, self._patience)


def changes_of(version: Version, listed: Sequence[Version]) -> list[Difference]:
    """What a version changed against the committed one before it, as far as the list goes, the newest first."""
    before = next((each for each in listed if each.number < version.number and each.state is State.COMMITTED), None)
    return [] if before is None else differences(checked(before.document), checked(version.document))


def _deployment(version: Version, name: str) -> JsonObject:
    """What a version states of a deployment; raises `UnknownDeployment`."""
    deployments: dict[str, JsonObject] = version.document["deployments"]
    if name not in deployments:
        raise UnknownDeployment(name, sorted(deployments))
    return deployments[name]
