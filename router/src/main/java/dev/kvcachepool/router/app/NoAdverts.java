package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The tables of a router that was given no broker: empty and complete. */
final class NoAdverts implements AdvertView, PrefixIndex {
    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public PrefixIndex index() {
        return this;
    }

    @Override
    public List<HolderView> holders() {
        return List.of();
    }

    @Override
    public Optional<HolderView> holder(HolderId id) {
        return Optional.empty();
    }

    @Override
    public AdvertStats stats() {
        return AdvertStats.NONE;
    }

    @Override
    public boolean put(int slot, BlockId block, BlockRow row) {
        throw new UnsupportedOperationException("nobody writes tables that nobody reads");
    }

    @Override
    public boolean remove(int slot, BlockId block) {
        throw new UnsupportedOperationException("nobody writes tables that nobody reads");
    }

    @Override
    public void forget(int slot) {
        throw new UnsupportedOperationException("nobody writes tables that nobody reads");
    }

    @Override
    public PrefixLookup lookup(HolderGroups groups) {
        return PrefixLookup.by((namespace, chain) -> lookup(namespace, chain, groups));
    }

    @Override
    public List<PrefixMatch> lookup(Namespace namespace, List<BlockHash> chain, HolderGroups groups) {
        return groups.slotsOfGroup().stream().map(slots -> PrefixMatch.NOTHING).toList();
    }

    @Override
    public List<List<BlockHolding>> holders(List<BlockId> blocks, int[] slots) {
        return Collections.nCopies(blocks.size(), List.of());
    }

    @Override
    public long blocks() {
        return 0;
    }

    @Override
    public long pairs(int slot) {
        return 0;
    }

    @Override
    public long pairs() {
        return 0;
    }
}
