package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import dev.kvcachepool.e2e.runtime.container.RunningContainer;
import java.util.concurrent.CompletableFuture;

/** An image whose containers are objects of this JVM. */
final class InsideImage implements ContainerImage {
    @Override
    public RunningContainer start(ContainerSpec spec) {
        var exit = new CompletableFuture<Integer>();
        return new RunningContainer() {
            @Override
            public CompletableFuture<Integer> exit() {
                return exit;
            }

            @Override
            public void terminate() {
                exit.complete(0);
            }

            @Override
            public void kill() {
                exit.complete(137);
            }
        };
    }
}
