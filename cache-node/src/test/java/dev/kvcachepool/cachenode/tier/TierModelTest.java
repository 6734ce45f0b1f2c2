package dev.kvcachepool.cachenode.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Any order of calls, against a model that knows only what is there: with every policy. */
class TierModelTest {
    private static final int UNIT = 4096;
    private static final int CAPACITY = 4 << 20;
    private static final int NAMES = 800;
    private static final int GROUPS = 4;
    private static final int STEPS = 30_000;
    private static final long LEASE = 50;

    private final Map<Integer, Thing> there = new HashMap<>();
    private final PagedArena arena = new PagedArena(CAPACITY);
    private long now;

    private final class Thing extends TierUnit {
        final int name;
        final List<Extent> extents = new ArrayList<>();
        boolean read;
        long pinnedUntil = Long.MIN_VALUE;

        Thing(int name) {
            super(name * 0x9E3779B97F4A7C15L, groupOf(name));
            this.name = name;
        }

        @Override
        protected boolean liesIn(int slice) {
            return false;
        }

        @Override
        protected boolean inUse() {
            return read;
        }

        @Override
        protected long heldBytes() {
            return extents.stream().mapToLong(Extent::bytes).sum();
        }

        @Override
        protected void leaseEnded() {
            leasedNow.remove(this);
        }

        @Override
        protected void evicted() {
            assertThat(read).as("in use").isFalse();
            assertThat(leasedNow).as("leased").doesNotContain(this);
            assertThat(pinnedUntil).as("pinned").isLessThanOrEqualTo(now);
            there.remove(name, this);
            free();
        }

        void free() {
            extents.forEach(arena::free);
            extents.clear();
        }
    }

    private final HashSet<Thing> leasedNow = new HashSet<>();

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void whateverHappensTheTierKeepsItsPromises(EvictionKind kind) {
        // Given
        long seed = System.nanoTime();
        System.out.println("TierModelTest " + kind + " seed " + seed);
        var random = new Random(seed);
        // The quotas are together more than there is
        var tier = tier(kind, new Quotas(List.of(CAPACITY / 4L, CAPACITY * 7L / 8, Quotas.UNLIMITED)));
        // When
        for (int i = 0; i < STEPS; i++) {
            now += random.nextInt(3);
            step(tier, random);
            // Then
            if (i % 50 == 0) {
                locked(tier, this::check);
            }
        }
        assertThat(tier.counters().evictedUnits()).isPositive();
        assertThat(tier.counters().pins()).isPositive();
        for (var thing : List.copyOf(there.values())) {
            locked(tier, same -> remove(same, thing));
        }
        assertThat(arena.usedBytes()).isZero();
        assertThat(tier.leasedBytes()).isZero();
        assertThat(tier.pinnedBytes()).isZero();
        assertThat(tier.indexBytes()).isZero();
    }

    private HostTier tier(EvictionKind kind, Quotas quotas) {
        return new HostTier(
                new ReentrantLock(),
                arena,
                new EvictionSettings(kind, 25),
                quotas,
                LEASE,
                Long.MAX_VALUE,
                () -> now,
                () -> {});
    }

    private static int groupOf(int name) {
        return name % GROUPS;
    }

    private void step(HostTier tier, Random random) {
        int name = (int) Math.min(NAMES - 1, Math.abs(random.nextGaussian()) * NAMES / 3);
        var thing = there.get(name);
        int what = random.nextInt(20);
        if (what < 8) {
            grow(tier, name, 1 + random.nextInt(6));
        } else if (what == 8) {
            boolean _ = tier.evictSome(3, CAPACITY * 9L / 10);
        } else if (thing != null) {
            locked(tier, same -> use(same, thing, what, random));
        }
    }

    private void grow(HostTier tier, int name, int units) {
        var source = tier.groups().source(groupOf(name));
        var extent = source.take(tier.arena().tenant(""), (long) units * UNIT);
        if (extent == null) {
            return;
        }
        source.settled(extent.bytes());
        locked(tier, same -> {
            var thing = there.computeIfAbsent(name, Thing::new);
            if (tier.holds(thing)) {
                tier.filled(thing);
            } else {
                tier.add(thing);
            }
            thing.extents.add(extent);
            tier.resize(thing, extent.bytes(), 10);
            if (!tier.isPinned(thing)) {
                thing.pinnedUntil = Long.MIN_VALUE;
            }
        });
    }

    private void use(HostTier tier, Thing thing, int what, Random random) {
        switch (what) {
            case 9, 10, 11 -> tier.touch(thing);
            case 12, 13 -> {
                if (tier.lease(thing)) {
                    leasedNow.add(thing);
                }
            }
            case 14 -> tier.endLease(thing);
            case 15, 16 -> thing.read = random.nextInt(4) == 0;
            case 17 -> {
                long time = random.nextInt(500);
                if (tier.pin(thing, time)) {
                    thing.pinnedUntil = now + time;
                }
            }
            case 18 -> {
                boolean was = tier.unpin(thing);
                assertThat(was).isEqualTo(thing.pinnedUntil > now);
                thing.pinnedUntil = Long.MIN_VALUE;
            }
            default -> remove(tier, thing);
        }
    }

    private void remove(HostTier tier, Thing thing) {
        leasedNow.remove(thing);
        thing.pinnedUntil = Long.MIN_VALUE;
        there.remove(thing.name);
        tier.remove(thing);
        thing.free();
    }

    private void check(HostTier tier) {
        var met = new ArrayList<TierUnit>();
        tier.forEachByUse(met::add);
        assertThat(met).as("every unit in one place").doesNotHaveDuplicates().hasSameElementsAs(there.values());
        long bytes = there.values().stream().mapToLong(TierUnit::bytes).sum();
        assertThat(bytes)
                .isEqualTo(there.values().stream().mapToLong(Thing::heldBytes).sum());
        assertThat(arena.usedBytes()).isEqualTo(bytes).isLessThanOrEqualTo(CAPACITY);
        for (int group = 0; group < GROUPS; group++) {
            int each = group;
            assertThat(tier.groups().used(group))
                    .isEqualTo(there.values().stream()
                            .filter(thing -> thing.group() == each)
                            .mapToLong(TierUnit::bytes)
                            .sum())
                    .isLessThanOrEqualTo(tier.groups().quotas().limit(group));
        }
        assertThat(tier.leasedBytes())
                .isEqualTo(leasedNow.stream().mapToLong(TierUnit::bytes).sum())
                .isLessThanOrEqualTo(CAPACITY / 4);
        tier.expireLeases();
        assertThat(tier.pinnedBytes())
                .isEqualTo(there.values().stream()
                        .filter(thing -> thing.pinnedUntil > now)
                        .mapToLong(TierUnit::bytes)
                        .sum())
                .isLessThanOrEqualTo(CAPACITY / 4);
        assertThat(tier.ghosts()).isLessThanOrEqualTo((GROUPS - 1) * Math.max(Ghosts.LEAST, CAPACITY / UNIT));
    }

    private static void locked(HostTier tier, Consumer<HostTier> action) {
        tier.lock().lock();
        try {
            action.accept(tier);
        } finally {
            tier.lock().unlock();
        }
    }
}
