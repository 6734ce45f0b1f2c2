package dev.kvcachepool.cachenode.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptMemoryTest {
    private static final long BYTES = 64 << 20;
    private static final KeptRecord RECORD = new KeptRecord(new byte[] {1}, 0, 0, 0, 0, true, List.of());

    @TempDir
    private Path folder;

    private int found(long bytes, String owner) throws IOException {
        try (var memory = KeptMemory.open(folder, bytes, owner)) {
            return memory.table().records().size();
        }
    }

    private void leave() throws IOException {
        try (var memory = KeptMemory.open(folder, BYTES, "pool/node")) {
            assertThat(memory.table().records()).isEmpty();
            memory.table().put(RECORD);
        }
    }

    @Test
    void theSameNodeFindsWhatItLeft() throws IOException {
        // Given
        leave();
        // When, Then
        assertThat(found(BYTES, "pool/node")).isOne();
    }

    @Test
    void anotherNodeOrOtherMemoryFindsNothing() throws IOException {
        // Given
        leave();
        // When, Then
        assertThat(found(BYTES, "pool/other")).isZero();
        assertThat(found(BYTES, "pool/node")).isZero();
        leave();
        assertThat(found(2 * BYTES, "pool/node")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "mark=\\u12", "format=1\narena=32\nowner=pool/node\nmark=0"})
    void aBrokenHeadMeansThatNothingIsThere(String head) throws IOException {
        // Given
        leave();
        Files.writeString(folder.resolve("head"), head);
        Files.writeString(folder.resolve("slice-3"), "foreign");
        // When
        int found = found(BYTES, "pool/node");
        // Then
        assertThat(found).isZero();
        assertThat(folder.resolve("slice-3")).doesNotExist();
        leave();
        assertThat(found(BYTES, "pool/node")).isOne();
    }

    @Test
    void twoProcessesCannotHaveOneFolder() throws IOException {
        // Given
        try (var _ = KeptMemory.open(folder, BYTES, "pool/node")) {
            // When, Then
            assertThatThrownBy(() -> KeptMemory.open(folder, BYTES, "pool/node"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use by another process");
        }
    }

    @Test
    void aFileThatIsCutIsSeen() throws IOException {
        // Given
        try (var memory = KeptMemory.open(folder, BYTES, "pool/node");
                var _ = new PagedArena(BYTES, memory.backing())) {
            assertThat(memory.damage()).isNull();
            // When
            try (var file = FileChannel.open(folder.resolve("slice-3"), StandardOpenOption.WRITE)) {
                file.truncate(4096);
            }
            // Then
            assertThat(memory.damage()).contains("slice-3", "has been cut");
        }
    }

    @Test
    void aFileThatIsBeingMadeIsNotTakenForOneThatWasCut() throws IOException {
        // Given one that was seen as long as it shall be
        var making = folder.resolve("slice-3.new");
        try (var memory = KeptMemory.open(folder, BYTES, "pool/node");
                var _ = new PagedArena(BYTES, memory.backing())) {
            Files.write(making, new byte[4096]);
            assertThat(memory.damage()).isNull();
            // When the next one of that name is there, and has no length yet
            Files.write(making, new byte[0]);
            // Then
            assertThat(memory.damage()).isNull();
        }
    }

    @Test
    void aFolderThatIsNotInMemoryIsUnfit() throws IOException {
        // Given the system's root, or what is mounted at the tests' folder
        var type = Files.getFileStore(folder).type();
        // When
        var unfit = KeptMemory.unfit(folder, BYTES, KeptMemory.tableBytes(BYTES));
        // Then
        if (type.equals("tmpfs")) {
            assertThat(unfit).isNull();
        } else {
            assertThat(unfit).contains("is not in memory: its file system is " + type);
        }
    }

    @Test
    void aFolderWithoutHugePagesIsUnfitForThem() throws IOException {
        // Given
        var type = Files.getFileStore(folder).type();
        // When
        var unfit = KeptMemory.unfitForHugePages(folder);
        // Then
        assertThat(unfit)
                .isEqualTo("'" + folder + "' has no huge pages: its file system is " + type + ", not hugetlbfs");
    }

    @Test
    void aFolderInMemoryWithTooLittleRoomIsUnfit() throws IOException {
        // Given
        var memory = Path.of("/dev/shm");
        var own = Files.createTempDirectory(Files.isWritable(memory) ? memory : folder, "kvcachepool");
        try {
            // When
            var unfit = KeptMemory.unfit(own, 1L << 50, 0);
            // Then
            assertThat(unfit).isNotNull().containsAnyOf("are needed", "is not in memory");
        } finally {
            Files.delete(own.resolve("lock"));
            Files.delete(own);
        }
    }
}
