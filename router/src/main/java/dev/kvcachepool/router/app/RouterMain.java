package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.HttpDoor;
import dev.kvcachepool.commandline.tracing.Tracing;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Judges the command line before Quarkus starts, so that a mistake costs one clear line and no stack trace. */
@QuarkusMain
public final class RouterMain {
    /** Its name in traces. */
    static final String SERVICE = "kvcachepool-router";

    static final int FAILED = 1;

    private RouterMain() {}

    public static void main(String[] args) {
        var exit = check(args, System.getenv(), System.out, System.err);
        if (exit != null) {
            System.exit(exit);
        }
        var config = RouterCommand.parse(args, System.getenv());
        HttpDoor.configure(config.listenAddress(), config.httpPort(), config.isSecure());
        Quarkus.run(RouterApplication.class, RouterMain::ended, args);
    }

    /** The exit code where the program should not start, or null where it should. */
    static @Nullable Integer check(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        var help = RouterCommand.commandLine(environment);
        try {
            var parsed = help.parseArgs(args);
            if (parsed.isUsageHelpRequested()) {
                help.usage(out);
                return 0;
            }
            if (parsed.isVersionHelpRequested()) {
                help.printVersionHelp(out);
                return 0;
            }
            var config = RouterCommand.parse(args, environment);
            Tracing.of(environment, SERVICE, said -> {}).close();
            var picker = config.picker();
            var free = isFree("--http-port", config, config.httpPort(), err)
                    && (picker == null || isFree("--ext-proc-port", config, picker.port(), err));
            return free ? null : FAILED;
        } catch (ParameterException | IllegalArgumentException e) {
            err.println("router: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
            return RouterCommand.BAD_INPUT;
        }
    }

    private static boolean isFree(String flag, RouterConfig config, int port, PrintStream err) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(config.listenAddress(), port));
            return true;
        } catch (IOException e) {
            err.println("router: cannot listen on " + config.listenAddress() + ":" + port + " (--listen-address, "
                    + flag + "): " + e.getMessage());
            return false;
        }
    }

    private static void ended(Integer code, @Nullable Throwable failure) {
        if (failure != null) {
            var cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            System.err.println("router: cannot start: " + cause.getMessage());
            System.exit(FAILED);
        }
        System.exit(code);
    }
}
