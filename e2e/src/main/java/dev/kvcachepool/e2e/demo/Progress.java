package dev.kvcachepool.e2e.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A progress bar on one line, or a line a tenth where the output is no terminal. Thread-safe. */
final class Progress {
    private static final int WIDTH = 40;
    private final PrintStream out;
    private final String label;
    private final int total;
    private final boolean terminal =
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    private final AtomicInteger done = new AtomicInteger();
    private final Runnable halfWay;

    /** A bar; {@code halfWay} runs once half of it is done, on the thread that did it. */
    Progress(PrintStream out, String label, int total, Runnable halfWay) {
        this.out = out;
        this.label = label;
        this.total = total;
        this.halfWay = halfWay;
    }

    void step() {
        var now = done.incrementAndGet();
        if (now == total / 2) {
            halfWay.run();
        }
        if (now * WIDTH / total == (now - 1) * WIDTH / total && now != total) {
            return;
        }
        var filled = now * WIDTH / total;
        var bar = "%-14s [%s%s] %d/%d".formatted(label, "#".repeat(filled), ".".repeat(WIDTH - filled), now, total);
        synchronized (out) {
            if (terminal) {
                out.print("\r" + bar + (now == total ? "\n" : ""));
                out.flush();
            } else if (filled % 10 == 0) {
                out.println(bar);
            }
        }
    }
}
