package dev.kvcachepool.e2e.runtime.container;

import java.io.File;
import java.util.List;

/** Processes start from a container's environment and next to nothing of this JVM's own. */
public final class ChildEnvironment {
    private static final List<String> KEPT = List.of("PATH", "HOME", "LANG", "XDG_CACHE_HOME");

    private ChildEnvironment() {}

    /** A process of a container, nothing on its standard input. */
    public static ProcessBuilder builder(ContainerSpec spec, List<String> command) {
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        if (spec.workingDirectory() != null) {
            builder.directory(spec.workingDirectory().toFile());
        }
        var environment = builder.environment();
        environment.keySet().retainAll(KEPT);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOSTNAME", spec.pod());
        environment.putAll(spec.env());
        return builder;
    }
}
