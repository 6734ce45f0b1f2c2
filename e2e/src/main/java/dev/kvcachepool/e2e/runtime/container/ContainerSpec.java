package dev.kvcachepool.e2e.runtime.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a container is started with.
 *
 * @param command replaces the image's own entry point unless empty
 * @param args follow the entry point or the command
 * @param env complete and resolved
 * @param mounts container path to the folder of this machine that stands for it
 * @param log where its output is appended
 */
public record ContainerSpec(
        String namespace,
        String pod,
        String name,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        Map<String, Path> mounts,
        @Nullable Path workingDirectory,
        Path log,
        String node,
        String podIp) {
    public ContainerSpec {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Map.copyOf(env);
        mounts = Map.copyOf(mounts);
    }
}
