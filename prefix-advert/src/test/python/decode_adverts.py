#!/usr/bin/env python3
"""Reads advert records without any of the project's code or Protobuf's: an independent witness of the wire format.

usage: decode_adverts.py FILE...      each FILE holds two lines of hex, key and value; prints one JSON line a file
"""

import json
import struct
import sys

TIERS = ["engine-gpu", "engine-host", "gpu", "host", "disk"]
STATES = [None, "STARTING", "RECOVERING", "SERVING", "DRAINING", "GONE"]


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """Yields (number, value): ints for varint and fixed64, bytes for length-delimited."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<Q", data, at)[0], at + 8
        elif kind == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            raise ValueError(f"wire type {kind}")
        yield number, value


def last(data, number, default):
    found = [value for field, value in fields(data) if field == number]
    return found[-1] if found else default


def every(data, number):
    return [value for field, value in fields(data) if field == number]


def key(data):
    if data[0] == 0x11:
        return {"table": "nodes", "holder": data[1:].decode()}
    assert data[0] == 0x12 and len(data) == 41, "unknown key"
    holder, incarnation, namespace = struct.unpack_from(">QQQ", data, 1)
    return {
        "table": "blocks",
        "holder": f"{holder:016x}",
        "incarnation": incarnation,
        "namespace": f"{namespace:016x}",
        "hash": data[25:].hex(),
    }


def node(data):
    def text(number):
        return last(data, number, b"").decode()

    return {
        "holderId": text(1),
        "kind": last(data, 2, 0),
        "pool": text(3),
        "incarnation": last(data, 4, 0),
        "state": STATES[last(data, 5, 0)],
        "endpoints": {
            last(e, 1, b"").decode(): f"{last(e, 2, b'').decode()}:{last(e, 3, 0)}" for e in every(data, 6)
        },
        "pod": text(7),
        "kubernetesNode": text(8),
        "zone": text(9),
        "models": [
            {
                "name": last(m, 1, b"").decode(),
                "scheme": last(m, 2, b"").decode(),
                "chunkTokens": last(m, 3, 0),
                "requiredGroups": packed(last(m, 4, b"")),
            }
            for m in every(data, 10)
        ],
        "tiers": [
            {"tier": TIERS[last(t, 1, 0).bit_length() - 1], "capacity": last(t, 2, 0), "used": last(t, 3, 0)}
            for t in every(data, 11)
        ],
        "mismatches": [
            {
                "kind": last(m, 1, 0),
                "model": last(m, 2, b"").decode(),
                "declared": last(m, 3, b"").decode(),
                "found": last(m, 4, b"").decode(),
                "values": last(m, 5, 0),
            }
            for m in every(data, 12)
        ],
    }


def packed(data):
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def block(data):
    mask = last(data, 1, 0)
    held = last(data, 3, b"") or b"\x01"
    return {
        "tiers": [tier for bit, tier in enumerate(TIERS) if mask >> bit & 1],
        "worldSize": last(data, 2, 0) or 1,
        "held": [bit for bit in range(len(held) * 8) if held[bit // 8] >> bit % 8 & 1],
        "bytes": last(data, 4, 0),
        "tokens": last(data, 5, 0),
        "storedAtMicros": last(data, 6, 0),
        "parent": last(data, 7, b"").hex(),
        "position": last(data, 8, None),
    }


def main():
    for path in sys.argv[1:]:
        with open(path) as file:
            key_bytes, value_bytes = (bytes.fromhex(line.strip()) for line in file)
        record = key(key_bytes)
        record["value"] = node(value_bytes) if record["table"] == "nodes" else block(value_bytes)
        print(json.dumps(record, sort_keys=True))


if __name__ == "__main__":
    main()
