package dev.kvcachepool.cachenode.kept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An arena in a folder of huge pages. Runs where hugetlbfs is mounted and eight pages of 2 MiB are free, which takes root:
 * {@code sysctl vm.nr_hugepages=16; mount -t hugetlbfs none /dev/hugepages}.
 */
class HugePagesFolderTest {
    private static final int PAGES = 8;
    private static final long BYTES = (long) PAGES * PagedArena.PAGE_BYTES;

    @TempDir
    private Path tables;

    private Path huge;

    @BeforeEach
    void aFolder() throws IOException {
        var mounted = mounted();
        assumeTrue(!mounted.isEmpty() && free() >= PAGES, "no hugetlbfs with " + PAGES + " free pages of 2 MiB here");
        huge = Files.createTempDirectory(mounted.getFirst(), "kvcachepool");
    }

    @AfterEach
    void removeIt() throws IOException {
        if (huge != null) {
            try (var files = Files.list(huge)) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(huge);
        }
    }

    private static List<Path> mounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> line.split(" ", 4))
                .filter(mount -> mount[2].equals("hugetlbfs"))
                .map(mount -> FileSystems.getDefault().getPath(mount[1]))
                .filter(Files::isWritable)
                .toList();
    }

    private static long free() throws IOException {
        return number("HugePages_Free:") - number("HugePages_Rsvd:");
    }

    private static long number(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static byte[] text() {
        return "of a first life".getBytes(UTF_8);
    }

    private static int crc32() {
        var sum = new CRC32();
        sum.update(text());
        return (int) sum.getValue();
    }

    /** Where a process of {@code owner} leaves the text as it ends. */
    private Extent left(String owner) throws IOException {
        try (var memory = KeptMemory.open(tables, huge, BYTES, owner);
                var arena = new PagedArena(BYTES, memory.backing())) {
            var extent = arena.allocate(arena.tenant(""), text().length, text().length);
            arena.view(extent, text().length).put(text());
            assertThat(memory.damage()).isNull();
            return extent;
        }
    }

    @Test
    void whatLiesThereIsInHugePagesAndOutlivesItsProcess() throws IOException {
        // Given
        var extent = left("pool/node");
        // When
        try (var memory = KeptMemory.open(tables, huge, BYTES, "pool/node");
                var arena = new PagedArena(BYTES, memory.backing())) {
            var value = arena.adopt("", false, text().length, crc32(), List.of(extent));
            // Then
            assertThat(memory.isOfHugePages()).isTrue();
            assertThat(value).isNotNull();
            var found = new byte[text().length];
            arena.view(extent, found.length).get(found);
            assertThat(found).isEqualTo(text());
        }
    }

    @Test
    void allPagesAreSetAsideAtTheStart() throws IOException {
        // Given
        long before = free();
        // When
        try (var memory = KeptMemory.open(tables, huge, BYTES, "pool/node");
                var arena = new PagedArena(BYTES, memory.backing())) {
            // Then
            assertThat(arena.capacityBytes()).isEqualTo(BYTES);
            assertThat(before - free()).isEqualTo(PAGES);
        }
    }

    @Test
    void whatAnotherLeftIsGivenBackFirst() throws IOException {
        // Given
        var extent = left("other/node");
        // When
        try (var memory = KeptMemory.open(tables, huge, BYTES, "pool/node")) {
            long there = free();
            try (var arena = new PagedArena(BYTES, memory.backing())) {
                // Then
                assertThat(there - free()).isEqualTo(PAGES);
                assertThat(arena.adopt("", false, text().length, crc32(), List.of(extent)))
                        .isNull();
            }
        }
    }

    @Test
    void tooFewPagesAreSaidAtTheStart() throws IOException {
        // Given
        long tooMany = (free() + 1) * PagedArena.PAGE_BYTES;
        try (var memory = KeptMemory.open(tables, huge, tooMany, "pool/node")) {
            // When, Then
            assertThatThrownBy(() -> new PagedArena(tooMany, memory.backing()))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessageEndingWith("are there as many huge pages as the host tier needs?");
        }
    }
}
