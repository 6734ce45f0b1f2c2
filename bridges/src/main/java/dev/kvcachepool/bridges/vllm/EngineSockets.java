package dev.kvcachepool.bridges.vllm;

import org.zeromq.ZMQ;

/** What every socket to an engine is set to. */
final class EngineSockets {
    private static final int FIRST_RECONNECT_MILLIS = 100;
    private static final int MOST_RECONNECT_MILLIS = 5_000;
    private static final int HEARTBEAT_MILLIS = 5_000;
    private static final int DEAD_MILLIS = 15_000;

    private EngineSockets() {}

    /** Bounds what may come, and how long a dead connection is taken for a silent one. */
    static void limit(ZMQ.Socket socket, int mostQueued) {
        socket.setLinger(0);
        socket.setRcvHWM(mostQueued);
        socket.setMaxMsgSize(KvEventDecoder.MOST_BYTES);
        socket.setReconnectIVL(FIRST_RECONNECT_MILLIS);
        socket.setReconnectIVLMax(MOST_RECONNECT_MILLIS);
        socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
        socket.setHeartbeatTimeout(DEAD_MILLIS);
        socket.setIPv6(true);
    }
}
