package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.commandline.FlagTypes;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The flags of what engines say of their own blocks. */
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
