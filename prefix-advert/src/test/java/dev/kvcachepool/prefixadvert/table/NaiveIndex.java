package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table's content as plain maps: slot → block → row. */
final class NaiveIndex implements PrefixIndex {
    final Map<Integer, Map<BlockId, BlockRow>> slots = new HashMap<>();

    @Override
    public boolean put(int slot, BlockId block, BlockRow row) {
        return slots.computeIfAbsent(slot, any -> new HashMap<>()).put(block, row) == null;
    }

    @Override
    public boolean remove(int slot, BlockId block) {
        return slots.getOrDefault(slot, new HashMap<>()).remove(block) != null;
    }

    @Override
    public void forget(int slot) {
        slots.remove(slot);
    }

    @Override
    public PrefixLookup lookup(HolderGroups groups) {
        return PrefixLookup.by((namespace, chain) -> lookup(namespace, chain, groups));
    }

    @Override
    public List<PrefixMatch> lookup(Namespace namespace, List<BlockHash> chain, HolderGroups groups) {
        throw new AssertionError("the table never looks up");
    }

    @Override
    public List<List<BlockHolding>> holders(List<BlockId> blocks, int[] slots) {
        throw new AssertionError("the table never looks up");
    }

    @Override
    public long blocks() {
        return slots.values().stream()
                .flatMap(held -> held.keySet().stream())
                .distinct()
                .count();
    }

    @Override
    public long pairs() {
        return slots.values().stream().mapToLong(Map::size).sum();
    }

    @Override
    public long pairs(int slot) {
        return slots.getOrDefault(slot, Map.of()).size();
    }
}
