package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.container.ChildEnvironment;
import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command in a container: a process with the container's environment and folders. */
final class ContainerExec {
    private ContainerExec() {}

    /** Null if it ended with 0 in time, else what happened. */
    static @Nullable String run(ContainerSpec spec, List<String> command, Duration timeout)
            throws InterruptedException {
        var paths = new MountPaths(spec.mounts());
        var line = command.stream().map(paths::rewrite).toList();
        try {
            var log = ProcessBuilder.Redirect.appendTo(spec.log().toFile());
            var process = ChildEnvironment.builder(spec, line)
                    .redirectOutput(log)
                    .redirectError(log)
                    .start();
            try {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    return "command " + line + " timed out";
                }
                var status = process.exitValue();
                return status == 0 ? null : "command " + line + " ended with " + status;
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return "command " + line + " can't be started: " + e.getMessage();
        }
    }
}
