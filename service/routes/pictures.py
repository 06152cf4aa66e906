"""The pictures of a request, looked at before the rest is read: decoded apart, and fetched where that is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agents.beside import beside
from agents.decoding import Decoder, DecoderLimits
from agents.fetch import PictureFetcher
from agents.giving_up import give_up
from agents.images import Picture, data_of_url
from guard.config import Deployment
from service.middleware.shares import ALL, Share, SharedPlaces
from service.openai.api_format import PictureAddress
from service.openai.body import Payload

INLINE_CHARACTERS = 64 * 1024  # up to here base64 is read in well under a millisecond


@dataclass(frozen=True)
class Pictures:
    """Where pictures come from, one set of pixels for each address."""

    decoder: Decoder
    fetcher: PictureFetcher
    places: SharedPlaces = field(default_factory=lambda: SharedPlaces(DecoderLimits().processes))

    @property
    def waiting(self) -> int:
        """Pictures that wait for a decoder, or for their client's turn."""
        return max(0, self.places.all_users - self.decoder.work.busy)

    async def of(
        self,
        addresses: Sequence[PictureAddress],
        setting: Deployment,
        payload_of: Callable[[str], Payload | None] = lambda _: None,
        share: Share = ALL,
    ) -> Mapping[str, Picture]:
        """By address; raises `PictureRejected` and `DecoderBusy`. Of more than may be, none is looked at.

        `payload_of` gives the base64 of an address, where that was set aside. `share` is what they may take of the
        decoders at once.
        """
        if not 0 < len(addresses) <= setting.limits.pictures:
            return {}
        wanted = dict(reversed(addresses))
        reading = [
            asyncio.create_task(self._read(url, where, setting, payload_of(url), share))
            for url, where in wanted.items()
        ]
        try:
            return dict(zip(wanted, await asyncio.gather(*reading), strict=True))
        finally:
            await give_up(reading)

    async def _read(self, url: str, where: str, setting: Deployment, payload: Payload | None, share: Share) -> Picture:
        if setting.fetch_pictures and url[:8].lower() == "https://":
            data = await self.fetcher.fetch(url, where)
        elif payload is None and len(url) <= INLINE_CHARACTERS:
            data = data_of_url(url, where)
        else:
            data = await beside(lambda: data_of_url(url, where, payload))
        async with self.places.place(share):
            return await self.decoder.read(data, where, setting.limits.picture_pixels)
