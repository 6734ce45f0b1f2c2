package dev.kvcachepool.cachenode.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Balance and least movement, on random members and keys. */
class RendezvousTest {
    private static final int KEYS = 100_000;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    RendezvousTest() {
        System.out.println("RendezvousTest seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 64})
    void eachMemberIsHomeToItsShare(int size) {
        // Given
        var rendezvous = new Rendezvous(members(size));
        // When
        var shares = new HashMap<Member, Integer>();
        for (int i = 0; i < KEYS; i++) {
            shares.merge(rendezvous.homeOf(random.nextLong()), 1, Integer::sum);
        }
        // Then: five standard deviations of a fair draw
        double fair = (double) KEYS / size;
        assertThat(shares).hasSize(size);
        shares.values().forEach(share -> assertThat((double) share).isCloseTo(fair, within(5 * Math.sqrt(fair))));
    }

    @Test
    void aMemberThatJoinsTakesItsShareAndNothingElseMoves() {
        // Given
        var members = members(7);
        var before = new Rendezvous(members.subList(0, 6));
        var joined = members.get(6);
        // When
        var after = new Rendezvous(members);
        // Then
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            long key = random.nextLong();
            var home = after.homeOf(key);
            if (home.equals(joined)) {
                moved++;
            } else {
                assertThat(home).isEqualTo(before.homeOf(key));
            }
        }
        assertThat((double) moved / KEYS).isCloseTo(1.0 / 7, within(0.01));
    }

    @Test
    void aMemberThatLeavesMovesOnlyWhatWasItsOwn() {
        // Given
        var members = members(5);
        var before = new Rendezvous(members);
        var left = members.get(2);
        // When
        var after = new Rendezvous(
                members.stream().filter(member -> !member.equals(left)).toList());
        // Then
        for (int i = 0; i < KEYS; i++) {
            long key = random.nextLong();
            if (!before.homeOf(key).equals(left)) {
                assertThat(after.homeOf(key)).isEqualTo(before.homeOf(key));
            }
        }
    }

    @Test
    void theOrderOfMembersDoesNotMatter() {
        // Given
        var members = members(9);
        var shuffled = new ArrayList<>(members);
        java.util.Collections.shuffle(shuffled, random);
        // When
        var one = new Rendezvous(members);
        var other = new Rendezvous(shuffled);
        // Then
        for (int i = 0; i < 1000; i++) {
            long key = random.nextLong();
            assertThat(one.homeOf(key)).isEqualTo(other.homeOf(key));
        }
    }

    @Test
    void allKeysOfAChunkHaveOneHomeAndOtherChunksHaveOthers() {
        // Given
        var hash = "%064x".formatted(random.nextInt(1 << 30));
        // When
        long chunk = digest("m@02000200@0@" + hash);
        // Then
        assertThat(digest("m@02010201@0@" + hash)).isEqualTo(chunk);
        assertThat(digest("m@02000200@1@" + hash)).isEqualTo(chunk);
        assertThat(digest("n@02000200@0@" + hash)).isNotEqualTo(chunk);
        assertThat(digest("m@02000200@0@" + hash + "@salt")).isNotEqualTo(chunk);
        assertThat(digest("m@2@0@30edda7dc385d3d7@bfloat16kv_bytes"))
                .isEqualTo(digest("m@2@1@30edda7dc385d3d7@bfloat16metadata"));
        assertThat(digest("opaque")).isNotEqualTo(digest("opaque2"));
    }

    private static long digest(String key) {
        return KeyDigest.of(key.getBytes(StandardCharsets.UTF_8));
    }

    private List<Member> members(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> new Member(
                        new HolderId("pool." + random.nextInt() + "." + i), 1, NodeState.SERVING, "10.0.0." + i, 6379))
                .toList();
    }
}
