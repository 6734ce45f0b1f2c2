package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcksTest {
    private final Acks acks = new Acks();

    @Test
    void rememberedAreThoseOfTwoMarksAndTheOneBefore() {
        // Given
        add(1, 2);
        acks.mark();
        add(3, 4);
        acks.mark();
        add(5, 6);

        // When
        acks.mark();
        add(7);

        // Then
        assertThat(acks.recent()).extracting(Acks.Ack::offset).containsExactly(4L, 5L, 6L, 7L);
        assertThat(acks.newest()).isEqualTo(7);
    }

    @Test
    void theNewestStaysHoweverManyMarksPass() {
        // Given
        add(1, 2);

        // When
        for (int mark = 0; mark < 5; mark++) {
            acks.mark();
        }

        // Then
        assertThat(acks.recent()).extracting(Acks.Ack::offset).containsExactly(2L);
    }

    @Test
    void anOffsetGivenOutTwiceIsARewoundLog() {
        // Given
        add(5, 6);
        assertThat(acks.rewound()).isFalse();

        // When
        add(6);

        // Then
        assertThat(acks.rewound()).isTrue();
    }

    @Test
    void tooManyAreNotRemembered() {
        // Given
        for (long offset = 0; offset < Acks.MOST + 10; offset++) {
            add(offset);
        }

        // When, then
        assertThat(acks.overflowed()).isTrue();
        assertThat(acks.recent()).hasSize(Acks.MOST);
        acks.mark();
        assertThat(acks.overflowed()).isTrue();
        acks.mark();
        assertThat(acks.overflowed()).isFalse();
        assertThat(acks.recent()).extracting(Acks.Ack::offset).containsExactly(Acks.MOST + 9L);
    }

    private void add(long... offsets) {
        for (long offset : offsets) {
            acks.add(offset, new byte[] {(byte) offset});
        }
    }
}
