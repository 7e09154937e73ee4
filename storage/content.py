"""The one sealed value of a message: redacted text, links and sentence vector packed into bytes.

    version (1 byte) | dimensions (2) | bytes of text (4) | vector (float16) | text (UTF-8) | links (JSON, may be empty)

Integers and floats are little-endian. One value instead of three costs one seal, one nonce and one tag a message.
"""

import json
import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.errors import DamagedError

_HEADER = struct.Struct("<BHI")
_VERSION = 1


class Content(NamedTuple):
    """What a message said: redacted text, addresses shared, unit vector as float16 [d]."""

    text: str
    links: tuple[str, ...]
    vector: NDArray[np.float16]


def pack(content: Content) -> bytes:
    """Return the content as bytes; `unpack` gives back exactly the same."""
    text = content.text.encode("utf-8", "surrogatepass")
    links = json.dumps(content.links).encode() if content.links else b""
    vector = np.ascontiguousarray(content.vector, dtype="<f2")
    return _HEADER.pack(_VERSION, vector.size, len(text)) + vector.tobytes() + text + links


def unpack(data: bytes) -> Content:
    """Return what `pack` was given. Raises `DamagedError` for a layout that this program does not know."""
    version, dimensions, length = _HEADER.unpack_from(data)
    if version != _VERSION:
        raise DamagedError(f"a message is stored in layout {version}, which this Earshot does not know; update Earshot")
    vector_end = _HEADER.size + 2 * dimensions
    text_end = vector_end + length
    vector = np.frombuffer(data, dtype="<f2", count=dimensions, offset=_HEADER.size)
    links = tuple(json.loads(data[text_end:])) if len(data) > text_end else ()
    return Content(data[vector_end:text_end].decode("utf-8", "surrogatepass"), links, vector)
