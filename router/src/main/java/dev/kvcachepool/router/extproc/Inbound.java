package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;

/** What a gateway tells of one HTTP exchange, part by part. */
sealed interface Inbound {

    /**
     * The request's head.
     *
     * @param subset where it may go
     * @param wanted where a conformance test wants it to go
     * @param end whether there is no body
     */
    record RequestHeaders(RequestHead head, Subset subset, Subset wanted, BodyModes modes, boolean end)
            implements Inbound {}

    /**
     * The answer's head.
     *
     * @param status 0 where there is none
     * @param served {@code ip:port} of the endpoint that answers; empty where the gateway does not say
     * @param fromGateway whether it looks like the gateway's own answer: no upstream's time was taken
     */
    record ResponseHeaders(int status, String served, boolean fromGateway, BodyModes modes, boolean end)
            implements Inbound {}

    /**
     * Some bytes of a body.
     *
     * @param end whether they are the last of the message
     */
    record Body(Direction direction, ByteString bytes, boolean end) implements Inbound {}

    /** Trailers: the message is at its end. */
    record Trailers(Direction direction) implements Inbound {}

    /** A message that says nothing known. */
    record Unknown() implements Inbound {}
}
