package dev.kvcachepool.e2e.runtime.container;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A container that is a process; it and its children die with this JVM. Safe for use by several threads. */
final class ContainerProcess implements RunningContainer {
    private static final Set<ContainerProcess> ALIVE = ConcurrentHashMap.newKeySet();

    private static volatile boolean ending;

    static {
        // However this JVM ends, nothing that it started is left behind.
        Runtime.getRuntime().addShutdownHook(new Thread(ContainerProcess::killAll));
    }

    private final Process process;
    private final CompletableFuture<Integer> exit;

    ContainerProcess(Process process) {
        this.process = process;
        ALIVE.add(this);
        if (ending) {
            kill();
        }
        this.exit = process.onExit().thenApply(ended -> {
            ALIVE.remove(this);
            return ended.exitValue();
        });
    }

    /** A kubelet that is still at work restarts what ends: whatever starts from here on is killed as it comes. */
    private static void killAll() {
        ending = true;
        ALIVE.forEach(ContainerProcess::kill);
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public void terminate() {
        process.destroy();
    }

    @Override
    public void kill() {
        // Children first while they can be found: a container's end takes all of its processes.
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()));
        List.copyOf(all.toList()).forEach(ProcessHandle::destroyForcibly);
    }
}
