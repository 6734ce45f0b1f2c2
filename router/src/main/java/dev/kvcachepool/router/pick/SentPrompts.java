package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks whether prompts that engines were sent come back as adverts. An engine that hashes or cuts otherwise than the pool
 * declares fills the cache-nodes with chunks that no prompt ever meets, and nothing else would tell.
 *
 * <p>Of each declared model a prompt is remembered every {@link #EVERY}: its last full block, which nobody else's prompt is
 * likely to have stored before. When {@link #UNMET} in turn were held by no cache-node within {@link #WITHIN}, while the nodes
 * hold something, engine and pool differ. One that is met says that they don't. Thread-safe; who picks never waits here.
 */
public final class SentPrompts {
    static final Duration EVERY = Duration.ofSeconds(10);
    static final Duration WITHIN = Duration.ofMinutes(5);
    static final Duration LOOK = Duration.ofSeconds(5);
    static final int UNMET = 20;

    private final PoolNodes nodes;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, OfModel> models = new HashMap<>();
    private volatile Consumer<Mismatch> listener = mismatch -> {};
    private long lookedAt;

    private record Sent(BlockId block, long atNanos) {}

    private static final class OfModel {
        final ArrayDeque<Sent> waiting = new ArrayDeque<>();
        String scheme = "";
        int blockTokens;
        long sentAt;
        long unmet;
        boolean told;

        void met() {
            waiting.clear();
            unmet = 0;
            told = false;
        }
    }

    SentPrompts(PoolNodes nodes, LongSupplier nanoTime) {
        this.nodes = nodes;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
    }

    /** Tells {@code next} of each mismatch once, from a thread that picks: it must not wait. */
    public void listen(Consumer<Mismatch> next) {
        listener = next;
    }

    /** What engines and pool differ in now, one a model. */
    public List<Mismatch> mismatches() {
        lock.lock();
        try {
            look();
            return models.entrySet().stream()
                    .filter(each -> each.getValue().unmet >= UNMET)
                    .map(each -> mismatch(each.getKey(), each.getValue()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** A prompt goes to an engine. */
    void sent(String model, Steering.Plan plan, List<Holdings.Held> held) {
        if (plan.chain().isEmpty() || !lock.tryLock()) {
            return;
        }
        try {
            note(model, plan, held.stream().anyMatch(each -> each.match().blocks() > 0));
            look();
        } finally {
            lock.unlock();
        }
    }

    private void note(String model, Steering.Plan plan, boolean met) {
        long now = nanoTime.getAsLong();
        var known = models.get(model);
        if (met) {
            if (known != null) {
                known.met();
            }
            return;
        }
        if (known == null) {
            known = new OfModel();
            known.sentAt = now - EVERY.toNanos();
            models.put(model, known);
        }
        if (now - known.sentAt >= EVERY.toNanos()) {
            known.sentAt = now;
            known.scheme = plan.scheme();
            known.blockTokens = plan.size().blockTokens();
            known.waiting.add(new Sent(last(plan.namespace(), plan.chain()), now));
        }
    }

    private static BlockId last(Namespace namespace, List<BlockHash> chain) {
        return new BlockId(namespace, chain.getLast());
    }

    private void look() {
        long now = nanoTime.getAsLong();
        if (now - lookedAt < LOOK.toNanos() || !nodes.adverts().ready()) {
            return;
        }
        lookedAt = now;
        var serving = nodes.servingAll();
        var slots = serving.stream().mapToInt(HolderView::slot).distinct().toArray();
        long blocks = serving.stream().mapToLong(HolderView::blocks).sum();
        models.forEach((model, of) -> look(of, slots, blocks, now));
        models.forEach(this::tell);
        // A model that is declared no more has no prompts that could be looked up.
        models.values().removeIf(of -> of.waiting.isEmpty() && now - of.sentAt > WITHIN.toNanos());
    }

    private void look(OfModel of, int[] slots, long blocks, long now) {
        if (of.waiting.isEmpty()) {
            return;
        }
        var held = nodes.adverts()
                .index()
                .holders(of.waiting.stream().map(Sent::block).distinct().toList(), slots);
        if (held.stream().anyMatch(holders -> !holders.isEmpty())) {
            of.met();
            return;
        }
        while (!of.waiting.isEmpty() && now - Objects.requireNonNull(of.waiting.peek()).atNanos > WITHIN.toNanos()) {
            of.waiting.poll();
            // Nodes that hold nothing hold nothing that is named otherwise.
            of.unmet = blocks == 0 ? 0 : of.unmet + 1;
        }
    }

    private void tell(String model, OfModel of) {
        if (of.unmet >= UNMET && !of.told) {
            of.told = true;
            listener.accept(mismatch(model, of));
        }
    }

    private static Mismatch mismatch(String model, OfModel of) {
        return new Mismatch(
                Mismatch.Kind.PROMPTS,
                model,
                of.scheme + " over chunks of " + of.blockTokens + " tokens",
                "cache-nodes hold chunks, and none of those of prompts that engines were sent",
                of.unmet);
    }
}
