"""State to bytes and back, exactly: plain data, arrays, and the learners' own classes; nothing else is ever loaded."""

from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np

_OBJECT, _ARRAY, _TUPLE, _FROZENSET, _ENUM, _ORDERED, _DEQUE = range(1, 8)


class States:
    """Writes and reads objects of the registered classes (their attributes) and of plain types.

    Objects that are referred to twice come back as two objects; keep references as numbers.
    """

    def __init__(self, *classes: type) -> None:
        self._classes = {cls.__name__: cls for cls in classes}

    def dump(self, value: object) -> bytes:
        """Return the bytes of a value. Raises TypeError for a class that is not registered."""
        return bytes(msgpack.packb(value, default=self._plain, strict_types=True, use_bin_type=True))

    def load(self, blob: bytes) -> Any:
        """Return the value of `dump`'s bytes. Raises ValueError for bytes that are none."""
        try:
            return msgpack.unpackb(
                blob, ext_hook=self._made, strict_map_key=False, raw=False, max_ext_len=len(blob), max_bin_len=len(blob)
            )
        except (KeyError, TypeError, msgpack.UnpackException) as error:
            raise ValueError(f"these bytes hold no state of this version: {error}") from error

    def _plain(self, value: object) -> msgpack.ExtType:
        pack = self.dump
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
        return msgpack.ExtType(_OBJECT, pack([cls.__name__, _attributes(value)]))

    def _made(self, code: int, data: bytes) -> object:
        value = self.load(data)
        makers: dict[int, Callable[[Any], object]] = {
            _OBJECT: self._object,
            _ARRAY: lambda v: np.frombuffer(v[2], np.dtype(v[0])).reshape(v[1]).copy(),
            _TUPLE: tuple,
            _FROZENSET: frozenset,
            _ENUM: lambda v: self._classes[v[0]](v[1]),
            _ORDERED: OrderedDict,
            _DEQUE: lambda v: deque(v[1], maxlen=v[0]),
        }
        return makers[code](value)

    def _object(self, value: list[Any]) -> object:
        name, attributes = value
        cls = self._classes[name]
        made: Any = object.__new__(cls)
        for key, attribute in attributes.items():
            object.__setattr__(made, key, attribute)
        return made


def _attributes(value: object) -> dict[str, object]:
    slots = getattr(type(value), "__slots__", None)
    if slots:
        return {name: getattr(value, name) for name in slots}
    return dict(vars(value))
