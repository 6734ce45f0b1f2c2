package dev.kvcachepool.prefixadvert.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdvertPublisherTest {
    private static final Namespace MODEL = new Namespace(42);

    private final Set<BlockId> held = new HashSet<>();
    private final FakeTopic topic = new FakeTopic();
    private boolean there = true;
    private final AdvertPublisher publisher = new AdvertPublisher(
            new HolderId("alice"), 7, block -> held.contains(block) ? row() : null, topic, () -> there);

    @Test
    void publishesTheCurrentStateOnce() {
        // Given a block that came, went and came again before the round
        store(1);
        drop(1);
        store(1);

        // When
        publisher.round();
        topic.confirmAll();
        publisher.round();

        // Then one row says so
        assertThat(topic.table).isEqualTo(held);
        assertThat(topic.sends).isEqualTo(1);
        assertThat(publisher.stats().dirty()).isZero();
    }

    @Test
    void saysNothingOfBlocksThatWereNeverAdvertised() {
        // Given
        store(1);
        drop(1);

        // When
        publisher.round();

        // Then
        assertThat(topic.sends).isZero();
    }

    @Test
    void aFailedSendIsRepeatedWithTheStateOfThatMoment() {
        // Given a row whose fate is not known
        store(1);
        publisher.round();
        topic.failAll(true);
        drop(1);

        // When
        publisher.round();
        publisher.round();
        topic.confirmAll();

        // Then the row that did arrive is erased
        assertThat(topic.table).isEmpty();
    }

    @Test
    void nothingGrowsWhileTheBrokerIsAway() {
        // Given sends that never end
        for (int number = 0; number < AdvertPublisher.MAX_IN_FLIGHT; number++) {
            store(number);
        }
        publisher.round();

        // When far more blocks come and go than are ever held
        for (int number = 100_000; number < 200_000; number++) {
            store(number);
            drop(number);
            if (number % 1_000 == 0) {
                publisher.round();
            }
        }

        // Then what is kept is bounded by what is held and advertised
        assertThat(publisher.stats().dirty()).isLessThan(10_000);
    }

    @Test
    void withdrawErasesEveryRow() throws InterruptedException {
        // Given
        store(1);
        store(2);
        publisher.round();
        topic.confirmAll();

        // When
        publisher.withdraw();
        publisher.round();
        topic.confirmAll();
        publisher.round();

        // Then, although both blocks are still held
        assertThat(topic.table).isEmpty();
        assertThat(publisher.awaitClean(Duration.ZERO)).isTrue();
    }

    @Test
    void saysNothingWhileItsNodeRowMayBeLost() {
        // Given
        there = false;
        store(1);

        // When
        publisher.round();

        // Then
        assertThat(topic.sends).isZero();
        assertThat(publisher.stats().dirty()).isEqualTo(1);

        // When it is durable again
        there = true;
        publisher.round();
        topic.confirmAll();

        // Then
        assertThat(topic.table).isEqualTo(held);
    }

    @Test
    void isNotCleanWhileABlockIsInHand() throws Exception {
        // Given somebody who asks at the very moment when a block is neither dirty nor sent
        var asked = new AtomicReference<CompletableFuture<Boolean>>();
        var watched = new AtomicReference<AdvertPublisher>();
        var inHand = new AdvertPublisher(
                new HolderId("bob"),
                7,
                block -> {
                    var answer = CompletableFuture.supplyAsync(() -> isClean(watched.get()));
                    asked.set(answer);
                    answer.copy()
                            .completeOnTimeout(false, 200, TimeUnit.MILLISECONDS)
                            .join();
                    return row();
                },
                topic,
                () -> true);
        watched.set(inHand);
        inHand.changed(block(1));

        // When
        inHand.round();

        // Then the answer is no: the row is under way
        assertThat(asked.get().get(10, TimeUnit.SECONDS)).isFalse();
    }

    private static boolean isClean(AdvertPublisher publisher) {
        try {
            return publisher.awaitClean(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whatever fails, and whether or not a failed send arrived: in the end the table is the store's truth. */
    @Test
    void endsWithTheTruthWhateverHappens() {
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int step = 0; step < 20_000; step++) {
            // Given any sequence of changes and outcomes
            switch (random.nextInt(6)) {
                case 0, 1 -> store(random.nextInt(50));
                case 2 -> drop(random.nextInt(50));
                case 3 -> publisher.round();
                case 4 -> topic.confirmSome(random);
                default -> topic.failSome(random);
            }
        }

        // When the broker is well again
        for (int round = 0; round < 5; round++) {
            publisher.round();
            topic.confirmAll();
        }

        // Then
        assertThat(topic.table).isEqualTo(held);
        assertThat(publisher.stats().advertised()).isEqualTo(held.size());
    }

    private void store(int number) {
        held.add(block(number));
        publisher.changed(block(number));
    }

    private void drop(int number) {
        held.remove(block(number));
        publisher.changed(block(number));
    }

    private static BlockId block(int number) {
        return new BlockId(MODEL, new BlockHash(0, number));
    }

    private static BlockRow row() {
        return BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1, 512, 0);
    }

    /** A compacted topic behind a connection whose sends end when the test says so, in order. */
    private static final class FakeTopic implements RowSink {
        final Set<BlockId> table = new HashSet<>();
        int sends;
        private final ArrayDeque<Send> underWay = new ArrayDeque<>();

        private record Send(BlockId block, boolean row, CompletableFuture<Void> result) {}

        @Override
        public CompletionStage<?> send(byte[] key, byte @Nullable [] value) {
            sends++;
            var send = new Send(parse(key), value != null, new CompletableFuture<>());
            underWay.add(send);
            return send.result();
        }

        void confirmAll() {
            while (!underWay.isEmpty()) {
                confirm();
            }
        }

        void confirmSome(Random random) {
            for (int count = random.nextInt(10); count > 0 && !underWay.isEmpty(); count--) {
                confirm();
            }
        }

        void failSome(Random random) {
            for (int count = random.nextInt(4); count > 0 && !underWay.isEmpty(); count--) {
                fail(random.nextBoolean());
            }
        }

        void failAll(boolean arrived) {
            while (!underWay.isEmpty()) {
                fail(arrived);
            }
        }

        private void confirm() {
            write(underWay.element());
            underWay.remove().result().complete(null);
        }

        private void fail(boolean arrived) {
            if (arrived) {
                write(underWay.element());
            }
            underWay.remove().result().completeExceptionally(new IllegalStateException("no broker"));
        }

        private void write(Send send) {
            if (send.row()) {
                table.add(send.block());
            } else {
                table.remove(send.block());
            }
        }

        private static BlockId parse(byte[] key) {
            try {
                return ((AdvertKey.Block) AdvertKey.parse(key)).block();
            } catch (MalformedAdvertException e) {
                throw new AssertionError(e);
            }
        }
    }
}
