package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.User;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands on the server as a whole. */
final class ServerCommands {
    private static final Set<String> PLAIN = Set.of("loading", "stale");
    private static final Set<String> READ = Set.of("readonly");
    private static final Set<String> WRITE = Set.of("write");
    private static final List<String> CLUSTER_INFO = List.of(
            "cluster_enabled:0",
            "cluster_state:ok",
            "cluster_slots_assigned:16384",
            "cluster_slots_ok:16384",
            "cluster_known_nodes:1",
            "cluster_size:1",
            "");
    private static final int MAX_PAGE = 10_000;
    /** KEYS gathers its whole answer in memory; whoever has more keys than this uses SCAN. */
    private static final int MAX_KEYS = 100_000;

    private final BlockStore store;
    private final RespSettings settings;
    private final InfoText info;
    private final int port;

    ServerCommands(BlockStore store, RespSettings settings, InfoText info, int port) {
        this.store = store;
        this.settings = settings;
        this.info = info;
        this.port = port;
    }

    void addTo(CommandTable table) {
        table.add(new Command("info", 0, 8, PLAIN, Keys.NONE, Right.OPEN, this::info));
        table.add(new Command(
                "dbsize",
                0,
                0,
                READ,
                Keys.NONE,
                Right.ALL_KEYS,
                (session, in, out) -> out.integer(session.values.keys())));
        table.add(new Command("scan", 1, 7, READ, Keys.NONE, Right.OWN_KEYS, this::scan));
        table.add(new Command("keys", 1, 1, READ, Keys.NONE, Right.OWN_KEYS, this::keys));
        table.add(new Command("config", 1, 16, PLAIN, Keys.NONE, Right.OPEN, this::config));
        table.add(new Command("flushall", 0, 1, WRITE, Keys.NONE, Right.ALL_KEYS, this::flush));
        table.add(new Command("flushdb", 0, 1, WRITE, Keys.NONE, Right.ALL_KEYS, this::flush));
        table.add(new Command("cluster", 1, 16, PLAIN, Keys.NONE, Right.OPEN, this::cluster));
        table.add(new Command(
                "command",
                0,
                1024,
                PLAIN,
                Keys.NONE,
                Right.OPEN,
                (session, in, out) -> new CommandCommand(table).run(in, out)));
    }

    private void info(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var sections = new ArrayList<String>();
        while (arguments.hasNext()) {
            sections.add(RespOutput.lower(arguments.bytes()));
        }
        out.verbatim(info.text(sections));
    }

    private void scan(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        long cursor = cursor(arguments);
        int count = 10;
        var match = new Glob(new byte[] {'*'});
        boolean strings = true;
        while (arguments.hasNext()) {
            var option = arguments.word();
            if (!arguments.hasNext()) {
                throw new RequestException("syntax error");
            }
            switch (option) {
                case "MATCH" -> match = new Glob(arguments.pattern());
                case "COUNT" -> count = (int) Math.min(positive(arguments.number()), MAX_PAGE);
                case "TYPE" -> strings = arguments.word().equals("STRING");
                default -> throw new RequestException("syntax error");
            }
        }
        var page = session.values.scan(cursor, count);
        var keys = new ArrayList<>(page.keys());
        var pattern = match;
        boolean none = !strings;
        keys.removeIf(key -> none || !pattern.matches(key) || !isOwn(session, key));
        out.array(2);
        out.bulk(Long.toString(page.next()));
        bulks(keys, out);
    }

    private static boolean isOwn(Session session, byte[] key) {
        return session.user != null && session.user.mayUse(key);
    }

    private static long cursor(Arguments arguments) throws IOException, RequestException {
        try {
            return positive(arguments.number() + 1) - 1;
        } catch (RequestException e) {
            throw new RequestException("invalid cursor");
        }
    }

    private static long positive(long number) throws RequestException {
        if (number <= 0) {
            throw new RequestException("syntax error");
        }
        return number;
    }

    private void keys(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var pattern = new Glob(arguments.pattern());
        if (session.values.keys() > MAX_KEYS) {
            throw new RequestException("KEYS with more than " + MAX_KEYS + " keys: use SCAN");
        }
        var keys = new ArrayList<byte[]>();
        long cursor = 0;
        do {
            var page = session.values.scan(cursor, MAX_PAGE);
            page.keys().stream()
                    .filter(key -> pattern.matches(key) && isOwn(session, key))
                    .forEach(keys::add);
            cursor = page.next();
        } while (cursor != 0 && keys.size() <= MAX_KEYS);
        bulks(keys, out);
    }

    private static void bulks(List<byte[]> keys, RespOutput out) throws IOException {
        out.array(keys.size());
        for (var key : keys) {
            out.bulk(key);
        }
    }

    private void flush(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        if (arguments.hasNext() && !Set.of("SYNC", "ASYNC").contains(arguments.word())) {
            throw new RequestException("syntax error");
        }
        session.values.clear();
        out.ok();
    }

    private void config(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var subcommand = arguments.word();
        switch (subcommand) {
            case "GET" -> configGet(arguments, out);
            case "RESETSTAT" -> {
                requireAllKeys(session);
                info.reset();
                out.ok();
            }
            case "SET", "REWRITE" ->
                throw new RequestException(
                        "CONFIG " + subcommand + " is not supported: this node is configured by its flags");
            default ->
                throw new RequestException(
                        "unknown subcommand '" + RespOutput.printable(subcommand, 128) + "' of CONFIG");
        }
    }

    /** What INFO says is about everybody's keys. */
    private void requireAllKeys(Session session) throws RequestException {
        var user = session.user == null ? User.NOBODY : session.user;
        if (!user.mayUseAll()) {
            throw CommandTable.refused(settings.access(), user, "config|resetstat");
        }
    }

    private void configGet(Arguments arguments, RespOutput out) throws IOException, RequestException {
        if (!arguments.hasNext()) {
            throw new RequestException("wrong number of arguments for 'config|get' command");
        }
        var found = new LinkedHashMap<String, String>();
        while (arguments.hasNext()) {
            var pattern = new Glob(RespOutput.lower(arguments.bytes()).getBytes(StandardCharsets.ISO_8859_1));
            parameters().forEach((name, value) -> {
                if (pattern.matches(name.getBytes(StandardCharsets.ISO_8859_1))) {
                    found.put(name, value);
                }
            });
        }
        out.map(found.size());
        for (var parameter : found.entrySet()) {
            out.bulk(parameter.getKey());
            out.bulk(parameter.getValue());
        }
    }

    private Map<String, String> parameters() {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("save", "");
        parameters.put("appendonly", "no");
        parameters.put("databases", "1");
        parameters.put("maxclients", Integer.toString(settings.maxConnections()));
        parameters.put("maxmemory", Long.toString(store.largestValue()));
        parameters.put("maxmemory-policy", "allkeys-lru");
        parameters.put("proto-max-bulk-len", Long.toString(settings.maxValueBytes()));
        parameters.put("timeout", "0");
        return parameters;
    }

    private void cluster(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        switch (arguments.word()) {
            case "INFO" -> out.verbatim(String.join("\r\n", CLUSTER_INFO));
            case "SLOTS" -> {
                out.array(1);
                out.array(3);
                out.integer(0);
                out.integer(16383);
                out.array(2);
                out.bulk(settings.advertisedHost());
                out.integer(port);
            }
            default -> throw new RequestException("This instance has cluster support disabled");
        }
    }
}
