package dev.kvcachepool.operator.app;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * What this process does when it no longer holds the Lease: it ends at once, so that no two act. Nothing under way is worth an
 * orderly end, as nothing is remembered. The SDK alone would only note that, and go on.
 */
final class Leadership {
    private static final Logger LOG = Logger.getLogger(Leadership.class);
    private static final AtomicBoolean GIVEN_UP = new AtomicBoolean();

    private Leadership() {}

    /** From now on the loss is wanted: the process is ending. */
    static void giveUp() {
        GIVEN_UP.set(true);
    }

    static void lost() {
        if (!GIVEN_UP.get()) {
            LOG.error("no longer holds the Lease: ends, and waits for its turn when it is started again");
            Runtime.getRuntime().halt(OperatorMain.FAILED);
        }
    }
}
