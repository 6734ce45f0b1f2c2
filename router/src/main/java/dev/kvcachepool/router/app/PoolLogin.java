package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.secret.FileWatch;
import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.secret.PoolPasswords;
import dev.kvcachepool.commandline.secret.WatchedFile;
import dev.kvcachepool.router.metrics.RouterMetrics;
import java.util.ArrayList;
import org.jboss.logging.Logger;

/** How the router logs in at cache-nodes; follows the file that says so. Owned by the application, which closes it. */
final class PoolLogin implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PoolLogin.class);

    private final NodeLogin login;
    private final FileWatch watch;

    PoolLogin(PinFlags.Config config, RouterMetrics metrics) {
        this.login = config.login();
        var files = new ArrayList<WatchedFile<?>>();
        if (login instanceof PoolPasswords passwords) {
            metrics.observePasswords(passwords.file()::applied, passwords.file()::refused);
            files.add(passwords.file());
        }
        var tls = config.tls();
        if (tls != null) {
            metrics.observeTls(
                    tls.files()::applied,
                    tls.files()::refused,
                    () -> tls.notBefore().getEpochSecond(),
                    () -> tls.notAfter().getEpochSecond());
            files.add(tls.files());
        }
        this.watch = new FileWatch(files, LOG::info, LOG::warn);
    }

    NodeLogin login() {
        return login;
    }

    @Override
    public void close() {
        watch.close();
    }
}
