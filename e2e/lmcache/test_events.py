"""What LMCache's server says on Kafka of what it stores, and what a router makes of it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from adapters import delete, keys, l2_adapter
from confluent_kafka.admin import AdminClient, NewTopic
from processes import Broker, CacheNode, LMCacheCoordinator, LMCacheServer, Program, wait_until
from worker import CHUNK, MODEL, Worker

_TOPIC = "lmcache-cache-events"
_POOL = "events/lmcache"
_MODEL_FLAG = f"name={MODEL},chunk-tokens={CHUNK},scheme=lmcache-blake3"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker with the topic."""
    started = Broker(tmp_path)
    admin = AdminClient({"bootstrap.servers": started.address})
    admin.create_topics([NewTopic(_TOPIC, 2, 1)])[_TOPIC].result(60)
    yield started
    started.close()


@pytest.fixture
def node(broker: Broker, tmp_path: Path) -> Iterator[CacheNode]:
    """A node that advertises, and says the same in LMCache's topic."""
    flags = ("--host-size", "128Mi", "--model", _MODEL_FLAG, "--kafka", broker.address, "--pool", _POOL)
    started = CacheNode(tmp_path, "advertising", *flags, "--lmcache-events-topic", _TOPIC)
    yield started
    started.close()


@pytest.fixture
def router(broker: Broker, node: CacheNode, tmp_path: Path) -> Iterator[str]:
    """A router with two endpoints, one of which has LMCache's instance beside it; its address."""
    started = Program(
        "router",
        "router",
        tmp_path,
        *("--http-port", "0", "--listen-address", "127.0.0.1", "--kafka", broker.address, "--pool", _POOL),
        *("--lmcache-events-topic", _TOPIC),
        *("--endpoint", "other=http://127.0.0.1:9", "--endpoint", "engine=http://127.0.0.1:9"),
    )
    yield started.addresses()["http"]
    started.close()


@pytest.fixture
def coordinator(broker: Broker, tmp_path: Path) -> Iterator[LMCacheCoordinator]:
    """LMCache's coordinator, without which its servers say nothing."""
    started = LMCacheCoordinator(tmp_path, broker, _TOPIC)
    yield started
    started.close()


@pytest.fixture
def server(
    broker: Broker, node: CacheNode, coordinator: LMCacheCoordinator, tmp_path: Path
) -> Iterator[LMCacheServer]:
    """LMCache's server, which has the endpoint's name and says on Kafka what it stores."""
    started = LMCacheServer(
        tmp_path,
        "engine",
        l2_adapter("plugin-tcp", node),
        *("--coordinator-url", coordinator.url, "--coordinator-event-reporting"),
        *("--coordinator-event-transport", "kafka", "--coordinator-kafka-bootstrap-servers", broker.address),
        *("--coordinator-kafka-topic", _TOPIC, "--coordinator-event-flush-interval", "0.2"),
        transfer="lmcache_driven",
    )
    yield started
    started.close()


def told(coordinator: LMCacheCoordinator) -> list[str]:
    """The chunks that LMCache's coordinator takes to be at the node."""
    with urllib.request.urlopen(f"{coordinator.url}/directory/keys?tier=l1", timeout=30) as answer:
        listed = json.load(answer)["keys"]
    return sorted(
        each["key"]["chunk_hash_hex"]
        for each in listed
        if any(place["backend"].startswith("kvcachepool/") for place in each["placements"])
    )


def ask(router: str, path: str, question: dict) -> dict:
    """A router's answer."""
    request = urllib.request.Request(f"http://{router}{path}", data=json.dumps(question).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_router_sends_to_the_engine_that_lmcache_says_has_it(
    node: CacheNode, router: str, server: LMCacheServer
) -> None:
    # Given a prompt that an engine stored
    worker = Worker(server.rpc, server.http, transfer="lmcache_driven")
    worker.store(1)
    tokens = worker.tokens(1)

    def held() -> dict[str, int]:
        ranked = ask(router, "/v1/pick", {"model": MODEL, "follow": False, "tokens": tokens})["ranked"]
        return {each["endpoint"]: each["heldBlocks"] for each in ranked}

    # Then the router, which hashes the tokens for itself, finds both chunks there
    wait_until(lambda: held().get("engine") == 2, "the engine has it")
    # When LMCache forgets it
    server.forget()
    # Then
    wait_until(lambda: held().get("engine") == 0, "the engine has lost it")
    worker.close()


def test_a_router_finds_lmcaches_chunks_anywhere_in_a_prompt(
    node: CacheNode, router: str, server: LMCacheServer
) -> None:
    # Given
    worker = Worker(server.rpc, server.http, transfer="lmcache_driven")
    worker.store(2)
    tokens = worker.tokens(2)

    # When its second chunk is asked for behind other text
    def places() -> list[tuple[int, int]]:
        question = {"model": MODEL, "tokens": [7] * 5 + tokens[CHUNK:]}
        matches = ask(router, "/v1/blend-lookup", question)["matches"]
        assert all({holder["node"] for holder in match["holders"]} == {"advertising"} for match in matches)
        return [(match["positionThen"], match["positionNow"]) for match in matches]

    # Then
    wait_until(lambda: places() == [(CHUNK, 5)], "the chunk is found")
    worker.close()


def test_lmcaches_coordinator_knows_what_a_node_holds(
    node: CacheNode, coordinator: LMCacheCoordinator, server: LMCacheServer
) -> None:
    # Given
    worker = Worker(server.rpc, server.http, transfer="lmcache_driven")
    worker.store(3)
    wait_until(lambda: len(keys(node, f"{MODEL}@*")) == 2, "the node holds it")
    held = keys(node, f"{MODEL}@*")
    hashes = [key.decode().split("@")[3] for key in held]
    # Then
    wait_until(lambda: told(coordinator) == sorted(hashes), "the coordinator knows")
    # When the node gives one up
    delete(node, held[0])
    # Then
    wait_until(lambda: told(coordinator) == hashes[1:], "the coordinator knows")
    worker.close()
