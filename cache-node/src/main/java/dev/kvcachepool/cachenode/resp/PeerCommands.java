package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.store.PutOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Set;

/** What nodes of a pool ask one another besides the commands of clients. */
final class PeerCommands {
    private static final Set<String> INTERNAL = Set.of("admin", "noscript");
    /** Room for the greeting of a pool of thousands. */
    private static final int MANY_WORDS = 3 + 3 * 4096;

    private final Doors doors;

    PeerCommands(Doors doors) {
        this.doors = doors;
    }

    void addTo(CommandTable table) {
        table.add(new Command("kvp.peer", 3, MANY_WORDS, INTERNAL, Keys.NONE, Right.POOL, this::peer));
        table.add(new Command("kvp.stage", 2, 2, INTERNAL, Keys.ONE, Right.POOL, this::stage));
        table.add(new Command("kvp.commit", 2, 2, INTERNAL, Keys.NONE, Right.POOL, this::commit));
        table.add(new Command("kvp.length", 1, 1, INTERNAL, Keys.ONE, Right.POOL, this::length));
        table.add(new Command("kvp.fetch", 1, 1, INTERNAL, Keys.ONE, Right.POOL, this::fetch));
        table.add(new Command("kvp.take", 1, 1, INTERNAL, Keys.ONE, Right.POOL, this::take));
    }

    /** From here on the connection's requests are a peer's. */
    private void peer(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var words = new ArrayList<String>();
        while (arguments.hasNext()) {
            words.add(arguments.text());
        }
        try {
            var greeting = Greeting.parse(words);
            if (!session.nodes.test(greeting.sender().value())) {
                throw new RequestException("NOPERM", "no certificate shows that you are that node");
            }
            var values = doors.peers(greeting);
            if (values == null) {
                throw new RequestException("KVPBEHIND", "this node knows less of the pool's nodes than you");
            }
            session.greeting = greeting;
            session.values = values;
            out.ok();
        } catch (IllegalArgumentException e) {
            throw new RequestException("not a greeting: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestException("interrupted");
        }
    }

    private static Greeting requirePeer(Session session) throws RequestException {
        var greeting = session.greeting;
        if (greeting == null) {
            throw new RequestException("this command is for nodes of the pool, after KVP.PEER");
        }
        return greeting;
    }

    private void stage(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        requirePeer(session);
        session.dropStaged();
        var key = arguments.key();
        session.staged = arguments.peersValue(size -> session.values.receive(key, size));
        out.ok();
    }

    private void commit(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        requirePeer(session);
        var condition = arguments.word();
        long expiresAt = arguments.number();
        var staged = session.staged;
        if (staged == null) {
            throw new RequestException("nothing is staged");
        }
        try {
            var options = new PutOptions(PutOptions.Condition.valueOf(condition), expiresAt);
            out.simple(staged.put(options).name());
        } catch (IllegalArgumentException e) {
            throw new RequestException("no such condition");
        } finally {
            session.dropStaged();
        }
    }

    private void length(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        out.integer(session.values.length(arguments.key()));
    }

    /** A value of this node's own with its checksum, which comes last: it can be computed while the value is on its way. */
    private void fetch(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var greeting = requirePeer(session);
        var key = arguments.key();
        if (greeting.role() != Greeting.Role.LOCAL) {
            throw new RequestException("this command is for what a node holds itself, after KVP.PEER … LOCAL");
        }
        long expiresAt = session.values.expiresAtMillis(key);
        var content = session.values.get(key);
        if (!(content instanceof Value value)) {
            out.noArray();
            return;
        }
        try {
            out.array(3);
            out.integer(expiresAt == PutOptions.FOREVER ? -1 : Math.max(0, expiresAt - System.currentTimeMillis()));
            out.value(value);
            out.integer(Integer.toUnsignedLong(value.crc32()));
        } finally {
            value.release();
        }
    }

    private void take(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var greeting = requirePeer(session);
        out.integer(
                switch (doors.take(arguments.key(), greeting)) {
                    case YES -> 1;
                    case NO -> 0;
                    case NOT_NOW -> -1;
                });
    }
}
