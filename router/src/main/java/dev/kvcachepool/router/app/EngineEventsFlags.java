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
            names = "--lmcache-events-topic",
            paramLabel = "TOPIC",
            converter = FlagTypes.TopicName.class,
            description =
                    "A topic of LMCache's cache events, usually lmcache-cache-events: what the instance that has an "
                            + "endpoint's name keeps in its own memory counts for that endpoint. These records carry prompts. "
                            + "Default: none.")
    @Nullable
    String cacheEventsTopic;

    String cacheEventsTopic() {
        return cacheEventsTopic == null ? "" : cacheEventsTopic;
    }

    /** What needs a broker, by its flag; empty where nothing does. */
    String needsKafka() {
        if (!engines.isEmpty()) {
            return "--engine-events";
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
}
