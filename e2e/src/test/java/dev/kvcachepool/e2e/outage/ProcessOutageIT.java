package dev.kvcachepool.e2e.outage;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cache-nodes and routers end, hang, are replaced and come back. */
class ProcessOutageIT extends UnderLoad {

    @Test
    void aNodeIsKilledAndComesBack() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When it is gone, then nobody is sent to what it held
            var held = Set.copyOf(scene.keys(A));
            scene.node(A).kill();
            awaitNotPicked(held);

            // When it is back, empty, then its table is empty too
            long healed = System.nanoTime();
            scene.replaceNode(A, scene.launchNode(A));
            awaitStores(traffic, 200);
            finish("kill -9", traffic, healed);
        }
    }

    @Test
    void aNodeIsStoppedAndGoesOn() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When it is stopped until the router has given it up
            var held = Set.copyOf(scene.keys(A));
            Signals.stop(scene.node(A));
            try {
                awaitNotPicked(held);
            } finally {
                Signals.resume(scene.node(A));
            }
            long healed = System.nanoTime();
            awaitStores(traffic, 200);

            // Then
            finish("SIGSTOP", traffic, healed);
        }
    }

    @Test
    @Tag("long")
    void aNodeIsStoppedForHalfAMinute() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            Signals.stop(scene.node(A));
            try {
                awaitTime(Duration.ofSeconds(30));
            } finally {
                Signals.resume(scene.node(A));
            }
            long healed = System.nanoTime();
            awaitStores(traffic, 200);

            // Then
            finish("SIGSTOP for 30 s", traffic, healed);
        }
    }

    @Test
    void aNodeIsStoppedReplacedAndGoesOn() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);
            var zombie = scene.node(A);

            // When another process has taken over its name
            Signals.stop(zombie);
            try {
                scene.replaceNode(A, scene.launchNode(A));
                awaitStores(traffic, 200);
            } finally {
                Signals.resume(zombie);
            }
            long healed = System.nanoTime();
            await().until(() -> scene.metric(zombie, "kvcachepool_adverts_fenced") == 1);
            awaitStores(traffic, 200);

            // Then the table is the successor's truth, and the zombie says no more
            finish("SIGSTOP, replaced", traffic, healed);
            zombie.kill();
        }
    }

    @Test
    void theRouterIsKilledAndStartsAgain() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            long healed = System.nanoTime();
            scene.restartRouter();
            awaitStores(traffic, 200);

            // Then
            finish("router killed", traffic, healed);
        }
    }
}
