"""Stores and reads back values with redis-py over RESP3, checking every byte.

usage: store_and_read.py HOST PORT VALUES SEED      prints "stored S found F wrong W"
"""

import random
import sys

import redis


def value(seed, number, length):
    return random.Random(seed * 1_000_003 + number).randbytes(64 << 10) * (length // (64 << 10) + 1)


def main():
    host, port, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    client = redis.Redis(host=host, port=port, protocol=3)
    draw = random.Random(seed)
    lengths = [int((256 << 10) * 128 ** draw.random()) for _ in range(count)]
    found = wrong = 0
    for number, length in enumerate(lengths):
        client.set(f"py-{number}", memoryview(value(seed, number, length))[:length])
        again = number if number % 4 else draw.randrange(number + 1)
        got = client.get(f"py-{again}")
        if got is None:
            wrong += again == number  # what was just stored must be there
            continue
        found += 1
        wrong += got != bytes(memoryview(value(seed, again, lengths[again]))[: lengths[again]])
    print(f"stored {count} found {found} wrong {wrong}")


if __name__ == "__main__":
    main()
