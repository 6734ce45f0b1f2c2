"""How the engines themselves load the adapters; only where LMCache and SGLang are installed."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest
from conftest import shared_settings
from test_lmcache import bits, filled, held, look_up, object_key, store, wait_for
from test_sglang import Pool, config, content, hashes, indices

from kvcachepool.lmcache import KVCachePoolL2Adapter
from kvcachepool.sglang import KVCachePoolStorage

pytestmark = pytest.mark.skipif("KVP_REAL_ENGINES" not in os.environ, reason="the engines are not installed")


def engine(module: str) -> Any:
    """A module of an engine, which stand-ins don't have."""
    return importlib.import_module(module)


def test_lmcache_loads_the_plugin_by_its_json() -> None:
    # Given
    registry = engine("lmcache.v1.distributed.l2_adapters.config")
    factory = engine("lmcache.v1.distributed.l2_adapters.factory")
    engine("lmcache.v1.distributed.l2_adapters.plugin_l2_adapter")
    parsed = registry.get_l2_adapter_config_class("plugin").from_dict(
        {
            "type": "plugin",
            "module_path": "kvcachepool.lmcache",
            "class_name": "KVCachePoolL2Adapter",
            "adapter_params": shared_settings(),
        }
    )
    # When
    made = factory.create_l2_adapter_from_registry(parsed)
    # Then
    adapter: KVCachePoolL2Adapter = made
    assert type(adapter) is KVCachePoolL2Adapter
    key = object_key(9000)
    assert store(adapter, [key], [b"plugin"]).is_successful()
    assert made.get_usage().total_bytes_used == 6
    assert look_up(adapter, [key]) == [True]
    adapter.close()


def test_lmcaches_own_adapter_finds_the_same_values() -> None:
    # Given what this adapter stored
    resp = engine("lmcache.v1.distributed.l2_adapters.resp_l2_adapter")
    host, port = os.environ["KVP_RESP_ADDRESS"].rsplit(":", 1)
    theirs = engine("lmcache.v1.distributed.l2_adapters.factory").create_l2_adapter_from_registry(
        resp.RESPL2AdapterConfig.from_dict({"type": "resp", "host": host, "port": int(port)})
    )
    from kvcachepool.lmcache import KVCachePoolL2AdapterConfig

    ours = KVCachePoolL2Adapter(KVCachePoolL2AdapterConfig.from_dict(shared_settings()))
    key = object_key(9100, salt="tenant")
    assert store(ours, [key], [b"x" * 5000]).is_successful()
    # When
    item = filled(bytes(5000))
    task = theirs.submit_load_task([key], [item])
    loaded = bits(wait_for(theirs.get_load_event_fd(), lambda: theirs.query_load_result(task)))
    # Then
    assert loaded == [True]
    assert held(item) == b"x" * 5000
    theirs.close()
    ours.close()


def test_sglang_loads_the_backend_by_its_settings() -> None:
    # Given
    factory = engine("sglang.srt.mem_cache.storage.backend_factory").StorageBackendFactory
    names = {
        "backend_name": "kvcachepool",
        "module_path": "kvcachepool.sglang",
        "class_name": "KVCachePoolStorage",
        "interface_v1": 1,
    }
    pool = Pool(4)
    pool.fill(0, content(1))
    # When
    storage = factory.create_backend("dynamic", config({**shared_settings(), **names}), pool)
    storage.register_mem_pool_host(pool)
    storage.on_host_pools_registered()
    # Then
    assert isinstance(storage, KVCachePoolStorage)
    page = hashes("real", 1)
    assert storage.batch_set_v1(page, indices([0])) == [True]
    assert storage.batch_get_v1(page, indices([3])) == [True]
    assert pool.page(3) == content(1)
    storage.close()
