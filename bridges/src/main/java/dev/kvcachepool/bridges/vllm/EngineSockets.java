package dev.kvcachepool.bridges.vllm;

import org.zeromq.ZMQ;

/** What every socket to an engine is set to. */
final class EngineSockets {
    private static final int FIRST_RECONNECT_MILLIS = 100;
    private static final int MOST_RECONNECT_MILLIS = 5_000;
    /**
     * JeroMQ 0.6 leaves one fresh connection in fifty without its handshake (its pull request 1022), for as long as this
     * lasts; the default is half a minute in which the engine is not heard.
     */
    private static final int HANDSHAKE_MILLIS = 2_000;

    private static final int HEARTBEAT_MILLIS = 5_000;
    private static final int DEAD_MILLIS = 15_000;

    private EngineSockets() {}

    /** Bounds what may come, and how long a connection that is dead, or never came to life, is taken for a silent one. */
    static void limit(ZMQ.Socket socket, int mostQueued) {
        socket.setLinger(0);
        socket.setRcvHWM(mostQueued);
        socket.setMaxMsgSize(KvEventDecoder.MOST_BYTES);
        socket.setReconnectIVL(FIRST_RECONNECT_MILLIS);
        socket.setReconnectIVLMax(MOST_RECONNECT_MILLIS);
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
        socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
        socket.setHeartbeatTimeout(DEAD_MILLIS);
        socket.setIPv6(true);
    }
}
