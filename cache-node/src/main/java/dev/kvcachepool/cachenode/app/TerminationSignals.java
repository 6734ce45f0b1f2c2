package dev.kvcachepool.cachenode.app;

import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT end the program in order, with exit code 0: left to the JVM they would end it with 143 while
 * Quarkus already closes what a drain needs.
 *
 * <p>By reflection, as the compiler warns of {@code sun.misc.Signal}, which has no successor, in a way that cannot be
 * suppressed. Where it is missing the JVM's own way stays.
 */
final class TerminationSignals {
    private TerminationSignals() {}

    static void endBy(Runnable end) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var ours = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            end.run();
                        }
                        return null;
                    });
            var handle = signal.getMethod("handle", signal, handler);
            for (var name : new String[] {"TERM", "INT"}) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            org.jboss.logging.Logger.getLogger(TerminationSignals.class)
                    .warnf("signals end this process without a drain: %s", e);
        }
    }
}
