package dev.kvcachepool.prefixadvert.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Records of both tables, decoded where they were read and in that order, on their way to the table.
 *
 * <p>A row of the blocks table is {@value #LONGS} longs in one array and no object, so that whoever applies millions walks
 * through memory in a straight line, and the next addresses in the index are known before they are needed. Rows of the nodes
 * table are few, and kept as objects.
 *
 * <p>Confined to one thread at a time; whoever hands it on makes what was written visible.
 */
public final class AdvertBatch {
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int LONGS = 12;
    private static final int BROKER_MILLIS = 0;
    private static final int HOLDER = 1;
    private static final int INCARNATION = 2;
    private static final int NAMESPACE = 3;
    private static final int HASH_HIGH = 4;
    private static final int HASH_LOW = 5;
    private static final int STORED_AT = 6;
    private static final int BYTES = 7;
    private static final int PARENT_HIGH = 8;
    private static final int PARENT_LOW = 9;
    /** Position in the upper half. */
    private static final int TOKENS = 10;
    /** From the lowest bit: tiers 8, world size 16, whether there is a parent 1. */
    private static final int SHAPE = 11;

    private static final int WORLD_SIZE_AT = 8;
    private static final int PARENT_AT = 24;

    private final BlockRowReader reader = new BlockRowReader();
    private final long[] cells;
    private final Kind[] kinds;
    /** Of a row its ranks, of a node all of it, of what is malformed why. */
    private final @Nullable Object[] things;

    private int size;

    /** What a record is. */
    public enum Kind {
        /** Of the blocks table, with a value. */
        ROW,
        /** Of the blocks table, without one. */
        TOMBSTONE,
        /** Of the nodes table. */
        NODE,
        /** Of neither, or not readable. */
        MALFORMED
    }

    /**
     * An empty batch.
     *
     * @param capacity in records
     */
    public AdvertBatch(int capacity) {
        this.cells = new long[capacity * LONGS];
        this.kinds = new Kind[capacity];
        this.things = new Object[capacity];
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == kinds.length;
    }

    public void clear() {
        size = 0;
    }

    /**
     * Appends a record, whatever it is; the arrays stay the caller's.
     *
     * @param value null for a tombstone
     * @param brokerMillis the record's log-append time
     * @throws IllegalStateException if the batch is full
     */
    public void add(byte @Nullable [] key, byte @Nullable [] value, long brokerMillis) {
        if (isFull()) {
            throw new IllegalStateException("the batch has " + size + " records, which is all it has room for");
        }
        cells[size * LONGS + BROKER_MILLIS] = brokerMillis;
        try {
            if (key != null && key.length == AdvertKey.BLOCK_KEY_BYTES && key[0] == AdvertKey.BLOCK) {
                addBlock(key, value);
            } else {
                add(Kind.NODE, Advert.parse(key, value));
            }
        } catch (MalformedAdvertException e) {
            add(Kind.MALFORMED, e.getMessage());
        }
    }

    private void addBlock(byte[] key, byte @Nullable [] value) throws MalformedAdvertException {
        int at = size * LONGS;
        for (int part = 0; part < HASH_LOW; part++) {
            cells[at + HOLDER + part] = (long) BIG_ENDIAN.get(key, 1 + part * Long.BYTES);
        }
        var _ = AdvertKey.requireIncarnation(cells[at + INCARNATION]);
        if (value == null) {
            add(Kind.TOMBSTONE, null);
            return;
        }
        reader.read(value);
        cells[at + STORED_AT] = reader.storedAtMicros();
        cells[at + BYTES] = reader.bytes();
        cells[at + PARENT_HIGH] = reader.parentHigh();
        cells[at + PARENT_LOW] = reader.parentLow();
        cells[at + TOKENS] = (long) reader.position() << Integer.SIZE | reader.tokens();
        cells[at + SHAPE] = reader.tiers()
                | (long) reader.worldSize() << WORLD_SIZE_AT
                | (reader.hasParent() ? 1L << PARENT_AT : 0);
        add(Kind.ROW, reader.ranks());
    }

    private void add(Kind kind, @Nullable Object thing) {
        kinds[size] = kind;
        things[size] = thing;
        size++;
    }

    public Kind kind(int record) {
        return kinds[record];
    }

    /** Log-append time, of a record of any kind. */
    public long brokerMillis(int record) {
        return cells[record * LONGS + BROKER_MILLIS];
    }

    /** {@link HolderId#hash()} of who speaks of a block. */
    public long holder(int record) {
        return cells[record * LONGS + HOLDER];
    }

    /** The life of the holder in which it speaks of a block. */
    public long incarnation(int record) {
        return cells[record * LONGS + INCARNATION];
    }

    /** The block of a row or tombstone. */
    public BlockId block(int record) {
        int at = record * LONGS;
        return new BlockId(
                new Namespace(cells[at + NAMESPACE]), new BlockHash(cells[at + HASH_HIGH], cells[at + HASH_LOW]));
    }

    /** What a row says of its block. */
    public BlockRow row(int record) {
        if (!(things[record] instanceof RankSet ranks)) {
            throw new IllegalStateException("record " + record + " is " + kinds[record] + ", not " + Kind.ROW);
        }
        int at = record * LONGS;
        long shape = cells[at + SHAPE];
        return new BlockRow(
                (int) shape & 0xff,
                (int) (shape >>> WORLD_SIZE_AT) & 0xffff,
                ranks,
                cells[at + BYTES],
                (int) cells[at + TOKENS],
                cells[at + STORED_AT],
                shape >>> PARENT_AT == 0 ? null : new BlockHash(cells[at + PARENT_HIGH], cells[at + PARENT_LOW]),
                (int) (cells[at + TOKENS] >> Integer.SIZE));
    }

    /** A row of the nodes table, or its tombstone. */
    public Advert.OfNode node(int record) {
        if (!(things[record] instanceof Advert.OfNode node)) {
            throw new IllegalStateException("record " + record + " is " + kinds[record] + ", not " + Kind.NODE);
        }
        return node;
    }

    /** Why a record is malformed. */
    public String fault(int record) {
        return String.valueOf(things[record]);
    }
}
