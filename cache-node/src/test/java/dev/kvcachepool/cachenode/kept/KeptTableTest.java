package dev.kvcachepool.cachenode.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.cachenode.memory.Extent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeptTableTest {
    private static final long MARK = 0x1234_5678_9abc_def0L;
    private static final int SLOT = KeptTable.SLOT_BYTES;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(64 * SLOT);

    private KeptTable open() {
        var table = new KeptTable(memory, MARK);
        assertThat(table.records()).isEmpty();
        return table;
    }

    private List<KeptRecord> found() {
        return new KeptTable(memory, MARK).records();
    }

    private static KeptRecord record(String key, Extent... extents) {
        return new KeptRecord(
                key.getBytes(StandardCharsets.UTF_8), 4000, -7, 11, Long.MAX_VALUE, true, List.of(extents));
    }

    private static String name(KeptRecord record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    @Test
    void aLaterProcessFindsAllOfARecord() {
        // Given
        var table = open();
        // When
        table.put(record("key", new Extent(1 << 20, 511, 1), new Extent(0, 0, 512)));
        // Then
        var found = found().getFirst();
        assertThat(name(found)).isEqualTo("key");
        assertThat(found)
                .usingRecursiveComparison()
                .ignoringFields("key")
                .isEqualTo(record("", new Extent(1 << 20, 511, 1), new Extent(0, 0, 512)));
    }

    @Test
    void whatWasErasedIsNotFound() {
        // Given
        var table = open();
        table.put(record("stays"));
        int slot = table.put(record("goes"));
        // When
        table.erase(slot);
        // Then
        assertThat(found()).extracting(KeptTableTest::name).containsExactly("stays");
    }

    @Test
    void aRecordWhoseMarkWasNotWrittenIsNotFound() {
        // Given
        var table = open();
        int slot = table.put(record("half"));
        // When
        memory.putLong(slot * SLOT, 0);
        // Then
        assertThat(found()).isEmpty();
    }

    @Test
    void everyChangedByteMakesItNoRecord() {
        // Given
        open().put(record("key", new Extent(3, 4, 5)));
        int length = RecordCodec.length(record("key", new Extent(3, 4, 5)));
        for (int at = 0; at < length; at++) {
            // When
            memory.put(at, (byte) (memory.get(at) ^ 0x40));
            // Then
            assertThat(found()).as("byte %d", at).isEmpty();
            memory.put(at, (byte) (memory.get(at) ^ 0x40));
            memory.asLongBuffer().put(0, Long.reverseBytes(MARK));
        }
    }

    @Test
    void aTableThatIsFullSaysSoAndGoesOn() {
        // Given
        var table = open();
        var big = "k".repeat(20 * SLOT);
        int first = table.put(record(big));
        table.put(record(big));
        table.put(record(big));
        // When
        int slot = table.put(record(big));
        // Then
        assertThat(slot).isEqualTo(KeptTable.NONE);
        assertThat(table.full()).isEqualTo(1);
        table.erase(first);
        assertThat(table.put(record(big))).isNotEqualTo(KeptTable.NONE);
    }

    @Test
    void nothingIsWrittenBeforeWhatIsThereWasRead() {
        // Given
        var table = new KeptTable(memory, MARK);
        // When, Then
        assertThatThrownBy(() -> table.put(record("key"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anotherTablesRecordsAreNotFound() {
        // Given
        open().put(record("key"));
        // When
        var other = new KeptTable(memory, MARK + 1);
        // Then
        assertThat(other.records()).isEmpty();
    }

    @Test
    void atEveryMomentThereIsWhatWasPutAndNotErased() {
        long seed = System.nanoTime();
        System.out.println("KeptTableTest seed " + seed);
        var random = new Random(seed);
        // Given
        var table = open();
        Map<String, Integer> slots = new HashMap<>();
        for (int step = 0; step < 5_000; step++) {
            // When
            var key = "k" + random.nextInt(30);
            var slot = slots.remove(key);
            if (slot != null) {
                table.erase(slot);
            }
            if (random.nextInt(3) > 0) {
                int taken = table.put(record(key + "-".repeat(random.nextInt(300))));
                if (taken != KeptTable.NONE) {
                    slots.put(key, taken);
                }
            }
            // Then
            if (step % 50 == 0) {
                assertThat(found())
                        .extracting(record -> name(record).replace("-", ""))
                        .containsExactlyInAnyOrderElementsOf(slots.keySet());
            }
        }
        assertThat(table.full()).isPositive();
        // Then a later process goes on with the same slots
        var later = new KeptTable(memory, MARK);
        var there = new ArrayList<Integer>();
        later.read((_, slot) -> there.add(slot));
        there.forEach(later::erase);
        assertThat(found()).isEmpty();
        assertThat(later.usedBytes()).isZero();
    }
}
