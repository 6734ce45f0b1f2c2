package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The gRPC server that gateways call: {@code ExternalProcessor} and health. Streams are served on Netty's event loops,
 * choices on a few workers, and one timer's thread looks at the clock.
 */
public final class PickerServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PickerServer.class);
    /** Names of services whose health gateways and probes ask for. */
    private static final String[] READY = {
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ExternalProcessorGrpc.SERVICE_NAME, "readiness"
    };

    private static final String LIVE = "liveness";
    private static final int MAX_MESSAGE_BYTES = 8 << 20;
    private static final int MAX_METADATA_BYTES = 64 << 10;
    private static final int FLOW_WINDOW_BYTES = 1 << 20;
    private static final int CHECK_MILLIS = 250;
    private static final int CLOSE_SECONDS = 5;

    private final Picker picker;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService timer;
    private final HealthStatusManager health = new HealthStatusManager();
    private final PickerService service;
    private final ServerTls tls;
    private final Server server;

    /**
     * A server that does nothing until {@link #start}.
     *
     * @param address where it listens; port 0 for any free one
     * @throws IOException if a file of the certificate cannot be read
     * @throws GeneralSecurityException if it is none
     */
    public PickerServer(
            InetSocketAddress address,
            Transport transport,
            Picker picker,
            Endpoints endpoints,
            Tokenizing tokenizing,
            PickerLimits limits,
            Admission admission,
            RouterMetrics metrics,
            RequestTraces traces)
            throws IOException, GeneralSecurityException {
        this.picker = picker;
        int cores = Runtime.getRuntime().availableProcessors();
        this.workers = new ThreadPoolExecutor(
                cores,
                cores,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(admission.maxInFlight()),
                Thread.ofPlatform().daemon().name("picker-", 0).factory());
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("picker-timer").factory());
        this.service = new PickerService(
                picker, endpoints, tokenizing, limits, admission, metrics, traces, workers, System::nanoTime);
        this.tls = ServerTls.of(transport, timer);
        var builder = NettyServerBuilder.forAddress(address)
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(
                        traces.isOn() ? ServerInterceptors.intercept(service, new StreamSpan()) : service.bindService())
                .addService(health.getHealthService());
        tls.apply(builder);
        this.server = builder.build();
        metrics.observeGateways(service::streams);
    }

    /** Begins to serve; throws {@link IOException} if the address is taken. */
    public void start() throws IOException {
        health.setStatus(LIVE, ServingStatus.SERVING);
        tellHealth();
        server.start();
        var _ = timer.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Where it listens. */
    public int port() {
        return server.getPort();
    }

    private void check() {
        try {
            tellHealth();
            service.checkTime();
        } catch (RuntimeException e) {
            LOG.error("a look at the streams of gateways failed", e);
        }
    }

    private void tellHealth() {
        for (var name : READY) {
            health.setStatus(name, picker.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
        }
    }

    /** Ends: new streams are refused, those under way have a few seconds. */
    @Override
    public void close() {
        timer.shutdownNow();
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
    }
}
