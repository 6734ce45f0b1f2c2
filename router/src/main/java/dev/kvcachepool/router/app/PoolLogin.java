package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.secret.FileWatch;
import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.router.metrics.RouterMetrics;
import org.jboss.logging.Logger;

/** How the router logs in at cache-nodes; follows the file that says so. Owned by the application, which closes it. */
final class PoolLogin implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PoolLogin.class);

    private final NodeLogin login;
    private final FileWatch watch;

    PoolLogin(PinFlags.Config config, RouterMetrics metrics) {
        this.login = config.login();
        config.files().forEach(file -> metrics.observePasswords(file::applied, file::refused));
        this.watch = new FileWatch(config.files(), LOG::info, LOG::warn);
    }

    NodeLogin login() {
        return login;
    }

    @Override
    public void close() {
        watch.close();
    }
}
