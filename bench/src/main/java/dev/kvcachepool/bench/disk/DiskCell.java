package dev.kvcachepool.bench.disk;

/** One figure's place in the table. {@code size} of a value or block in bytes; {@code depth}: connections, or fio's. */
record DiskCell(String who, String operation, long size, int depth) {
    static final String NODE = "cache-node";
    static final String FIO = "fio";
    static final String WRITE = "write";
    static final String READ = "read";

    /** The same by fio. */
    DiskCell byFio() {
        return new DiskCell(FIO, operation, size, depth);
    }
}
