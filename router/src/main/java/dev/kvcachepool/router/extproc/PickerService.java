package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Envoy's {@code ExternalProcessor}: one stream an HTTP exchange, so many at most. Thread-safe. */
final class PickerService extends ExternalProcessorGrpc.ExternalProcessorImplBase {
    private static final String REQUEST = "request of a gateway";

    private final PickerLimits limits;
    private final Admission admission;
    private final RouterMetrics metrics;
    private final RequestTraces traces;
    private final Chooser chooser;
    private final InboundReader reader;
    private final Executor workers;
    private final LongSupplier nanoTime;
    private final Set<ProcessStream> streams = ConcurrentHashMap.newKeySet();

    PickerService(
            Picker picker,
            Endpoints endpoints,
            Tokenizing tokenizing,
            PickerLimits limits,
            Admission admission,
            RouterMetrics metrics,
            RequestTraces traces,
            Executor workers,
            LongSupplier nanoTime) {
        this.limits = limits;
        this.admission = admission;
        this.metrics = metrics;
        this.traces = traces;
        this.chooser = new Chooser(picker, endpoints, tokenizing, limits, metrics);
        this.reader = new InboundReader(limits.conformance(), limits.callers(), traces.isOn());
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> responses) {
        var streamed = StreamSpan.current();
        var out = (ServerCallStreamObserver<ProcessingResponse>) responses;
        var stream = new ProcessStream(
                out,
                reader,
                chooser,
                workers,
                outlet -> new PickerExchange(
                        limits,
                        this::isCrowded,
                        admission,
                        metrics,
                        said -> traces.begin(REQUEST, streamed.or(said)),
                        nanoTime,
                        outlet),
                streams::remove);
        streams.add(stream);
        stream.start();
        return stream;
    }

    private boolean isCrowded() {
        return streams.size() > limits.maxStreams();
    }

    /** Exchanges under way. */
    int streams() {
        return streams.size();
    }

    /** Looks for streams that are silent for too long. */
    void checkTime() {
        streams.forEach(ProcessStream::checkTime);
    }
}
