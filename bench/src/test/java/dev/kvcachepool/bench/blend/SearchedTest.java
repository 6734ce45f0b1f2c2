package dev.kvcachepool.bench.blend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchedTest {
    @Test
    void bothSidesFindTheSame() {
        // Given
        int chunks = 500;
        var sides = List.of(Searched.index(4 << 20), Searched.hashMap());
        for (int i = 0; i < chunks; i++) {
            for (var side : sides) {
                side.add(i, Texts.chunk(i));
            }
        }
        var query = Texts.query(20_000, chunks);

        // When
        var found = sides.stream().map(side -> side.find(query)).toList();

        // Then: one chunk in some 512 tokens
        assertThat(found.getFirst()).isEqualTo(found.getLast()).isBetween(20, 78);
    }
}
