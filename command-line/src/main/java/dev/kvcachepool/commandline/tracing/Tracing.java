package dev.kvcachepool.commandline.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program's traces. Where they go and how many of them are kept is said by the environment variables of OpenTelemetry's
 * specification ({@code OTEL_EXPORTER_OTLP_ENDPOINT}, {@code OTEL_TRACES_SAMPLER}, {@code OTEL_RESOURCE_ATTRIBUTES}, …). Without
 * an endpoint nothing is recorded, and no class of the SDK is loaded. Spans are sent by a thread of the SDK's, from a queue that
 * drops what is too much: who makes spans never waits. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
    /** Records nothing. */
    public static final Tracing OFF = new Tracing(null);

    private static final String SCOPE = "dev.kvcachepool";
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
    private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private static final String TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    private static final String SPOKEN = "http/protobuf";
    private static final String VARIABLES = "OTEL_";
    private static final Pattern URL = Pattern.compile("https?://[^\\s/]+(/\\S*)?");
    private static final int CLOSE_SECONDS = 3;

    private final @Nullable OpenTelemetrySdk sdk;
    private final Tracer tracer;

    private Tracing(@Nullable OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = (sdk == null ? OpenTelemetry.noop() : sdk).getTracer(SCOPE);
    }

    /** Traces of which each span is given to {@code exporter} as it ends. */
    public static Tracing to(SpanExporter exporter) {
        var provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        return new Tracing(
                OpenTelemetrySdk.builder().setTracerProvider(provider).build());
    }

    /**
     * The traces that {@code environment} asks for.
     *
     * @param program the service's name, unless the environment gives it another
     * @param say is told once when traces cannot be delivered, and when they can again
     * @throws IllegalArgumentException with one line that names what is wrong
     */
    public static Tracing of(Map<String, String> environment, String program, Consumer<String> say) {
        if (!isWanted(environment)) {
            return OFF;
        }
        requireSpoken(environment, PROTOCOL);
        requireSpoken(environment, TRACES_PROTOCOL);
        requireUrl(environment, ENDPOINT);
        requireUrl(environment, TRACES_ENDPOINT);
        try {
            return new Tracing(sdk(environment, program, say));
        } catch (ConfigurationException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the variables OTEL_… are wrong: " + cause(e));
        }
    }

    /** The variables above whatever else configures the SDK, so that a program is set up by what it was given. */
    private static OpenTelemetrySdk sdk(Map<String, String> environment, String program, Consumer<String> say) {
        var settings = new HashMap<String, String>();
        settings.put("otel.service.name", program);
        settings.put("otel.exporter.otlp.protocol", SPOKEN);
        environment.forEach((name, value) -> {
            if (name.startsWith(VARIABLES) && !value.isBlank()) {
                settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        settings.put("otel.metrics.exporter", "none");
        settings.put("otel.logs.exporter", "none");
        settings.put("otel.traces.exporter", "otlp");
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .setServiceClassLoader(Tracing.class.getClassLoader())
                .addPropertiesCustomizer((ConfigProperties ignored) -> settings)
                .addSpanExporterCustomizer((SpanExporter exporter, ConfigProperties ignored) ->
                        new ToldExporter(exporter, endpoint(environment), say))
                .build()
                .getOpenTelemetrySdk();
    }

    private static boolean isWanted(Map<String, String> environment) {
        return !endpoint(environment).isBlank()
                && !environment.getOrDefault("OTEL_SDK_DISABLED", "").equalsIgnoreCase("true")
                && !environment.getOrDefault(EXPORTER, "").equalsIgnoreCase("none");
    }

    private static String endpoint(Map<String, String> environment) {
        return environment.getOrDefault(TRACES_ENDPOINT, environment.getOrDefault(ENDPOINT, ""));
    }

    private static void requireSpoken(Map<String, String> environment, String variable) {
        var protocol = environment.getOrDefault(variable, SPOKEN);
        if (!protocol.isBlank() && !protocol.equals(SPOKEN)) {
            throw new IllegalArgumentException(
                    variable + " is '" + protocol + "'; give " + SPOKEN + ", a collector's port 4318");
        }
    }

    private static void requireUrl(Map<String, String> environment, String variable) {
        var url = environment.getOrDefault(variable, "");
        if (!url.isBlank() && !URL.matcher(url).matches()) {
            throw new IllegalArgumentException(
                    variable + " is '" + url + "'; give a URL such as http://collector:4318");
        }
    }

    private static String cause(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }

    /** Whether anything may be recorded: whoever would have to gather something for spans asks first. */
    public boolean isOn() {
        return sdk != null;
    }

    /** Makes spans. */
    public Tracer tracer() {
        return tracer;
    }

    /** What a caller said of its own span by W3C Trace Context; the root where it said nothing. */
    public static <C> Context parent(C carrier, TextMapGetter<C> getter) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), carrier, getter);
    }

    /** Says by W3C Trace Context to whoever is called that {@code span} calls. */
    public static <C> void carry(Span span, C carrier, TextMapSetter<C> setter) {
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), carrier, setter);
    }

    /** Sends what is left, for some seconds at most. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.getSdkTracerProvider().shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
