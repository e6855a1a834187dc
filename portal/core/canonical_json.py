"""JSON in one way only, so that the same content always has the same digest."""

import json

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical_json(content: object) -> bytes:
    """JSON in one way only: sorted keys, no spaces, ASCII.

    >>> canonical_json({"b": 1, "a": "é"})
    b'{"a":"\\\\u00e9","b":1}'
    """
    return _encode(content).encode("ascii")
