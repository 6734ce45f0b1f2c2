package dev.kvcachepool.operator.probe;

import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a router is asked.
 *
 * @param tls who is believed to be the router; null where it is spoken to without TLS
 */
public record RouterDoor(URI address, @Nullable SSLContext tls) {}
