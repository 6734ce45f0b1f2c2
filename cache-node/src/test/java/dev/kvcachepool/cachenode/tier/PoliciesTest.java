package dev.kvcachepool.cachenode.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each policy does that the others don't. */
class PoliciesTest {
    private static final long CAPACITY = 1000;

    private static final class Thing extends TierUnit {
        Thing(int id) {
            super(id);
            bytes = 100;
        }

        @Override
        protected boolean liesIn(int slice) {
            return false;
        }

        @Override
        protected boolean inUse() {
            return false;
        }

        @Override
        protected long heldBytes() {
            return bytes;
        }

        @Override
        protected void leaseEnded() {}

        @Override
        protected void evicted() {}
    }

    private static List<TierUnit> filled(EvictionPolicy policy, int units) {
        var things = new ArrayList<TierUnit>();
        for (int i = 0; i < units; i++) {
            var thing = new Thing(i);
            policy.add(thing);
            things.add(thing);
        }
        return things;
    }

    private static TierUnit evict(EvictionPolicy policy) {
        var unit = policy.next(any -> true);
        assertThat(unit).isNotNull();
        policy.evicted(unit);
        return unit;
    }

    @Test
    void lruEvictsWhatWasNotUsedForLongest() {
        // Given
        var policy = new Lru();
        var things = filled(policy, 3);
        policy.used(things.get(0));
        // When
        var gone = evict(policy);
        // Then
        assertThat(gone).isSameAs(things.get(1));
    }

    @Test
    void s3FifoKeepsWhatWasUsedTwiceAndTakesAGhostBackToTheMainQueue() {
        // Given
        var policy = new S3Fifo(CAPACITY);
        var things = filled(policy, 3);
        policy.used(things.get(0));
        policy.used(things.get(0));
        policy.used(things.get(1));
        // When
        var gone = evict(policy);
        // Then one use was not enough
        assertThat(gone).isSameAs(things.get(1));
        assertThat(policy.ghosts()).isEqualTo(1);
        // When it comes back, with others behind it
        var again = new Thing(1);
        policy.add(again);
        var later = new Thing(9);
        policy.add(later);
        // Then it outlives them
        assertThat(policy.ghosts()).isZero();
        assertThat(List.of(evict(policy), evict(policy))).containsExactly(things.get(2), later);
    }

    @Test
    void theTimeThatAUnitIsFilledIsNoUseOfIt() {
        // Given
        var policy = new S3Fifo(CAPACITY);
        var things = filled(policy, 2);
        // When all ranks of it arrive
        for (int rank = 0; rank < 8; rank++) {
            policy.filled(things.get(0));
        }
        // Then
        assertThat(evict(policy)).isSameAs(things.get(0));
    }

    @Test
    void sievesHandPassesTheMarkedAndGoesOnFromThere() {
        // Given
        var policy = new Sieve();
        var things = filled(policy, 4);
        policy.used(things.get(0));
        policy.used(things.get(2));
        // When
        var gone = List.of(evict(policy), evict(policy));
        // Then
        assertThat(gone).containsExactly(things.get(1), things.get(3));
        // When the hand begins anew
        var next = evict(policy);
        // Then
        assertThat(next).isSameAs(things.get(0));
    }

    @Test
    void withNothingEvictableThereIsNoVictimAndNothingIsLost() {
        for (var kind : EvictionKind.values()) {
            // Given
            var policy = kind.policy(CAPACITY);
            var things = filled(policy, 20);
            // When
            var none = policy.next(any -> false);
            // Then
            assertThat(none).as(kind.name()).isNull();
            var met = new ArrayList<TierUnit>();
            policy.forEachByUse(met::add);
            assertThat(met).containsExactlyInAnyOrderElementsOf(things);
            assertThat(policy.next(any -> any.equals(things.get(7)))).isSameAs(things.get(7));
        }
    }

    @Test
    void ghostsAreBounded() {
        // Given
        var ghosts = new Ghosts();
        // When
        for (int i = 0; i < 1000; i++) {
            ghosts.add(i, 100);
        }
        // Then
        assertThat(ghosts.size()).isEqualTo(100);
        assertThat(ghosts.take(899)).isFalse();
        assertThat(ghosts.take(900)).isTrue();
        assertThat(ghosts.take(900)).isFalse();
    }
}
