"""The pictures of a request, looked at before the rest is read: decoded apart, and fetched where that is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.beside import beside
from agents.decoding import Decoder
from agents.fetch import PictureFetcher
from agents.images import Picture, data_of_url
from guard.config import Deployment
from service.openai.api_format import PictureAddress
from service.openai.body import Payload

INLINE_CHARACTERS = 64 * 1024  # up to here base64 is read in well under a millisecond


@dataclass(frozen=True)
class Pictures:
    """Where pictures come from, one set of pixels for each address."""

    decoder: Decoder
    fetcher: PictureFetcher

    async def of(
        self,
        addresses: Sequence[PictureAddress],
        setting: Deployment,
        payload_of: Callable[[str], Payload | None] = lambda _: None,
    ) -> Mapping[str, Picture]:
        """By address; raises `PictureRejected` and `DecoderBusy`. Of more than may be, none is looked at.

        `payload_of` gives the base64 of an address, where that was set aside.
        """
        if len(addresses) > setting.limits.pictures:
            return {}
        wanted = dict(reversed(addresses))
        reading = [
            asyncio.create_task(self._read(url, where, setting, payload_of(url))) for url, where in wanted.items()
        ]
        try:
            return dict(zip(wanted, await asyncio.gather(*reading), strict=True))
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _read(self, url: str, where: str, setting: Deployment, payload: Payload | None) -> Picture:
        if setting.fetch_pictures and url[:8].lower() == "https://":
            fetched = await self.fetcher.fetch(url, where)
            return await self.decoder.read(fetched.data, fetched.media_type, where)
        if payload is None and len(url) <= INLINE_CHARACTERS:
            data, declared = data_of_url(url, where)
        else:
            data, declared = await beside(lambda: data_of_url(url, where, payload))
        return await self.decoder.read(data, declared, where)
