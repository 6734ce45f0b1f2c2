package dev.kvcachepool.client;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Files of a node's memory, mapped when first needed and until this is closed. Used by one thread at a time. */
final class MappedFiles implements AutoCloseable {
    private final Path memorySocket;
    private final Duration limit;
    private final Arena arena = Arena.ofShared();
    private final Map<Long, MemorySegment> files = new HashMap<>();

    MappedFiles(Path memorySocket, Duration limit) {
        this.memorySocket = memorySocket;
        this.limit = limit;
    }

    /** The bytes at a place, read-only. */
    ByteBuffer view(Place place) throws IOException {
        var file = files.get(place.file());
        if (file == null) {
            file = map(place);
            files.put(place.file(), file);
        }
        return file.asSlice(place.offset(), place.length()).asByteBuffer();
    }

    private MemorySegment map(Place place) throws IOException {
        try (var passed = PassedFile.receive(memorySocket, place.token(), limit);
                var channel = FileChannel.open(passed.path(), StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, place.fileBytes(), arena);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
