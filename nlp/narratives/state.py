"""State to bytes and back, exactly: plain data, arrays, and the learners' own classes; nothing else is ever loaded.

The bytes are a zlib stream of MessagePack values: first the attributes of every class, then the value. Containers near
the root are written child by child, so that a large state never lies in memory twice.
"""

import zlib
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np

_OBJECT, _ARRAY, _TUPLE, _FROZENSET, _ENUM, _ORDERED, _DEQUE, _BARE = range(1, 9)
_LEAF, _MAP, _ORDERED_MAP, _LIST, _PARTS = range(5)
_STREAMED = 3  # containers this near to the root are written child by child
_CHUNK = 1 << 20  # bytes


class States:
    """Writes and reads objects of the registered classes (their attributes) and of plain types.

    Objects that are referred to twice come back as two objects; keep references as numbers.
    """

    def __init__(self, *classes: type) -> None:
        self._classes = {cls.__name__: cls for cls in classes}
        self._slots = {name: _slots(cls) for name, cls in self._classes.items() if _slots(cls)}

    def dump(self, value: object) -> bytes:
        """Return the bytes of a value. Raises TypeError for a class that is not registered."""
        squeeze = zlib.compressobj(1)
        parts = [squeeze.compress(self._pack(self._slots))]
        self._write(value, lambda data: parts.append(squeeze.compress(data)), _STREAMED)
        return b"".join([*parts, squeeze.flush()])

    def load(self, blob: bytes) -> Any:
        """Return the value of `dump`'s bytes. Raises ValueError for bytes that are none."""
        try:
            unpacker = msgpack.Unpacker(ext_hook=self._made, strict_map_key=False, raw=False, max_buffer_size=0)
            unsqueeze = zlib.decompressobj()
            for start in range(0, len(blob), _CHUNK):
                unpacker.feed(unsqueeze.decompress(blob[start : start + _CHUNK]))
            unpacker.feed(unsqueeze.flush())
            if not unsqueeze.eof or unpacker.unpack() != self._slots:
                raise ValueError("these bytes hold no state of this version")
            return self._read(unpacker)
        except (KeyError, TypeError, zlib.error, msgpack.OutOfData, msgpack.UnpackException) as error:
            raise ValueError(f"these bytes hold no state of this version: {error}") from error

    def pack(self, value: object) -> bytes:
        """Return the bytes of a value kept within a state, without the attributes of classes that `dump` writes."""
        return zlib.compress(self._pack(value), 1)

    def unpack(self, packed: bytes) -> Any:
        """Return the value of `pack`'s bytes."""
        return self._unpack(zlib.decompress(packed))

    def _write(self, value: object, put: Callable[[bytes], None], depth: int) -> None:
        pack = self._pack
        if depth and type(value) in (dict, OrderedDict):
            assert isinstance(value, dict)
            put(pack([_MAP if type(value) is dict else _ORDERED_MAP, len(value)]))
            for key, child in value.items():
                put(pack(key))
                self._write(child, put, depth - 1)
        elif depth and type(value) is list:
            put(pack([_LIST, len(value)]))
            for child in value:
                self._write(child, put, depth - 1)
        elif depth and self._classes.get(type(value).__name__) is type(value) and not isinstance(value, Enum):
            attributes = _attributes(value)
            put(pack([_PARTS, len(attributes), type(value).__name__]))
            for name, child in attributes.items():
                put(pack(name))
                self._write(child, put, depth - 1)
        else:
            put(pack([_LEAF, value]))

    def _read(self, unpacker: Any) -> Any:
        kind, *head = unpacker.unpack()
        if kind == _LEAF:
            return head[0]
        if kind == _LIST:
            return [self._read(unpacker) for _ in range(head[0])]
        pairs = [(unpacker.unpack(), self._read(unpacker)) for _ in range(head[0])]
        if kind == _PARTS:
            return self._object(head[1], dict(pairs))
        return dict(pairs) if kind == _MAP else OrderedDict(pairs)

    def _pack(self, value: object) -> bytes:
        return bytes(msgpack.packb(value, default=self._plain, strict_types=True, use_bin_type=True))

    def _plain(self, value: object) -> msgpack.ExtType:
        pack = self._pack
        if isinstance(value, Enum):
            return msgpack.ExtType(_ENUM, pack([type(value).__name__, value.value]))
        if isinstance(value, OrderedDict):
            return msgpack.ExtType(_ORDERED, pack([[k, v] for k, v in value.items()]))
        if isinstance(value, tuple):
            return msgpack.ExtType(_TUPLE, pack(list(value)))
        if isinstance(value, frozenset):
            return msgpack.ExtType(_FROZENSET, pack(sorted(value)))
        if isinstance(value, deque):
            return msgpack.ExtType(_DEQUE, pack([value.maxlen, list(value)]))
        if isinstance(value, np.ndarray):
            return msgpack.ExtType(_ARRAY, pack([value.dtype.str, list(value.shape), value.tobytes()]))
        if isinstance(value, np.generic):
            raise TypeError(f"a numpy {type(value).__name__} is no plain number; convert it before keeping it")
        cls = type(value)
        if self._classes.get(cls.__name__) is not cls:
            raise TypeError(f"{cls.__name__} is not registered; name it where States is made")
        if slots := self._slots.get(cls.__name__):
            return msgpack.ExtType(_BARE, pack([cls.__name__, *(getattr(value, name) for name in slots)]))
        return msgpack.ExtType(_OBJECT, pack([cls.__name__, _attributes(value)]))

    def _unpack(self, data: bytes) -> Any:
        return msgpack.unpackb(
            data, ext_hook=self._made, strict_map_key=False, raw=False, max_ext_len=len(data), max_bin_len=len(data)
        )

    def _made(self, code: int, data: bytes) -> object:
        value = self._unpack(data)
        makers: dict[int, Callable[[Any], object]] = {
            _OBJECT: lambda v: self._object(v[0], v[1]),
            _BARE: lambda v: self._object(v[0], dict(zip(self._slots[v[0]], v[1:], strict=True))),
            _ARRAY: lambda v: np.frombuffer(v[2], np.dtype(v[0])).reshape(v[1]).copy(),
            _TUPLE: tuple,
            _FROZENSET: frozenset,
            _ENUM: lambda v: self._classes[v[0]](v[1]),
            _ORDERED: OrderedDict,
            _DEQUE: lambda v: deque(v[1], maxlen=v[0]),
        }
        return makers[code](value)

    def _object(self, name: str, attributes: dict[str, Any]) -> object:
        made: Any = object.__new__(self._classes[name])
        for key, attribute in attributes.items():
            object.__setattr__(made, key, attribute)
        return made


def _slots(cls: type) -> list[str]:
    return list(getattr(cls, "__slots__", ())) if not issubclass(cls, Enum) else []


def _attributes(value: object) -> dict[str, object]:
    slots = _slots(type(value))
    return {name: getattr(value, name) for name in slots} if slots else dict(vars(value))
