package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.share.ClientLeases;
import dev.kvcachepool.cachenode.share.Lease;
import dev.kvcachepool.cachenode.share.NoRoomException;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For clients that read values where they lie: {@code KVP.LEASE key}, {@code KVP.MLEASE key ...}, {@code KVP.CHECKSUM lease
 * ...}, {@code KVP.RELEASE lease ...}; on the GPU {@code KVP.GPULEASE key}, {@code KVP.GPURELEASE lease ...}. A checksum costs
 * a pass over a value in memory, so that it is told only who asks.
 */
final class LeaseCommands {
    private static final Set<String> READ = Set.of("readonly", "fast");

    private final BlockStore store;

    /** Of this node's own values. */
    LeaseCommands(BlockStore store) {
        this.store = store;
    }

    void addTo(CommandTable table) {
        table.add(new Command("kvp.lease", 1, 1, READ, Keys.ONE, Right.KEYS, this::lease));
        table.add(new Command("kvp.mlease", 1, Command.MANY, READ, Keys.ALL, Right.KEYS, this::leaseMany));
        table.add(new Command("kvp.checksum", 1, ClientLeases.MOST, READ, Keys.NONE, Right.OPEN, this::checksum));
        table.add(new Command("kvp.release", 1, ClientLeases.MOST, READ, Keys.NONE, Right.OPEN, this::release));
        if (store.gpu() != null) {
            table.add(new Command("kvp.gpulease", 1, 1, READ, Keys.ONE, Right.KEYS, this::leaseOnGpu));
            table.add(new Command(
                    "kvp.gpurelease", 1, ClientLeases.MOST, READ, Keys.NONE, Right.OPEN, this::releaseOnGpu));
        }
    }

    private void lease(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        var leases = leases(session);
        var lease = lease(session.values.get(key), leases::lease);
        if (lease == null) {
            out.nothing();
        } else {
            tell(lease, out);
        }
    }

    /** Leases a value, whose hold is the lease's then. */
    private interface Lessor {
        @Nullable
        Lease lease(Value value) throws NoRoomException;
    }

    /** Null where there is no content, or none that may be shown; its hold is given back then, as where there is no room. */
    private static @Nullable Lease lease(@Nullable Content content, Lessor lessor) throws RequestException {
        Lease lease = null;
        try {
            lease = content instanceof Value value ? lessor.lease(value) : null;
            return lease;
        } catch (NoRoomException e) {
            throw new RequestException("BUSY", String.valueOf(e.getMessage()));
        } finally {
            if (lease == null && content != null) {
                content.release();
            }
        }
    }

    /** The array's head is written before anything is leased: what can't be leased is said in its place. */
    private void leaseMany(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var leases = leases(session);
        out.array(arguments.left());
        var values = KeyCommands.valuesOf(session, arguments);
        while (arguments.hasNext()) {
            var key = KeyCommands.keyOrNull(arguments);
            var content = key == null ? null : values.get(key);
            if (content == null) {
                out.nothing();
                continue;
            }
            var lease = content instanceof Value value ? leaseIfRoom(leases, value) : null;
            if (lease == null) {
                content.release();
                out.integer(0);
            } else {
                tell(lease, out);
            }
        }
    }

    private static ClientLeases leases(Session session) throws RequestException {
        var leases = session.leases;
        if (leases == null) {
            throw new RequestException("this node's memory is not shared");
        }
        return leases;
    }

    private static @Nullable Lease leaseIfRoom(ClientLeases leases, Value value) {
        try {
            return leases.lease(value);
        } catch (NoRoomException e) {
            return null;
        }
    }

    private static void tell(Lease lease, RespOutput out) throws IOException {
        out.array(3);
        out.integer(lease.id());
        out.integer(lease.value().size());
        writeParts(lease, out);
    }

    private static void writeParts(Lease lease, RespOutput out) throws IOException {
        out.array(lease.parts().size());
        for (var part : lease.parts()) {
            out.array(5);
            out.integer(part.file());
            out.bulk(part.token());
            out.integer(part.fileBytes());
            out.integer(part.offset());
            out.integer(part.length());
        }
    }

    private void checksum(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var leases = leases(session);
        out.array(arguments.left());
        while (arguments.hasNext()) {
            var lease = leases.find(arguments.numberOr(-1));
            if (lease == null) {
                out.nothing();
            } else {
                out.integer(Integer.toUnsignedLong(lease.value().crc32()));
            }
        }
    }

    private void release(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        int released = 0;
        while (arguments.hasNext()) {
            long id = arguments.number();
            released += session.leases != null && session.leases.release(id) ? 1 : 0;
        }
        out.integer(released);
    }

    private void leaseOnGpu(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        var leases = session.leases == null ? null : session.leases.gpu();
        if (leases == null) {
            throw new RequestException("this node's GPU is not shared");
        }
        var uuid = leases.uuid();
        var lease = uuid == null ? null : lease(store.getOnGpu(key), leases::lease);
        if (lease == null || uuid == null) {
            out.nothing();
            return;
        }
        out.array(5);
        out.integer(lease.id());
        out.integer(lease.value().size());
        out.integer(Integer.toUnsignedLong(lease.value().crc32()));
        writeParts(lease, out);
        out.bulk(uuid);
    }

    private void releaseOnGpu(Session session, Arguments arguments, RespOutput out)
            throws IOException, RequestException {
        int released = 0;
        var leases = session.leases == null ? null : session.leases.gpu();
        while (arguments.hasNext()) {
            long id = arguments.number();
            released += leases != null && leases.release(id) ? 1 : 0;
        }
        out.integer(released);
    }
}
