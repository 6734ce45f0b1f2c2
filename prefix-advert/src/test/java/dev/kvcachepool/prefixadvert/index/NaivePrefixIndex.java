package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a prefix index means, said as plainly as possible. */
final class NaivePrefixIndex implements PrefixIndex {
    private final Map<BlockId, Map<Integer, BlockRow>> rows = new HashMap<>();

    @Override
    public boolean put(int slot, BlockId block, BlockRow row) {
        return rows.computeIfAbsent(block, any -> new HashMap<>()).put(slot, row) == null;
    }

    @Override
    public boolean remove(int slot, BlockId block) {
        var holders = rows.getOrDefault(block, new HashMap<>());
        var removed = holders.remove(slot) != null;
        if (holders.isEmpty()) {
            rows.remove(block);
        }
        return removed;
    }

    @Override
    public void forget(int slot) {
        rows.values().forEach(holders -> holders.remove(slot));
        rows.values().removeIf(Map::isEmpty);
    }

    @Override
    public PrefixLookup lookup(HolderGroups groups) {
        return PrefixLookup.by((namespace, chain) -> lookup(namespace, chain, groups));
    }

    @Override
    public List<PrefixMatch> lookup(Namespace namespace, List<BlockHash> chain, HolderGroups groups) {
        var matches = new ArrayList<PrefixMatch>();
        for (var slots : groups.slotsOfGroup()) {
            var blocks = 0;
            var byTier = new int[Tier.COUNT];
            for (var hash : chain) {
                var holders = rows.getOrDefault(new BlockId(namespace, hash), Map.of());
                var held = Arrays.stream(slots)
                        .distinct()
                        .filter(holders::containsKey)
                        .mapToObj(holders::get)
                        .toList();
                if (!isWhole(held, groups.requiredKvGroups())) {
                    break;
                }
                blocks++;
                byTier[fastest(held).index()]++;
            }
            matches.add(new PrefixMatch(blocks, byTier));
        }
        return matches;
    }

    @Override
    public List<List<BlockHolding>> holders(List<BlockId> blocks, int[] slots) {
        return blocks.stream()
                .map(block -> Arrays.stream(slots)
                        .filter(rows.getOrDefault(block, Map.of())::containsKey)
                        .mapToObj(slot ->
                                holding(slot, rows.getOrDefault(block, Map.of()).get(slot)))
                        .toList())
                .toList();
    }

    private static BlockHolding holding(int slot, BlockRow row) {
        return new BlockHolding(slot, row.worldSize(), row.held(), fastest(List.of(row)));
    }

    @Override
    public long blocks() {
        return rows.size();
    }

    @Override
    public long pairs() {
        return rows.values().stream().mapToLong(Map::size).sum();
    }

    @Override
    public long pairs(int slot) {
        return rows.values().stream()
                .filter(holders -> holders.containsKey(slot))
                .count();
    }

    private static boolean isWhole(List<BlockRow> held, List<Integer> kvGroups) {
        return held.stream().collect(Collectors.groupingBy(BlockRow::worldSize)).entrySet().stream()
                .anyMatch(world -> world.getValue().stream()
                        .map(BlockRow::held)
                        .reduce(RankSet::union)
                        .orElseThrow()
                        .hasAll(world.getKey(), kvGroups));
    }

    private static Tier fastest(List<BlockRow> held) {
        return Arrays.stream(Tier.values())
                .filter(tier -> held.stream().anyMatch(row -> tier.in(row.tiers())))
                .findFirst()
                .orElseThrow();
    }
}
