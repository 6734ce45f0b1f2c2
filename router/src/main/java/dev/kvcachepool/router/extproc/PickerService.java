package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.tokens.Tokenizing;
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
    private final PickerLimits limits;
    private final Admission admission;
    private final RouterMetrics metrics;
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
            Executor workers,
            LongSupplier nanoTime) {
        this.limits = limits;
        this.admission = admission;
        this.metrics = metrics;
        this.chooser = new Chooser(picker, endpoints, tokenizing, limits, metrics);
        this.reader = new InboundReader(limits.conformance(), limits.callers());
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> responses) {
        var out = (ServerCallStreamObserver<ProcessingResponse>) responses;
        var stream = new ProcessStream(
                out,
                reader,
                chooser,
                workers,
                outlet -> new PickerExchange(limits, this::isCrowded, admission, metrics, nanoTime, outlet),
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
