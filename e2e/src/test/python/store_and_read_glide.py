"""Stores and reads back values with Valkey GLIDE, checking every byte; half of them with a time to live.

usage: store_and_read_glide.py HOST PORT VALUES SEED      prints "stored S found F wrong W"
"""

import asyncio
import random
import sys

from glide import ExpirySet, ExpiryType, GlideClient, GlideClientConfiguration, NodeAddress
from store_and_read import value

AT_ONCE = 8


async def main():
    host, port, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    client = await GlideClient.create(
        GlideClientConfiguration([NodeAddress(host, port)], request_timeout=60_000)
    )
    draw = random.Random(seed)
    lengths = [int((256 << 10) * 128 ** draw.random()) for _ in range(count)]
    found = wrong = 0

    async def store_and_read(number):
        nonlocal found, wrong
        key = f"glide-{number}"
        content = bytes(memoryview(value(seed, number, lengths[number]))[: lengths[number]])
        expiry = ExpirySet(ExpiryType.SEC, 600) if number % 2 else None
        await client.set(key, content, expiry=expiry)
        there = await client.exists([key])
        got = await client.get(key)
        if got is None:
            return
        found += 1
        wrong += got != content or there != 1
        if number % 5 == 0:
            wrong += await client.delete([key]) != 1 or await client.get(key) is not None

    for first in range(0, count, AT_ONCE):
        await asyncio.gather(*(store_and_read(n) for n in range(first, min(count, first + AT_ONCE))))
    await client.close()
    print(f"stored {count} found {found} wrong {wrong}")


if __name__ == "__main__":
    asyncio.run(main())
