package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.commandline.FlagTypes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The flags of what engines, and caches beside them, say of their own blocks. */
final class EngineEventsFlags {
    @Option(
            names = "--engine-events",
            paramLabel = "NAME=TCP",
            split = ";",
            converter = Address.class,
            description =
                    "Where the engine of an endpoint of this name publishes vLLM's KV events: " + EngineAddress.FORM
                            + ". For pools whose cache-nodes do not listen to them; one of the routers does. Repeatable; "
                            + "several in one with ';'.")
    List<EngineAddress> engines = List.of();

    @Option(
            names = "--engine-events-of-pods",
            paramLabel = "port=PORT,…",
            converter = Pods.class,
            description =
                    "Where each engine pod publishes vLLM's KV events, which is then listened to as long as the pod is "
                            + "there: " + PodEvents.FORM + ". With --engine-selector or --inference-pool, of pods that "
                            + "serve on one port. Default: not listened to.")
    @Nullable
    PodEvents ofPods;

    @Option(
            names = "--lmcache-events-topic",
            paramLabel = "TOPIC",
            converter = FlagTypes.TopicName.class,
            description =
                    "A topic of LMCache's cache events, usually lmcache-cache-events: what the instance that has an "
                            + "endpoint's name keeps in its own memory counts for that endpoint. These records carry prompts. "
                            + "Default: none.")
    @Nullable
    String cacheEventsTopic;

    /**
     * Which engines are listened to.
     *
     * @param ofPods null where pods are not
     */
    record Config(List<EngineAddress> engines, @Nullable PodEvents ofPods) {
        Config {
            engines = List.copyOf(engines);
        }

        boolean areOff() {
            return engines.isEmpty() && ofPods == null;
        }
    }

    Config config() {
        return new Config(engines, ofPods);
    }

    String cacheEventsTopic() {
        return cacheEventsTopic == null ? "" : cacheEventsTopic;
    }

    /** What needs a broker, by its flag; empty where nothing does. */
    String needsKafka() {
        if (!engines.isEmpty()) {
            return "--engine-events";
        }
        if (ofPods != null) {
            return "--engine-events-of-pods";
        }
        return cacheEventsTopic == null ? "" : "--lmcache-events-topic";
    }

    static final class Address implements ITypeConverter<EngineAddress> {
        @Override
        public EngineAddress convert(String value) {
            try {
                return EngineAddress.parse(value);
            } catch (IllegalArgumentException e) {
                throw FlagTypes.refuse(value, EngineAddress.FORM);
            }
        }
    }

    static final class Pods implements ITypeConverter<PodEvents> {
        @Override
        public PodEvents convert(String value) {
            try {
                return PodEvents.parse(value);
            } catch (IllegalArgumentException e) {
                throw FlagTypes.refuse(value, PodEvents.FORM + " (" + e.getMessage() + ")");
            }
        }
    }
}
