package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.UsersAccess;
import dev.kvcachepool.commandline.secret.PoolPasswords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may use a node. */
final class AccessFlags {
    private static final String PASSWORD_FLAG = "--resp-password-file";

    @Option(
            names = PASSWORD_FLAG,
            paramLabel = "<file>",
            description = "clients must give its content as password; or KVP_RESP_PASSWORD")
    @Nullable
    Path passwordFile;

    @Option(
            names = UsersAccess.FLAG,
            paramLabel = "<file>",
            description = "users, each with passwords and cache salts, as YAML; followed when it changes; needs "
                    + PoolPasswords.FLAG)
    @Nullable
    Path usersFile;

    @Option(
            names = PoolPasswords.FLAG,
            paramLabel = "<file>",
            description = "what the pool's own programs show one another where there are users: 1 to 8 passwords, one a"
                    + " line, the first is shown first; followed when it changes")
    @Nullable
    Path poolPasswordFile;

    /**
     * What the flags say.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    Access access(Map<String, String> environment) {
        var password = password(environment);
        if (usersFile == null && poolPasswordFile == null) {
            return password == null ? Access.open() : Access.password(password);
        }
        if (password != null) {
            throw new IllegalArgumentException((usersFile == null ? PoolPasswords.FLAG : UsersAccess.FLAG)
                    + " is not allowed with " + PASSWORD_FLAG + " or KVP_RESP_PASSWORD: give users, or one password");
        }
        if (usersFile == null || poolPasswordFile == null) {
            var given = usersFile == null ? PoolPasswords.FLAG : UsersAccess.FLAG;
            var missing = usersFile == null ? UsersAccess.FLAG : PoolPasswords.FLAG;
            throw new IllegalArgumentException(given + " needs " + missing);
        }
        return new UsersAccess(usersFile, poolPasswordFile);
    }

    private @Nullable String password(Map<String, String> environment) {
        if (passwordFile == null) {
            var text = environment.getOrDefault("KVP_RESP_PASSWORD", "");
            return text.isEmpty() ? null : text;
        }
        try {
            var text = Files.readString(passwordFile).strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "Invalid value for option '" + PASSWORD_FLAG + "': '" + passwordFile + "' is empty");
            }
            return text;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Invalid value for option '" + PASSWORD_FLAG + "': '" + passwordFile + "' cannot be read", e);
        }
    }
}
