package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.hash.ExtraKeys;

/**
 * What else than tokens one block was hashed with.
 *
 * @param keys those that are understood
 * @param understood whether that is all: a block that something unknown went into has no name that others could find
 */
public record BlockExtras(ExtraKeys keys, boolean understood) {
    static final BlockExtras NONE = new BlockExtras(ExtraKeys.NONE, true);
}
