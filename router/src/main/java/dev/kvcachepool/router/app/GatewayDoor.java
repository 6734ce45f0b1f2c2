package dev.kvcachepool.router.app;

import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.extproc.PickerLimits;
import dev.kvcachepool.router.extproc.PickerServer;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.OptionalInt;

/**
 * Where gateways come in. Without a port for them no class of gRPC is loaded. Owned by the application, which closes it.
 */
final class GatewayDoor implements AutoCloseable {
    private static final int MAX_HEADERS = 1024;

    private final OptionalInt port;
    private final Runnable end;

    private GatewayDoor(OptionalInt port, Runnable end) {
        this.port = port;
        this.end = end;
    }

    /** Serves from now on, where a port is given. */
    static GatewayDoor open(
            RouterConfig config,
            Picker picker,
            Endpoints endpoints,
            Tokenizing tokenizing,
            Limits limits,
            Admission admission,
            RouterMetrics metrics,
            RequestTraces traces) {
        var gateways = config.picker();
        if (gateways == null) {
            return new GatewayDoor(OptionalInt.empty(), () -> {});
        }
        var each = new PickerLimits(
                limits,
                MAX_HEADERS,
                gateways.maxStreams(),
                gateways.destinations(),
                gateways.conformance(),
                config.fairness().headers());
        var address = new InetSocketAddress(config.listenAddress(), gateways.port());
        try {
            var server = new PickerServer(
                    address, gateways.transport(), picker, endpoints, tokenizing, each, admission, metrics, traces);
            server.start();
            return new GatewayDoor(OptionalInt.of(server.port()), server::close);
        } catch (IOException e) {
            throw new IllegalStateException("cannot serve gateways on port " + gateways.port()
                    + " (--ext-proc-port, --ext-proc-tls-cert): " + e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate for gateways is none (--ext-proc-tls-cert, "
                    + "--ext-proc-tls-key): " + e.getMessage());
        }
    }

    /** Where gateways are served; empty where they are not. */
    OptionalInt port() {
        return port;
    }

    @Override
    public void close() {
        end.run();
    }
}
