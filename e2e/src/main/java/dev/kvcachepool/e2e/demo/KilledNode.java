package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.fault.Sigkill;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** One node's cache-node, killed in the middle of a pass; the kubelet starts it anew, and it finds its blocks on disk. */
final class KilledNode {
    private static final int NUMBER = 3;
    /** What a kill may cost at most: blocks that were not written yet. */
    private static final double LEAST_BACK = .5;

    private final DemoKubernetes kubernetes;
    private final DemoPool pool;
    private final PrintStream out;
    private final CompletableFuture<Return> returned = new CompletableFuture<>();

    KilledNode(DemoKubernetes kubernetes, DemoPool pool, PrintStream out) {
        this.kubernetes = kubernetes;
        this.pool = pool;
        this.out = out;
    }

    /**
     * How it came back.
     *
     * @param held blocks it held when it was killed
     * @param back those of them that it held when it served again
     */
    private record Return(int held, int back, long afterMillis) {}

    /** Kills it, on a thread that waits for its return. */
    void kill() {
        Thread.ofPlatform().daemon().name("killed-node").start(() -> {
            try {
                returned.complete(killAndAwait());
            } catch (InterruptedException | RuntimeException e) {
                returned.completeExceptionally(e);
            }
        });
    }

    private Return killAndAwait() throws InterruptedException {
        Set<String> held;
        try (var node = connect()) {
            held = node.keys("*");
            Sigkill.of(node);
        }
        long killed = System.nanoTime();
        var back = new HashSet<String>();
        kubernetes.await("the killed node serves again", () -> {
            try (var node = connect()) {
                back.addAll(node.keys("*"));
                return true;
            } catch (JedisException e) {
                return false;
            }
        });
        long after = (System.nanoTime() - killed) / 1_000_000;
        back.retainAll(held);
        return new Return(held.size(), back.size(), after);
    }

    private Jedis connect() {
        return new Jedis(pool.resp(NUMBER));
    }

    /** What is wrong with its return, one sentence each; waits for it. */
    List<String> shortcomings() throws InterruptedException {
        kubernetes.await("the killed node is back", returned::isDone);
        var seen = returned.join();
        out.printf(
                "killed %s with %d blocks in the middle of the adverts pass: back after %.1f s with %d of them%n",
                DemoKubernetes.nodeName(NUMBER), seen.held, seen.afterMillis / 1e3, seen.back);
        return seen.back < LEAST_BACK * seen.held
                ? List.of("the killed node came back with " + seen.back + " of its " + seen.held + " blocks")
                : List.of();
    }
}
