"""The pictures of a request, looked at before the rest is read: decoded apart, and fetched where that is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.decoding import Decoder
from agents.fetch import PictureFetcher
from agents.images import Picture, data_of_url
from agents.models.base import Json, JsonObject
from guard.config import Deployment

Address = tuple[str, str]
"""A picture's URL, and its place in the request."""

INLINE_SIGNS = 64 * 1024  # up to here base64 is read in well under a millisecond


@dataclass(frozen=True)
class Pictures:
    """Where pictures come from, one set of pixels for each address."""

    decoder: Decoder
    fetcher: PictureFetcher

    async def of(self, addresses: Sequence[Address], setting: Deployment) -> Mapping[str, Picture]:
        """By address; raises `PictureRejected` and `DecoderBusy`. Of more than may be, none is looked at."""
        if len(addresses) > setting.limits.pictures:
            return {}
        wanted = dict(reversed(addresses))
        reading = [asyncio.create_task(self._read(url, where, setting)) for url, where in wanted.items()]
        try:
            return dict(zip(wanted, await asyncio.gather(*reading), strict=True))
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _read(self, url: str, where: str, setting: Deployment) -> Picture:
        if setting.fetch_pictures and url[:8].lower() == "https://":
            fetched = await self.fetcher.fetch(url, where)
            return await self.decoder.read(fetched.data, fetched.media_type, where)
        inline = len(url) <= INLINE_SIGNS
        data, declared = data_of_url(url, where) if inline else await asyncio.to_thread(data_of_url, url, where)
        return await self.decoder.read(data, declared, where)


def addresses_in(document: JsonObject) -> Iterator[Address]:
    """Wherever a message has a picture; what is not in form is for others to refuse."""
    for number, message in enumerate(_listed(document.get("messages"))):
        content = message.get("content") if isinstance(message, dict) else None
        for place, part in enumerate(_listed(content)):
            image = part.get("image_url") if isinstance(part, dict) else None
            url = image.get("url") if isinstance(image, dict) else None
            if isinstance(url, str):
                yield url, f"messages[{number}].content[{place}].image_url.url"


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
