package dev.kvcachepool.commandline.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** An exporter whose first failure is told, and its first success after that, each in a line. Thread-safe. */
final class ToldExporter implements SpanExporter {
    private final SpanExporter exporter;
    private final String endpoint;
    private final Consumer<String> say;
    /** Spans that could not be delivered since the last that could. */
    private final AtomicLong lost = new AtomicLong();

    ToldExporter(SpanExporter exporter, String endpoint, Consumer<String> say) {
        this.exporter = exporter;
        this.endpoint = endpoint;
        this.say = say;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        var result = exporter.export(spans);
        result.whenComplete(() -> tell(result.isSuccess(), spans.size()));
        return result;
    }

    private void tell(boolean delivered, int spans) {
        if (!delivered) {
            if (lost.getAndAdd(spans) == 0) {
                say.accept("traces cannot be delivered to " + endpoint
                        + " (OTEL_EXPORTER_OTLP_ENDPOINT): is there a collector that speaks OTLP over HTTP?");
            }
            return;
        }
        var before = lost.getAndSet(0);
        if (before > 0) {
            say.accept("traces are delivered to " + endpoint + " again; " + before + " spans are lost");
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
