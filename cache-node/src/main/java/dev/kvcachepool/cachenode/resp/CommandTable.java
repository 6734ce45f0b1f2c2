package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.net.ProtocolCounters;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All commands by name. Filled once, then only read. */
final class CommandTable {
    /** What a client may send before it has given the password. */
    private static final Set<String> BEFORE_AUTH = Set.of("auth", "hello", "quit", "reset");

    private static final int MAX_NAME = 128;

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final int maxArguments;

    CommandTable(int maxArguments) {
        this.maxArguments = maxArguments;
    }

    void add(Command command) {
        commands.put(command.name(), command);
    }

    @Nullable
    Command find(String name) {
        return commands.get(name);
    }

    Collection<Command> all() {
        return commands.values();
    }

    Set<String> names() {
        return commands.keySet();
    }

    /** Runs one request to its end; whatever happens to it short of the connection's end, the next one can be read. */
    void run(Session session, Arguments arguments, RespOutput out, ProtocolCounters counters) throws IOException {
        try {
            var name = nameOf(arguments);
            var command = find(name);
            counters.command(command == null ? ProtocolCounters.UNKNOWN : name);
            session.mayBeNative &= NativeMisses.sends(name, arguments.left(), arguments.typed());
            check(session, name, command, arguments.left()).action().run(session, arguments, out);
        } catch (RequestException e) {
            out.error(e.line());
        }
        arguments.skipRest();
    }

    private static String nameOf(Arguments arguments) throws IOException, RequestException {
        try {
            return RespOutput.lower(arguments.next("command name", MAX_NAME));
        } catch (RequestException e) {
            throw new RequestException("unknown command: its " + e.line().substring("ERR ".length()));
        }
    }

    private Command check(Session session, String name, @Nullable Command command, int arguments)
            throws ProtocolException, RequestException {
        if (name.equals("post") || name.equals("host:")) {
            throw new ProtocolException("this is no HTTP server");
        }
        if (!session.authenticated && !BEFORE_AUTH.contains(name)) {
            throw new RequestException("NOAUTH", "Authentication required.");
        }
        if (command == null) {
            throw new RequestException("unknown command '" + RespOutput.printable(name, MAX_NAME) + "'");
        }
        if (!command.takes(arguments, maxArguments)) {
            throw new RequestException(
                    arguments > maxArguments
                            ? arguments + " arguments for '" + name + "', allowed are " + maxArguments + " keys"
                            : "wrong number of arguments for '" + name + "' command");
        }
        return command;
    }
}
