package dev.kvcachepool.e2e.runtime.container;

/** How a container runs: the local runtime's idea of an image. */
@FunctionalInterface
public interface ContainerImage {
    /**
     * Starts a container and returns at once.
     *
     * @throws java.io.UncheckedIOException if it can't be started; counts as a failed start and is tried again
     */
    RunningContainer start(ContainerSpec spec);
}
