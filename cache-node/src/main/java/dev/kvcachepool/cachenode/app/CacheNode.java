package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.adverts.NodeRowChannel;
import dev.kvcachepool.cachenode.net.ListeningPort;
import dev.kvcachepool.commandline.HttpDoor;
import dev.kvcachepool.commandline.tracing.Tracing;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The program. Everything that a user may have got wrong is found before Quarkus starts, and said in one line: exit code
 * 2 for the command line, 1 for what the machine refuses.
 */
@QuarkusMain
public final class CacheNode {
    private static final int FAILED = 1;
    private static final int MISTAKEN = 2;

    private CacheNode() {}

    /** Runs a node until it is told to end. */
    public static void main(String... arguments) {
        var outcome = prepare(arguments, System.out, System.err);
        if (outcome.isPresent()) {
            System.exit(outcome.getAsInt());
        }
        Quarkus.run(Serving.class, CacheNode::exit, arguments);
    }

    /** Reads the command line and tries the ports; the exit code when there is nothing to run. */
    private static OptionalInt prepare(String[] arguments, PrintStream out, PrintStream err) {
        var parsed = CommandLineReader.read(arguments, System.getenv());
        if (parsed.message() != null) {
            (parsed.exitCode() == 0 ? out : err).println(parsed.message());
            return OptionalInt.of(parsed.exitCode());
        }
        var settings = parsed.settings();
        try {
            ListeningPort.requireFree(settings.listenAddress(), settings.respPort(), "--resp-port");
            ListeningPort.requireFree(settings.listenAddress(), settings.httpPort(), "--http-port");
            var lm = settings.lm();
            if (lm != null) {
                ListeningPort.requireFree(settings.listenAddress(), lm.port(), "--lm-port");
            }
        } catch (IOException e) {
            err.println("cache-node: " + e.getMessage());
            return OptionalInt.of(FAILED);
        }
        try {
            Tracing.of(System.getenv(), NodeTraces.SERVICE, said -> {}).close();
        } catch (IllegalArgumentException e) {
            err.println("cache-node: " + e.getMessage());
            return OptionalInt.of(MISTAKEN);
        }
        HttpDoor.configure(
                settings.listenAddress(), settings.httpPort(), settings.tls().tls() != null);
        var kafka = settings.kafka();
        if (kafka != null) {
            NodeRowChannel.configure(kafka, settings.tables().current().topics());
        }
        return OptionalInt.empty();
    }

    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            System.err.println("cache-node: could not start: " + told(failure).getMessage());
        }
        System.exit(failure == null ? code : FAILED);
    }

    /** What says it in a line for the user: what our own parts have thrown, else the first cause. */
    private static Throwable told(Throwable failure) {
        var root = failure;
        while (!(root instanceof UncheckedIOException) && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
