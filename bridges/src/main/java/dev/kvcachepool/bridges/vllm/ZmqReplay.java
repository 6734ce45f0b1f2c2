package dev.kvcachepool.bridges.vllm;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import org.zeromq.ZMsg;

/**
 * Asks over ZMQ: {@code ["", start]} to the engine's ROUTER, {@code ["", number, message]} back again and again, until the
 * number −1. A socket a question. For the thread that owns the context.
 */
final class ZmqReplay implements Replay {
    private static final int TICK_MILLIS = 100;
    private static final int MOST_QUEUED = 1000;
    private static final long END = -1;

    private final ZContext context;
    private final String address;
    private final Duration silence;
    private final Duration limit;
    private final BooleanSupplier closed;

    /**
     * To one engine.
     *
     * @param silence how long it may send nothing
     * @param limit how long a replay may take
     * @param closed whether to give up
     */
    ZmqReplay(ZContext context, String address, Duration silence, Duration limit, BooleanSupplier closed) {
        this.context = context;
        this.address = address;
        this.silence = silence;
        this.limit = limit;
        this.closed = closed;
    }

    @Override
    public boolean from(long start, Taker taker) {
        try (var socket = context.createSocket(SocketType.DEALER)) {
            EngineSockets.limit(socket, MOST_QUEUED);
            socket.setReceiveTimeOut(TICK_MILLIS);
            socket.setSendTimeOut(TICK_MILLIS);
            socket.connect(address);
            return socket.sendMore(new byte[0])
                    && socket.send(
                            ByteBuffer.allocate(Long.BYTES).putLong(start).array())
                    && receive(socket, taker);
        } catch (ZMQException e) {
            return false;
        }
    }

    private boolean receive(ZMQ.Socket socket, Taker taker) {
        long begun = System.nanoTime();
        long heard = begun;
        while (!closed.getAsBoolean()) {
            var frames = ZMsg.recvMsg(socket);
            long now = System.nanoTime();
            if (now - begun > limit.toNanos() || (frames == null && now - heard > silence.toNanos())) {
                return false;
            }
            if (frames == null) {
                continue;
            }
            heard = now;
            var parts = frames.stream().map(frame -> frame.getData()).toList();
            if (parts.size() != 3 || parts.get(1).length != Long.BYTES) {
                return false;
            }
            long sequence = ByteBuffer.wrap(parts.get(1)).getLong();
            if (sequence == END || !taker.take(sequence, parts.get(2))) {
                return true;
            }
        }
        return false;
    }
}
