package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import java.util.Map;

/** What a gateway is told to do. */
sealed interface Outbound {

    /**
     * The request goes on, to the first of these that can be reached.
     *
     * @param destinations {@code ip:port}, comma-separated, the best first
     * @param trace headers by which the engine's span joins the request's trace; the gateway's own win over them
     */
    record Route(String destinations, Map<String, String> trace) implements Outbound {}

    /**
     * The answer's head goes on.
     *
     * @param tellServed adds the conformance suite's header, which says {@code served}
     */
    record PassResponseHeaders(boolean tellServed, String served) implements Outbound {}

    /** These bytes go on. */
    record PassBody(Direction direction, ByteString bytes, boolean end) implements Outbound {}

    /** The body goes on as it is; for modes in which the gateway keeps it. */
    record LeaveBody(Direction direction) implements Outbound {}

    /** Trailers go on. */
    record PassTrailers(Direction direction) implements Outbound {}

    /**
     * The gateway answers by itself, and the request goes nowhere.
     *
     * @param status of HTTP
     * @param json the body
     * @param details for the gateway's log: no spaces
     */
    record Refuse(int status, ByteString json, String details) implements Outbound {}
}
