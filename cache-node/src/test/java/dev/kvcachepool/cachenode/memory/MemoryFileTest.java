package dev.kvcachepool.cachenode.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class MemoryFileTest {
    private static final int PAGE = PagedArena.PAGE_BYTES;

    @Test
    void whoeverIsGivenTheFileReadsWhatIsWritten() throws IOException {
        // Given
        try (var memory = MemoryFile.map(2L * PAGE);
                var other = FileChannel.open(path(memory), StandardOpenOption.READ)) {
            var seen = other.map(MapMode.READ_ONLY, 0, other.size());
            // When
            memory.buffer().put(PAGE + 5, (byte) 42);
            // Then
            assertThat(seen.get(PAGE + 5)).isEqualTo((byte) 42);
        }
    }

    @Test
    void nobodyElseCanWriteOrResizeIt() throws IOException {
        // Given
        try (var memory = MemoryFile.map(PAGE);
                var other = FileChannel.open(path(memory), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // When mapped for writing, written, cut, Then
            assertThatThrownBy(() -> other.map(MapMode.READ_WRITE, 0, PAGE)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> other.write(ByteBuffer.wrap(new byte[1]), 0))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> other.truncate(0)).isInstanceOf(IOException.class);
            assertThat(other.size()).isEqualTo(PAGE);
        }
    }

    @Test
    void isGoneOnceItIsClosed() {
        // Given
        var memory = MemoryFile.map(PAGE);
        var path = path(memory);
        // When
        memory.close();
        // Then
        assertThat(Files.exists(path)).isFalse();
    }

    @Test
    void contentOutlivesTheChangeToAHugePage() throws InterruptedException {
        // Given
        try (var arena = new PagedArena(4L * PAGE, Backing.files());
                var huge = new HugePages(arena)) {
            var extent = arena.allocate(arena.tenant(""), PAGE, 1);
            var view = arena.view(extent, PAGE);
            for (int at = 0; at < PAGE; at += 8) {
                view.putLong(at, at * 31L);
            }
            // When
            huge.round();
            // Then also where the system has none to give
            for (int at = 0; at < PAGE; at += 8) {
                assertThat(view.getLong(at)).isEqualTo(at * 31L);
            }
            assertThat(huge.collapsedPages()).isBetween(0, 1);
        }
    }

    private static Path path(MemoryFile memory) {
        return Path.of("/proc/self/fd", Integer.toString(memory.descriptor()));
    }
}
