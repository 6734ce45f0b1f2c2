package dev.kvcachepool.cachenode.nearby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Small pools follow the table, large ones ask a router. */
class HoldersBySizeTest {
    private final Placement placement = new Placement(new HolderId("self"), Duration.ZERO, System::nanoTime);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @Test
    void aPoolThatGrowsLeavesTheTableAndTakesItUpAgainWhenItIsClearlySmall() {
        try (var client = new LocateClient(URI.create("http://127.0.0.1:1"), null);
                var holders = holders(HolderLookup.AUTO, new RouterHolders(client, placement))) {
            // Given
            size(64);
            holders.tidy();
            assertThat(holders.adverts()).isNotNull();
            // When
            size(65);
            holders.tidy();
            // Then
            assertThat(holders.adverts()).isNull();
            Awaitility.await().until(() -> ended.get() == 1);
            size(60);
            holders.tidy();
            assertThat(holders.adverts()).isNull();
            size(48);
            holders.tidy();
            holders.tidy();
            assertThat(holders.adverts()).isNotNull();
            assertThat(begun).hasValue(2);
        }
        assertThat(ended).hasValue(2);
    }

    @Test
    void nodesThatAreGoneDoNotMakeAPoolLarge() {
        try (var client = new LocateClient(URI.create("http://127.0.0.1:1"), null);
                var holders = holders(HolderLookup.AUTO, new RouterHolders(client, placement))) {
            // Given
            size(64, 20);
            // When
            holders.tidy();
            // Then
            assertThat(holders.adverts()).isNotNull();
        }
    }

    @Test
    void withoutARouterTheTableIsFollowedHoweverLargeThePool() {
        try (var holders = holders(HolderLookup.AUTO, null)) {
            // Given
            size(500);
            // When
            holders.tidy();
            // Then
            assertThat(holders.adverts()).isNotNull();
        }
    }

    @Test
    void whatIsToldHoldsForAnySize() {
        try (var client = new LocateClient(URI.create("http://127.0.0.1:1"), null);
                var router = holders(HolderLookup.ROUTER, new RouterHolders(client, placement));
                var table = holders(HolderLookup.TABLE, new RouterHolders(client, placement))) {
            for (int size : new int[] {1, 500}) {
                // When
                size(size);
                router.tidy();
                table.tidy();
                // Then
                assertThat(router.adverts()).isNull();
                assertThat(table.adverts()).isNotNull();
            }
        }
    }

    private HoldersBySize holders(HolderLookup lookup, @Nullable RouterHolders router) {
        return new HoldersBySize(
                lookup,
                placement,
                () -> {
                    begun.incrementAndGet();
                    return new EmptyTable();
                },
                router);
    }

    private void size(int nodes) {
        size(nodes, 0);
    }

    /** This node is one of those that serve. */
    private void size(int nodes, int gone) {
        placement.adopt(IntStream.range(0, nodes + gone)
                .mapToObj(i -> new Member(
                        new HolderId(i == 0 ? "self" : "n" + i),
                        1,
                        i < nodes ? NodeState.SERVING : NodeState.GONE,
                        "127.0.0.1",
                        1))
                .toList());
    }

    private final class EmptyTable implements FollowedTable, AdvertView {
        private final PrefixIndex index = new FlatPrefixIndex();

        @Override
        public AdvertView adverts() {
            return this;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public PrefixIndex index() {
            return index;
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
        public void close() {
            ended.incrementAndGet();
        }
    }
}
