package dev.kvcachepool.cachenode.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedFilesTest {
    private static final int PAGE = PagedArena.PAGE_BYTES;
    private static final int UNIT = PagedArena.UNIT_BYTES;
    private static final long BYTES = 32L * PAGE;

    @TempDir
    private Path folder;

    private PagedArena open() {
        return new PagedArena(BYTES, Backing.named(folder));
    }

    private static Value store(PagedArena arena, String salt, int size) {
        try (var builder = new ValueBuilder(arena, new Unlimited(arena), arena.tenant(salt), size)) {
            int at = 0;
            for (var space = builder.space(); space != null; space = builder.space()) {
                space.put((byte) (at++ * 31));
            }
            return builder.build();
        }
    }

    private record Unlimited(PagedArena arena) implements ExtentSource {
        @Override
        public Extent take(Tenant tenant, long wanted) {
            return arena.allocate(tenant, wanted, 1);
        }

        @Override
        public void settled(long bytes) {}
    }

    @Test
    void aSliceWhoseFileCannotBeMadeAnewIsDoneWithout() throws IOException {
        // Given a tenant that leaves all memory to another, and one file that can't be made
        try (var arena = open()) {
            var first = TenantsTest.takeAll(arena, arena.tenant("first"));
            int slice = arena.slice(first.getFirst());
            Files.createDirectories(
                    folder.resolve(NamedFiles.name(slice) + ".new").resolve("in the way"));
            first.forEach(arena::free);
            // When
            var second = TenantsTest.takeAll(arena, arena.tenant("second"));
            // Then that one has all the rest, and the first can have it after that
            assertThat(second).isNotEmpty().noneMatch(extent -> arena.slice(extent) == slice);
            second.forEach(arena::free);
            assertThat(TenantsTest.takeAll(arena, arena.tenant("first"))).hasSameSizeAs(second);
        }
    }

    @Test
    void aLaterProcessFindsTheBytes() {
        // Given
        Value before;
        try (var arena = open()) {
            before = store(arena, "", 3 * UNIT + 5);
        }
        // When
        try (var arena = open()) {
            var value = arena.adopt("", true, before.size(), before.crc32(), before.extents());
            // Then
            assertThat(value).isNotNull();
            assertThat(value.verify()).isTrue();
            assertThat(value.view(0).get(3 * UNIT + 4)).isEqualTo((byte) ((3 * UNIT + 4) * 31));
            assertThat(arena.usedBytes()).isEqualTo(4L * UNIT);
            value.release();
            assertThat(arena.usedBytes()).isZero();
        }
    }

    @Test
    void theChecksumIsKnownOnceAllIsReceived() {
        try (var arena = open()) {
            // Given
            var value = store(arena, "", PAGE + 77);
            var crc = new CRC32();
            // When
            for (int part = 0; part < value.parts(); part++) {
                crc.update(value.view(part));
            }
            // Then
            assertThat(value.crc32()).isEqualTo((int) crc.getValue());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, -1, 1",
        "-1, 0, 1",
        "40, 0, 1",
        "0, 511, 2",
        "0, 0, 513", // outside of what there is
        "0, 1, 2" // in use
    })
    void whatCannotHaveBeenGivenIsNotTakenOver(int page, int first, int units) {
        // Given
        try (var arena = open()) {
            store(arena, "", 2 * UNIT);
        }
        try (var arena = open()) {
            assertThat(arena.adopt("", true, UNIT, 0, List.of(new Extent(0, 1, 1))))
                    .isNotNull();
            // When
            var value =
                    arena.adopt("", true, Math.max(1, (long) units * UNIT), 0, List.of(new Extent(page, first, units)));
            // Then
            assertThat(value).isNull();
            assertThat(arena.usedBytes()).isEqualTo(UNIT);
        }
    }

    @Test
    void allOfAValueIsTakenOverOrNothing() {
        // Given
        try (var arena = open()) {
            store(arena, "", UNIT);
        }
        try (var arena = open()) {
            var twice = new Extent(0, 3, 2);
            // When
            var value = arena.adopt("", true, 4L * UNIT, 0, List.of(twice, twice));
            // Then
            assertThat(value).isNull();
            assertThat(arena.usedBytes()).isZero();
        }
    }

    @Test
    void aTenantsMemoryIsTakenOverForThatTenantOnly() {
        // Given
        Value before;
        try (var arena = open()) {
            before = store(arena, "one", UNIT);
        }
        try (var arena = open()) {
            assertThat(arena.adopt("one", true, UNIT, before.crc32(), before.extents()))
                    .isNotNull();
            // When
            var other = arena.adopt("other", true, UNIT, before.crc32(), List.of(new Extent(0, 9, 1)));
            var shared = arena.adopt("one", false, UNIT, before.crc32(), List.of(new Extent(0, 9, 1)));
            // Then
            assertThat(other).isNull();
            assertThat(shared).isNull();
        }
    }

    @Test
    void whatNobodyTookOverIsGone() {
        // Given
        try (var arena = open()) {
            store(arena, "one", UNIT);
        }
        try (var arena = open()) {
            // When
            arena.dropUnclaimed();
            // Then
            assertThat(arena.view(new Extent(0, 0, 1), UNIT).get(5)).isZero();
            assertThat(arena.adopt("one", true, UNIT, 0, List.of(new Extent(0, 0, 1))))
                    .isNull();
        }
    }

    @Test
    void aFileOfAnotherLengthIsNotTakenOver() throws IOException {
        // Given
        Value before;
        try (var arena = open()) {
            before = store(arena, "", UNIT);
        }
        try (var file = FileChannel.open(folder.resolve(NamedFiles.name(0)), StandardOpenOption.WRITE)) {
            file.truncate(UNIT);
        }
        try (var arena = open()) {
            // When
            var value = arena.adopt("", true, UNIT, before.crc32(), before.extents());
            // Then
            assertThat(value).isNull();
            assertThat(arena.view(new Extent(0, 0, 1), UNIT).get(5)).isZero();
        }
    }

    @Test
    void bytesThatHaveChangedAreSeen() throws IOException {
        // Given
        Value before;
        try (var arena = open()) {
            before = store(arena, "", UNIT);
        }
        try (var file = FileChannel.open(
                folder.resolve(NamedFiles.name(0)), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var bytes = file.map(MapMode.READ_WRITE, 0, UNIT);
            bytes.put(7, (byte) (bytes.get(7) + 1));
        }
        try (var arena = open()) {
            // When
            var value = arena.adopt("", true, UNIT, before.crc32(), before.extents());
            // Then
            assertThat(value).isNotNull();
            assertThat(value.verify()).isFalse();
        }
    }

    @Test
    void whoIsGivenTheDescriptorCannotWrite() throws IOException {
        try (var arena = open()) {
            // Given
            var value = store(arena, "", UNIT);
            var file = value.shared().getFirst().file();
            arena.view(file);
            int descriptor = arena.openDescriptor(file);
            // When, Then
            try (var other =
                    FileChannel.open(Path.of("/proc/self/fd", Integer.toString(descriptor)), StandardOpenOption.READ)) {
                assertThat(other.map(MapMode.READ_ONLY, 0, UNIT).get(1)).isEqualTo((byte) 31);
                assertThatThrownBy(() -> other.map(MapMode.READ_WRITE, 0, UNIT)).isInstanceOf(RuntimeException.class);
            } finally {
                SystemCalls.close(descriptor);
            }
        }
    }
}
