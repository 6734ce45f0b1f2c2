package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.table.Silence;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Advert tables that tests fill: all blocks on host memory, whole. Node i has slot i. */
public final class FakeAdverts implements AdvertView, PrefixIndex {
    public static final String POOL = "default";
    public static final ModelSpec MODEL = new ModelSpec("llama", "lmcache-blake3", 4, List.of());

    private final Map<String, HolderView> holders = new ConcurrentSkipListMap<>();
    private final Map<Integer, Set<BlockId>> held = new ConcurrentHashMap<>();
    private final Map<Integer, RankSet> ranks = new ConcurrentHashMap<>();
    private volatile boolean ready = true;
    private volatile boolean counting;

    /** From now on views tell how many blocks their nodes hold; else all of them say none, and count alike. */
    public FakeAdverts counting() {
        counting = true;
        return this;
    }

    /** A serving node {@code id} that declares {@code models}. */
    public FakeAdverts node(String id, Liveness liveness, ModelSpec... models) {
        return node(id, POOL, liveness, models);
    }

    public FakeAdverts node(String id, String pool, Liveness liveness, ModelSpec... models) {
        return row(new HolderId(id), NodeRow.Kind.CACHE_NODE, pool, "", "", liveness, models);
    }

    /** A node {@code id} that runs as {@code pod} on {@code kubernetesNode}. */
    public FakeAdverts nodeAt(String id, String pod, String kubernetesNode, ModelSpec... models) {
        return row(new HolderId(id), NodeRow.Kind.CACHE_NODE, POOL, pod, kubernetesNode, Liveness.FRESH, models);
    }

    /** An engine that advertises its own blocks, on {@code kubernetesNode}. */
    public FakeAdverts engineAt(String id, String kubernetesNode, ModelSpec... models) {
        return row(new HolderId(id), NodeRow.Kind.ENGINE, POOL, id, kubernetesNode, Liveness.FRESH, models);
    }

    /** Node {@code id} serves RESP at a port of loopback. */
    public FakeAdverts serves(String id, int port) {
        var view = holders.get(id);
        var row = view.node();
        var endpoints = Map.of("resp", new NodeRow.Address("127.0.0.1", port));
        var served = new NodeRow(
                row.holder(),
                row.kind(),
                row.pool(),
                row.incarnation(),
                row.state(),
                endpoints,
                row.pod(),
                row.kubernetesNode(),
                row.zone(),
                row.models(),
                row.tiers());
        holders.put(
                id,
                new HolderView(
                        served, view.slot(), view.liveness(), view.silent(), view.silentMillis(), view.blocks()));
        return this;
    }

    /** The holder's row is gone. */
    public FakeAdverts without(String id) {
        holders.remove(id);
        return this;
    }

    private FakeAdverts row(
            HolderId holder,
            NodeRow.Kind kind,
            String pool,
            String pod,
            String kubernetesNode,
            Liveness liveness,
            ModelSpec... models) {
        var id = holder.value();
        var row = new NodeRow(
                holder,
                kind,
                pool,
                1,
                NodeState.SERVING,
                Map.of(),
                pod,
                kubernetesNode,
                "",
                List.of(models),
                List.of(new NodeRow.TierUse(Tier.HOST, 1 << 20, 0)));
        var known = holders.get(id);
        var slot = known == null ? held.size() : known.slot();
        held.putIfAbsent(slot, ConcurrentHashMap.newKeySet());
        holders.put(
                id, new HolderView(row, slot, liveness, liveness == Liveness.NOT_PICKED, silentMillis(liveness), 0));
        return this;
    }

    private static long silentMillis(Liveness liveness) {
        return switch (liveness) {
            case FRESH -> 0;
            case QUIET -> Silence.DEFAULT.quietMillis();
            case NOT_PICKED -> Silence.DEFAULT.limitMillis();
        };
    }

    public FakeAdverts ready(boolean isReady) {
        ready = isReady;
        return this;
    }

    /** Replaces what node {@code id} holds. */
    public void hold(String id, Namespace namespace, List<BlockHash> chain) {
        var blocks = new HashSet<BlockId>();
        chain.forEach(hash -> blocks.add(new BlockId(namespace, hash)));
        held.put(holders.get(id).slot(), blocks);
    }

    /** Of what node {@code id} holds it has only {@code held} of 64 ranks. */
    public FakeAdverts ranks(String id, RankSet held) {
        ranks.put(holders.get(id).slot(), held);
        return this;
    }

    @Override
    public List<List<BlockHolding>> holders(List<BlockId> blocks, int[] slots) {
        return blocks.stream()
                .map(block -> Arrays.stream(slots)
                        .filter(slot -> held.getOrDefault(slot, Set.of()).contains(block))
                        .mapToObj(this::holding)
                        .toList())
                .toList();
    }

    private BlockHolding holding(int slot) {
        var some = ranks.get(slot);
        return new BlockHolding(slot, some == null ? 1 : 64, some == null ? RankSet.SINGLE : some, Tier.HOST);
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public PrefixIndex index() {
        return this;
    }

    @Override
    public List<HolderView> holders() {
        return holders.values().stream().map(this::counted).toList();
    }

    @Override
    public Optional<HolderView> holder(HolderId id) {
        return Optional.ofNullable(holders.get(id.value())).map(this::counted);
    }

    private HolderView counted(HolderView view) {
        int blocks = counting ? held.getOrDefault(view.slot(), Set.of()).size() : 0;
        return new HolderView(view.node(), view.slot(), view.liveness(), view.silent(), view.silentMillis(), blocks);
    }

    /** Node {@code id} says that engines do otherwise than it declares. */
    public FakeAdverts mismatched(String id, Mismatch... mismatches) {
        var view = holders.get(id);
        var row = view.node();
        var said = new NodeRow(
                row.holder(),
                row.kind(),
                row.pool(),
                row.incarnation(),
                row.state(),
                row.endpoints(),
                row.pod(),
                row.kubernetesNode(),
                row.zone(),
                row.models(),
                row.tiers(),
                List.of(mismatches));
        holders.put(
                id,
                new HolderView(said, view.slot(), view.liveness(), view.silent(), view.silentMillis(), view.blocks()));
        return this;
    }

    @Override
    public AdvertStats stats() {
        return new AdvertStats(7, 1, 2, 3000, 0, 0);
    }

    @Override
    public boolean put(int slot, BlockId block, BlockRow row) {
        return held.get(slot).add(block);
    }

    @Override
    public boolean remove(int slot, BlockId block) {
        return held.get(slot).remove(block);
    }

    @Override
    public void forget(int slot) {
        held.get(slot).clear();
    }

    @Override
    public PrefixLookup lookup(HolderGroups groups) {
        return PrefixLookup.by((namespace, chain) -> lookup(namespace, chain, groups));
    }

    @Override
    public List<PrefixMatch> lookup(Namespace namespace, List<BlockHash> chain, HolderGroups groups) {
        var matches = new ArrayList<PrefixMatch>();
        for (var slots : groups.slotsOfGroup()) {
            int length = 0;
            while (length < chain.size()
                    && isWhole(slots, new BlockId(namespace, chain.get(length)), groups.requiredKvGroups())) {
                length++;
            }
            var byTier = new int[Tier.COUNT];
            byTier[Tier.HOST.index()] = length;
            matches.add(new PrefixMatch(length, byTier));
        }
        return matches;
    }

    private boolean isWhole(int[] slots, BlockId block, List<Integer> kvGroups) {
        var holdings = holders(List.of(block), slots).getFirst();
        var held = holdings.stream().map(BlockHolding::held).reduce(RankSet::union);
        return held.isPresent() && held.get().hasAll(holdings.getFirst().worldSize(), kvGroups);
    }

    @Override
    public long blocks() {
        return held.values().stream().flatMap(Set::stream).distinct().count();
    }

    @Override
    public long pairs(int slot) {
        throw new AssertionError("not asked");
    }

    @Override
    public long pairs() {
        return held.values().stream().mapToLong(Set::size).sum();
    }
}
