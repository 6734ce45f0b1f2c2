package dev.kvcachepool.cachenode.kept;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * The records of values in memory, in a file in memory that is mapped: what was written is there for the next process,
 * whatever ended this one. Not thread-safe.
 *
 * <p>The file is slots of 64 bytes. A record begins with the table's mark, a secret number of its own, written after all else
 * of the record and erased before anything else is: so a process killed at any moment leaves whole records only. What
 * begins with the mark is a record; no client can make up a key that looks like one.
 */
public final class KeptTable {
    /** What {@link #put} returns when the table is full. */
    public static final int NONE = SlotMap.NONE;

    static final int SLOT_BYTES = 64;
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer memory;
    private final long mark;
    private final SlotMap slots;
    private long full;
    private boolean ready;

    /** A table over memory as long as it is, of records that begin with {@code mark}, which is not 0. */
    KeptTable(ByteBuffer memory, long mark) {
        this.memory = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.mark = mark;
        this.slots = new SlotMap(memory.capacity() / SLOT_BYTES);
    }

    /** Maps a table's file, made where it is not there. */
    static KeptTable open(Path file, int bytes, long mark) throws IOException {
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new KeptTable(channel.map(MapMode.READ_WRITE, 0, bytes), mark);
        }
    }

    /**
     * Writes a record.
     *
     * @return where it is, for {@link #erase}; {@link #NONE} when there is no room, and then the value is lost with the process
     */
    public int put(KeptRecord record) {
        if (!ready) {
            throw new IllegalStateException("what an earlier process left has not been read");
        }
        int length = RecordCodec.length(record);
        int slot = slots.take(slotsOf(length));
        if (slot == NONE) {
            full++;
            return NONE;
        }
        int at = slot * SLOT_BYTES;
        RecordCodec.write(record, at(slot, length));
        LONG.setRelease(memory, at, mark);
        VarHandle.fullFence();
        return slot;
    }

    /** Erases a record. */
    public void erase(int slot) {
        int length = memory.getInt(slot * SLOT_BYTES + RecordCodec.LENGTH_AT);
        LONG.setRelease(memory, slot * SLOT_BYTES, 0L);
        VarHandle.fullFence();
        slots.free(slot, slotsOf(length));
    }

    /** Takes in the records that an earlier process left, with their slots; called once, before all else. */
    public void read(ObjIntConsumer<KeptRecord> each) {
        ready = true;
        int count = memory.capacity() / SLOT_BYTES;
        for (int slot = 0; slot < count; slot++) {
            if ((long) LONG.getAcquire(memory, slot * SLOT_BYTES) != mark) {
                continue;
            }
            var record = RecordCodec.read(at(slot, memory.capacity() - slot * SLOT_BYTES));
            if (record == null) {
                LONG.setRelease(memory, slot * SLOT_BYTES, 0L);
            } else {
                int taken = slotsOf(RecordCodec.length(record));
                slots.claim(slot, taken);
                each.accept(record, slot);
                slot += taken - 1;
            }
        }
    }

    /** All that {@link #read} tells. */
    List<KeptRecord> records() {
        var records = new ArrayList<KeptRecord>();
        read((record, _) -> records.add(record));
        return records;
    }

    /** Bytes of the records. */
    public long usedBytes() {
        return (long) slots.taken() * SLOT_BYTES;
    }

    /** Records that there was no room for, since the start. */
    public long full() {
        return full;
    }

    private ByteBuffer at(int slot, int length) {
        return memory.slice(slot * SLOT_BYTES, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int slotsOf(int length) {
        return Math.ceilDiv(length, SLOT_BYTES);
    }
}
