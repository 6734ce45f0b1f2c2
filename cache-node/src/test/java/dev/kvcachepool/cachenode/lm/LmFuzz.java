package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.fuzz.FuzzedStore;
import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.store.LocalValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Any bytes, as an {@code lm://} client could send them, to the real protocol on a small store; run by a fuzzer in a process of its own. */
public final class LmFuzz {
    private static final FuzzedStore STORE = new FuzzedStore();
    private static final ProtocolCounters COUNTERS = new ProtocolCounters();
    private static final LmProtocol PROTOCOL = new LmProtocol(gone -> new LocalValues(STORE.store), 4 << 20, COUNTERS);

    private LmFuzz() {}

    /** One run; the first byte says how the bytes are cut into reads. */
    public static void fuzzerTestOneInput(byte[] data) {
        STORE.run(data, COUNTERS, PROTOCOL, LmFuzz::check);
    }

    private static void check(MemoryChannel channel, boolean cut) {
        var replies = ByteBuffer.wrap(channel.output()).order(ByteOrder.LITTLE_ENDIAN);
        while (replies.hasRemaining()) {
            FuzzedStore.require(replies.remaining() >= LmBytes.REPLY, "a head was cut short");
            int code = replies.getInt();
            int length = replies.getInt();
            replies.position(replies.position() + LmBytes.REPLY - 2 * Integer.BYTES);
            FuzzedStore.require(code == 200 || (code == 400 && length == 0), "code " + code + " length " + length);
            FuzzedStore.require(length >= 0 && length <= replies.remaining(), "a payload was cut short");
            replies.position(replies.position() + length);
        }
    }
}
