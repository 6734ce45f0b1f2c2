package dev.kvcachepool.cachenode.gpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdeviceptr;

/**
 * As many bytes of the host as of the device, to be copied from one to the other.
 *
 * @param host where they lie here, mapped until the copy is done
 */
record Span(ByteBuffer host, CUdeviceptr device) {

    /** Memory of the device. */
    record Part(CUdeviceptr at, long bytes) {}

    long bytes() {
        return host.remaining();
    }

    /** The address of the host's bytes. */
    long address() {
        return MemorySegment.ofBuffer(host).address();
    }

    /** Pairs memory of both sides, in order; the shorter side's length is copied. */
    static List<Span> pair(List<ByteBuffer> host, List<Part> device) {
        var spans = new ArrayList<Span>();
        int next = 0;
        long done = 0;
        for (var buffer : host) {
            int from = buffer.position();
            while (from < buffer.limit() && next < device.size()) {
                var part = device.get(next);
                int bytes = (int) Math.min(buffer.limit() - from, part.bytes - done);
                spans.add(new Span(buffer.slice(from, bytes), part.at.withByteOffset(done)));
                from += bytes;
                done += bytes;
                if (done == part.bytes) {
                    next++;
                    done = 0;
                }
            }
        }
        return spans;
    }
}
