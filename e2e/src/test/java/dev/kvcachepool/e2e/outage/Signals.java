package dev.kvcachepool.e2e.outage;

import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Stops a process in its tracks and lets it go on, as a machine that hangs does. */
final class Signals {
    private Signals() {}

    /** SIGSTOP: its connections stay open, and nothing answers. */
    static void stop(Program program) {
        send("-STOP", program);
    }

    /** SIGCONT. */
    static void resume(Program program) {
        send("-CONT", program);
    }

    private static void send(String signal, Program program) {
        try {
            var kill = new ProcessBuilder("kill", signal, Long.toString(program.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill " + signal + " " + program.pid() + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
