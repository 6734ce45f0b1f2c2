package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.User;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Commands on the connection itself. */
final class ConnectionCommands {
    private static final Set<String> FAST = Set.of("fast", "loading", "stale");
    private static final Set<String> PLAIN = Set.of("loading", "stale");

    private final Access access;

    ConnectionCommands(Access access) {
        this.access = access;
    }

    void addTo(CommandTable table) {
        table.add(new Command("ping", 0, 1, FAST, Keys.NONE, Right.OPEN, this::ping));
        table.add(new Command("echo", 1, 1, FAST, Keys.NONE, Right.OPEN, (session, in, out) -> out.bulk(in.bytes())));
        table.add(new Command("hello", 0, 7, FAST, Keys.NONE, Right.OPEN, this::hello));
        table.add(new Command("auth", 1, 2, FAST, Keys.NONE, Right.OPEN, this::auth));
        table.add(new Command("select", 1, 1, FAST, Keys.NONE, Right.OPEN, this::select));
        table.add(new Command("quit", 0, 0, FAST, Keys.NONE, Right.OPEN, this::quit));
        table.add(new Command("reset", 0, 0, FAST, Keys.NONE, Right.OPEN, this::reset));
        table.add(new Command("acl", 1, 1, PLAIN, Keys.NONE, Right.OPEN, ConnectionCommands::acl));
        table.add(new Command("client", 1, 16, PLAIN, Keys.NONE, Right.OPEN, this::client));
    }

    private void ping(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        if (arguments.hasNext()) {
            out.bulk(arguments.bytes());
        } else {
            out.simple("PONG");
        }
    }

    private void select(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        if (arguments.number() != 0) {
            throw new RequestException("DB index is out of range: this server has database 0 only");
        }
        out.ok();
    }

    private void quit(Session session, Arguments arguments, RespOutput out) throws IOException {
        session.closing = true;
        out.ok();
    }

    private void reset(Session session, Arguments arguments, RespOutput out) throws IOException {
        session.become(access.newcomer());
        session.name = "";
        out.speak(2);
        out.simple("RESET");
    }

    private void auth(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var user = arguments.left() == 2 ? arguments.text() : Access.defaultName();
        if (access.newcomer() != null) {
            throw new RequestException("AUTH called without any password configured for the default user."
                    + " Are you sure your configuration is correct?");
        }
        session.become(login(user, arguments.bytes()));
        out.ok();
    }

    private User login(String name, byte[] password) throws RequestException {
        var user = access.login(name, password);
        if (user == null) {
            throw new RequestException("WRONGPASS", "invalid username-password pair or user is disabled.");
        }
        return user;
    }

    /** {@code ACL WHOAMI}: users are not made over the protocol. */
    private static void acl(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var subcommand = arguments.word();
        if (!subcommand.equals("WHOAMI") || session.user == null) {
            throw new RequestException("unknown subcommand '" + RespOutput.printable(subcommand, 128) + "' of ACL");
        }
        out.bulk(session.user.name());
    }

    /** {@code HELLO [2|3 [AUTH user password] [SETNAME name]]}: nothing changes unless all of it is right. */
    private void hello(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        int version = arguments.hasNext() ? versionOf(arguments.text()) : out.version();
        var name = session.name;
        var user = session.user;
        while (arguments.hasNext()) {
            var option = arguments.word();
            if (option.equals("AUTH") && arguments.left() >= 2) {
                user = login(arguments.text(), arguments.bytes());
            } else if (option.equals("SETNAME") && arguments.hasNext()) {
                name = clientName(arguments);
            } else {
                throw new RequestException("Syntax error in HELLO option '" + option + "'");
            }
        }
        if (user == null) {
            throw new RequestException(
                    "NOAUTH",
                    "HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH"
                            + " <user> <pass> option can be used to authenticate the client and select the RESP"
                            + " protocol version at the same time");
        }
        if (user != session.user) {
            session.become(user);
        }
        session.name = name;
        out.speak(version);
        describe(session, version, out);
    }

    private static int versionOf(String text) throws RequestException {
        return switch (text) {
            case "2" -> 2;
            case "3" -> 3;
            default -> throw new RequestException("NOPROTO", "unsupported protocol version");
        };
    }

    private static void describe(Session session, int version, RespOutput out) throws IOException {
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(InfoText.REDIS_VERSION);
        out.bulk("proto");
        out.integer(version);
        out.bulk("id");
        out.integer(session.id);
        out.bulk("mode");
        out.bulk("standalone");
        out.bulk("role");
        out.bulk("master");
        out.bulk("modules");
        out.array(0);
    }

    private void client(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var subcommand = arguments.word();
        switch (subcommand) {
            case "ID" -> out.integer(session.id);
            case "GETNAME" -> name(session, out);
            case "SETNAME" -> {
                session.name = clientName(oneMore(arguments, subcommand));
                out.ok();
            }
            case "SETINFO" -> {
                setInfo(session, arguments);
                out.ok();
            }
            case "INFO", "LIST" -> out.verbatim(line(session, out));
            case "NO-EVICT", "NO-TOUCH" -> out.ok();
            default ->
                throw new RequestException(
                        "unknown subcommand '" + RespOutput.printable(subcommand, 128) + "' of CLIENT");
        }
    }

    private static void name(Session session, RespOutput out) throws IOException {
        if (session.name.isEmpty()) {
            out.nothing();
        } else {
            out.bulk(session.name);
        }
    }

    private static void setInfo(Session session, Arguments arguments) throws IOException, RequestException {
        var attribute = oneMore(arguments, "SETINFO").word();
        var value = clientName(oneMore(arguments, "SETINFO"));
        switch (attribute) {
            case "LIB-NAME" -> session.libraryName = value;
            case "LIB-VER" -> session.libraryVersion = value;
            default -> throw new RequestException("Unrecognized option '" + attribute + "'");
        }
    }

    private static Arguments oneMore(Arguments arguments, String subcommand) throws RequestException {
        if (!arguments.hasNext()) {
            throw new RequestException("wrong number of arguments for 'client|"
                    + subcommand.toLowerCase(java.util.Locale.ROOT) + "' command");
        }
        return arguments;
    }

    private static String clientName(Arguments arguments) throws IOException, RequestException {
        var name = new String(arguments.next("name", 128), StandardCharsets.ISO_8859_1);
        if (!name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new RequestException("names cannot contain spaces, newlines or special characters.");
        }
        return name;
    }

    private static String line(Session session, RespOutput out) {
        return "id=%d name=%s db=0 resp=%d lib-name=%s lib-ver=%s\n"
                .formatted(session.id, session.name, out.version(), session.libraryName, session.libraryVersion);
    }
}
