package dev.kvcachepool.router.app;

import dev.kvcachepool.router.extproc.Transport;

/**
 * How gateways are served.
 *
 * @param port 0 for any free one
 * @param destinations most endpoints named to a gateway
 * @param conformance whether the conformance suite's headers are heeded
 */
record PickerConfig(int port, Transport transport, int maxStreams, int destinations, boolean conformance) {}
