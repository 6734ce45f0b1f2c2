package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.User;
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
    private final Access access;

    CommandTable(int maxArguments, Access access) {
        this.maxArguments = maxArguments;
        this.access = access;
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
        var begun = counters.times().begin();
        var label = ProtocolCounters.UNKNOWN;
        try {
            var name = nameOf(arguments);
            var command = find(name);
            if (command != null) {
                label = name;
            }
            counters.command(label);
            session.mayBeNative &= NativeMisses.sends(name, arguments.left(), arguments.typed());
            check(session, name, command, arguments).action().run(session, arguments, out);
        } catch (RequestException e) {
            out.error(e.line());
        }
        arguments.skipRest();
        counters.times().end(label, begun);
    }

    private static String nameOf(Arguments arguments) throws IOException, RequestException {
        try {
            return RespOutput.lower(arguments.next("command name", MAX_NAME));
        } catch (RequestException e) {
            throw new RequestException("unknown command: its " + e.line().substring("ERR ".length()));
        }
    }

    private Command check(Session session, String name, @Nullable Command command, Arguments arguments)
            throws IOException, RequestException {
        if (name.equals("post") || name.equals("host:")) {
            throw new ProtocolException("this is no HTTP server");
        }
        renew(session);
        if (session.user == null && !BEFORE_AUTH.contains(name)) {
            throw noAuth();
        }
        if (command == null) {
            throw new RequestException("unknown command '" + RespOutput.printable(name, MAX_NAME) + "'");
        }
        int count = arguments.left();
        if (!command.takes(count, maxArguments)) {
            throw new RequestException(
                    count > maxArguments
                            ? count + " arguments for '" + name + "', allowed are " + maxArguments + " keys"
                            : "wrong number of arguments for '" + name + "' command");
        }
        if (session.user != null) {
            requireRight(session.user, command, arguments);
        }
        return command;
    }

    /** Looks at what the user may do by now; one who is gone is told so, and closed. */
    private void renew(Session session) throws RequestException {
        if (session.user == null) {
            return;
        }
        session.user = access.now(session.user);
        if (session.user == null) {
            session.closing = true;
            throw noAuth();
        }
    }

    private static RequestException noAuth() {
        return new RequestException("NOAUTH", "Authentication required.");
    }

    /** Before anything comes of the command: none of its keys is used if it names one of another's. */
    private void requireRight(User user, Command command, Arguments arguments) throws IOException, RequestException {
        boolean may = switch (command.right()) {
            case OPEN, KEYS, OWN_KEYS -> true;
            case ALL_KEYS -> user.mayUseAll();
            case POOL -> user.isOfPool();
        };
        if (!may) {
            throw refused(access, user, command.name());
        }
        arguments.of(user);
        if (command.keys() == Command.Keys.ALL && !user.mayUseAll()) {
            arguments.keysAhead();
        }
    }

    /** What {@code user} is told who may not run a command. */
    static RequestException refused(Access access, User user, String what) {
        access.counters().commandRefused();
        return new RequestException(
                "NOPERM", "User " + user.name() + " has no permissions to run the '" + what + "' command");
    }
}
