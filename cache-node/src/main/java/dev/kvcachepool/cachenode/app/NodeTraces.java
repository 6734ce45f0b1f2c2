package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.net.ConnectionServer;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The node's spans: recovering and draining, and commands that took long. Engines' protocols carry no trace, so each is one of its
 * own. Thread-safe.
 */
@Singleton
class NodeTraces {
    /** Its name in traces. */
    static final String SERVICE = "kvcachepool-cache-node";

    private static final Logger LOG = Logger.getLogger(NodeTraces.class);
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final AttributeKey<Long> KEYS = AttributeKey.longKey("kvcachepool.keys");
    private static final AttributeKey<String> COMMAND = AttributeKey.stringKey("kvcachepool.command");
    private static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.name");

    private final Tracing tracing;
    private final BlockStore store;
    private @Nullable Span phase;

    NodeTraces(BlockStore store) {
        this.tracing = Tracing.of(System.getenv(), SERVICE, LOG::warn);
        this.store = store;
    }

    /** The node moves on: what it was at is over. */
    synchronized void moved(@Observes NodeState state) {
        end();
        var name = switch (state) {
            case RECOVERING -> "recover";
            case DRAINING -> "drain";
            case STARTING, SERVING, GONE -> null;
        };
        if (name != null) {
            phase = tracing.tracer().spanBuilder(name).setNoParent().startSpan();
        }
    }

    private void end() {
        if (phase != null) {
            phase.setAttribute(KEYS, store.keys()).end();
            phase = null;
        }
    }

    /** From now on commands of {@code servers} that take long are spans. */
    void watch(List<ConnectionServer> servers) {
        if (tracing.isOn()) {
            servers.forEach(server -> server.counters()
                    .times()
                    .watch(SLOW.toNanos(), (command, nanos) -> slow(server.protocol(), command, nanos)));
        }
    }

    private void slow(String protocol, String command, long nanos) {
        var now = Instant.now();
        tracing.tracer()
                .spanBuilder("slow " + command)
                .setNoParent()
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(now.minusNanos(nanos))
                .setAttribute(PROTOCOL, protocol)
                .setAttribute(COMMAND, command)
                .startSpan()
                .end(now);
    }

    @PreDestroy
    synchronized void close() {
        end();
        tracing.close();
    }
}
