package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lm.LmSettings;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.commandline.FlagTypes;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How engines reach a node besides RESP. */
final class EngineFlags {
    @Option(
            names = "--lm-port",
            paramLabel = "<port>",
            converter = FlagTypes.Port.class,
            description = "LMCache's own protocol, lm://, whose usual port is 65432; default: not served")
    @Nullable
    Integer lmPort;

    /** What {@code lm://} takes over from RESP's flags, or null where it is not served. */
    @Nullable
    LmPort lm(RespSettings resp) {
        return lmPort == null ? null : new LmPort(lmPort, new LmSettings(resp.maxValueBytes(), resp.clientTimeout()));
    }

    /** Bytes of a rank's chunk by model, of those that tell. */
    static Map<String, Long> valueBytes(List<ModelFlag> models) {
        return models.stream()
                .filter(model -> model.valueBytes() > 0)
                .collect(Collectors.toMap(model -> model.spec().name(), model -> (long) model.valueBytes()));
    }
}
