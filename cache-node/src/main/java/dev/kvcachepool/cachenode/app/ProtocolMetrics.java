package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.net.ConnectionServer;
import dev.kvcachepool.cachenode.net.Handshakes;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.commandline.secret.WatchedFile;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees of the ports that engines use, by protocol. */
@Singleton
class ProtocolMetrics {
    private final Meters meters;

    ProtocolMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    /** Adds what a server counts. */
    void observe(ConnectionServer server) {
        if (server instanceof RespServer resp) {
            meters.counter(
                    "kvcachepool.resp.padded.misses",
                    "Misses answered as LMCache's native client needs it",
                    Tags.empty(),
                    resp,
                    RespServer::paddedMisses);
        }
        var tags = Tags.of("protocol", server.protocol());
        var counters = server.counters();
        meters.gauge(
                "kvcachepool.protocol.connections", "Open connections", tags, server, ConnectionServer::connections);
        counter("connections.accepted", "Connections accepted", tags, counters, c -> c.accepted());
        counter("connections.rejected", "Connections beyond the limit", tags, counters, c -> c.rejected());
        counter("connections.stalled", "Connections closed for stalling", tags, counters, c -> c.stalled());
        counter("connections.slow", "Connections closed for hardly moving", tags, counters, c -> c.slow());
        counter("errors", "Connections closed for broken requests", tags, counters, c -> c.protocolErrors());
        counter("values.dropped", "Values taken and not kept", tags, counters, c -> c.valuesDropped());
        counter("received.bytes", "Bytes received", tags, counters, c -> c.bytesIn());
        counter("sent.bytes", "Bytes sent", tags, counters, c -> c.bytesOut());
        for (var name : counters.commandNames()) {
            counter("commands", "Commands by name", tags.and("command", name), counters, c -> c.commands(name));
        }
    }

    /** Adds TLS, where there is any. */
    void observe(NodeTls told, List<ConnectionServer> servers) {
        var tls = told.tls();
        if (tls == null) {
            return;
        }
        var name = "kvcachepool.tls.reloads";
        var help = "Changed certificates and keys that were read, by what came of it";
        meters.counter(name, help, Tags.of("outcome", "applied"), tls.files(), WatchedFile::applied);
        meters.counter(name, help, Tags.of("outcome", "refused"), tls.files(), WatchedFile::refused);
        meters.gauge(
                "kvcachepool.tls.certificate.not.after.seconds",
                "When the certificate expires, in seconds since 1970",
                Tags.empty(),
                tls,
                shown -> shown.notAfter().getEpochSecond());
        meters.gauge(
                "kvcachepool.tls.certificate.not.before.seconds",
                "From when on the certificate holds, in seconds since 1970",
                Tags.empty(),
                tls,
                shown -> shown.notBefore().getEpochSecond());
        servers.stream().filter(server -> told.at(server) != null).forEach(this::observeHandshakes);
    }

    private void observeHandshakes(ConnectionServer server) {
        handshakes(server, "done", Handshakes::done);
        handshakes(server, "plain", Handshakes::plain);
        handshakes(server, "refused", Handshakes::refused);
        handshakes(server, "broken", Handshakes::broken);
    }

    private void handshakes(ConnectionServer server, String outcome, ToDoubleFunction<Handshakes> value) {
        meters.counter(
                "kvcachepool.tls.handshakes",
                "TLS handshakes with clients, by what came of them",
                Tags.of("protocol", server.protocol(), "outcome", outcome),
                server.handshakes(),
                value);
    }

    private void counter(
            String name, String help, Tags tags, ProtocolCounters of, ToDoubleFunction<ProtocolCounters> value) {
        meters.counter("kvcachepool.protocol." + name, help, tags, of, value);
    }
}
