package dev.kvcachepool.prefixadvert.simulation;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * One partition of a compacted topic, as its leader has it. Readers see what is committed, which is what every replica has;
 * another leader may lack the rest.
 */
public final class SimulatedLog {
    final TopicPartition name;
    private final TreeMap<Long, ConsumerRecord<byte[], byte[]>> records = new TreeMap<>();
    /** When a tombstone may be dropped: delete.retention after it was first met by the cleaner. By offset. */
    private final Map<Long, Long> horizons = new HashMap<>();

    private final List<Cut> cuts = new ArrayList<>();
    private long start;
    private long end;
    private long committed;
    private int epoch;

    /** The leader of {@code epoch} had nothing from {@code offset} on. */
    private record Cut(int epoch, long offset) {}

    SimulatedLog(TopicPartition name) {
        this.name = name;
    }

    public long start() {
        return start;
    }

    /** As clients are told: one more than the last committed offset. */
    public long end() {
        return committed;
    }

    /** Keys of the block rows whose newest committed record is no tombstone. */
    Collection<AdvertKey.Block> rows() {
        var rows = new LinkedHashSet<AdvertKey.Block>();
        for (var record : records.headMap(committed).values()) {
            if (!(parse(record.key()) instanceof AdvertKey.Block row)) {
                continue;
            }
            if (record.value() == null) {
                rows.remove(row);
            } else {
                rows.add(row);
            }
        }
        return rows;
    }

    private static AdvertKey parse(byte[] key) {
        try {
            return AdvertKey.parse(key);
        } catch (MalformedAdvertException e) {
            throw new AssertionError(e);
        }
    }

    public int epoch() {
        return epoch;
    }

    long append(byte[] key, byte[] value, long millis) {
        var record = new ConsumerRecord<>(
                name.topic(),
                name.partition(),
                end,
                millis,
                TimestampType.LOG_APPEND_TIME,
                key.length,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.of(epoch));
        records.put(end, record);
        return end++;
    }

    void commit() {
        committed = end;
    }

    /** Another leader, which may have lost {@code most} committed records; 0 is what Kafka promises. */
    void elect(int most) {
        long left = Math.max(start, committed - most);
        epoch++;
        if (left < end) {
            cuts.add(new Cut(epoch, left));
        }
        records.tailMap(left, true).clear();
        horizons.keySet().removeIf(offset -> offset >= left);
        end = left;
        committed = left;
    }

    /** Whether a reader that knew {@code epoch} has read, up to {@code position}, what is no longer there. */
    boolean isCutBelow(long position, int knownEpoch) {
        return cuts.stream().anyMatch(cut -> cut.epoch() > knownEpoch && cut.offset() < position);
    }

    /** Deletes all that is committed, as an administrator can. */
    void empty() {
        records.headMap(committed, false).clear();
        start = committed;
    }

    /** One run of the cleaner over what lies below {@code dirtyEnd}. */
    void compact(long dirtyEnd, long nowMillis, long retentionMillis) {
        var newest = new HashMap<ByteBuffer, Long>();
        var clean = records.headMap(Math.min(dirtyEnd, committed), false);
        clean.values().forEach(record -> newest.put(ByteBuffer.wrap(record.key()), record.offset()));
        var kept = new HashSet<>(newest.values());
        clean.values().removeIf(record -> !kept.contains(record.offset()) || isOver(record, nowMillis));
        clean.values().stream()
                .filter(record -> record.value() == null)
                .forEach(record -> horizons.putIfAbsent(record.offset(), nowMillis + retentionMillis));
    }

    private boolean isOver(ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        var horizon = horizons.get(record.offset());
        return record.value() == null && horizon != null && horizon <= nowMillis;
    }

    /** At most {@code most} committed records from {@code position} on. */
    List<ConsumerRecord<byte[], byte[]>> read(long position, int most) {
        return position >= committed
                ? List.of()
                : records.subMap(position, committed).values().stream()
                        .limit(most)
                        .toList();
    }
}
