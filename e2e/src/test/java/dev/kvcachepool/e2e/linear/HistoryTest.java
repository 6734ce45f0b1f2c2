package dev.kvcachepool.e2e.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static Operation set(int version, long began, long ended) {
        return new Operation(Kind.SET, version, true, began, ended);
    }

    private static Operation get(int version, long began, long ended) {
        return new Operation(Kind.GET, version, false, began, ended);
    }

    private static Operation delete(boolean done, long began, long ended) {
        return new Operation(Kind.DELETE, 0, done, began, ended);
    }

    private static boolean linearizable(Operation... operations) {
        return new History(List.of(operations)).isLinearizable();
    }

    @Test
    void answersInTheOrderOfTheCallsAreRight() {
        assertThat(linearizable(set(1, 0, 1), get(1, 2, 3), delete(true, 4, 5), get(0, 6, 7)))
                .isTrue();
    }

    @Test
    void aReadDuringAWriteMaySeeEither() {
        assertThat(linearizable(set(1, 0, 1), set(2, 2, 10), get(1, 3, 4), get(2, 5, 6)))
                .isTrue();
    }

    @Test
    void nobodyReadsTheOldValueAfterSomebodyReadTheNewOne() {
        assertThat(linearizable(set(1, 0, 1), set(2, 2, 10), get(2, 3, 4), get(1, 5, 6)))
                .isFalse();
    }

    @Test
    void aWriteThatWasAnsweredIsNotLost() {
        assertThat(linearizable(set(1, 0, 1), set(2, 2, 3), get(1, 4, 5))).isFalse();
    }

    @Test
    void aCacheMayForgetAValueAndNeverRemembersIt() {
        // Given
        var forgets = List.of(set(1, 0, 1), get(0, 2, 3));
        var remembers = List.of(set(1, 0, 1), get(0, 2, 3), get(1, 4, 5));
        // When, Then
        assertThat(new History(forgets).isLinearizable()).isFalse();
        assertThat(new History(forgets, true).isLinearizable()).isTrue();
        assertThat(new History(remembers, true).isLinearizable()).isFalse();
    }

    @Test
    void aRemovedValueDoesNotComeBack() {
        assertThat(linearizable(set(1, 0, 1), delete(true, 2, 3), get(1, 4, 5))).isFalse();
    }

    @Test
    void twoRemovalsOfOneValueDoNotBothRemoveIt() {
        assertThat(linearizable(set(1, 0, 1), delete(true, 2, 9), delete(true, 3, 8)))
                .isFalse();
    }

    @Test
    void aWriteWithoutAnAnswerMayHaveHappenedAtAnyTime() {
        var lost = set(2, 2, Long.MAX_VALUE);
        assertThat(linearizable(set(1, 0, 1), lost, get(1, 3, 4), get(2, 5, 6))).isTrue();
        assertThat(linearizable(set(1, 0, 1), lost, get(1, 3, 4), get(1, 5, 6))).isTrue();
    }

    @Test
    void whatOneRegisterDidIsLinearizableAndAChangedAnswerIsNot() {
        long seed = System.nanoTime();
        System.out.println("HistoryTest seed " + seed);
        var random = new Random(seed);
        // Given
        var operations = new ArrayList<Operation>();
        int held = 0;
        for (int i = 1; i <= 400; i++) {
            long at = i * 100L;
            long began = at - random.nextInt(500);
            long ended = at + random.nextInt(500);
            switch (random.nextInt(4)) {
                case 0 -> {
                    operations.add(new Operation(Kind.DELETE, 0, held != 0, began, ended));
                    held = 0;
                }
                case 1 -> operations.add(get(held, began, ended));
                default -> {
                    held = i;
                    operations.add(set(held, began, ended));
                }
            }
        }
        operations.add(get(held, 50_000, 50_001));
        // When
        var wrong = new ArrayList<>(operations);
        wrong.add(get(held == 0 ? 1_000 : 0, 60_000, 60_001));
        // Then
        assertThat(new History(operations).isLinearizable()).isTrue();
        assertThat(new History(wrong).isLinearizable()).isFalse();
    }
}
