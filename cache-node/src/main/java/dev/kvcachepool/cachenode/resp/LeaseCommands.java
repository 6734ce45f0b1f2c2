package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.share.ClientLeases;
import dev.kvcachepool.cachenode.share.GpuLeases;
import dev.kvcachepool.cachenode.share.Lease;
import dev.kvcachepool.cachenode.share.NoRoomException;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For clients that read values where they lie: {@code KVP.LEASE key}, {@code KVP.RELEASE lease ...}; on the GPU {@code
 * KVP.GPULEASE key}, {@code KVP.GPURELEASE lease ...}.
 */
final class LeaseCommands {
    private static final Set<String> READ = Set.of("readonly", "fast");

    private final BlockStore store;

    /** Of this node's own values. */
    LeaseCommands(BlockStore store) {
        this.store = store;
    }

    void addTo(CommandTable table) {
        table.add(new Command("kvp.lease", 1, 1, READ, Keys.ONE, this::lease));
        table.add(new Command("kvp.release", 1, ClientLeases.MOST, READ, Keys.NONE, this::release));
        if (store.gpu() != null) {
            table.add(new Command("kvp.gpulease", 1, 1, READ, Keys.ONE, this::leaseOnGpu));
            table.add(new Command("kvp.gpurelease", 1, ClientLeases.MOST, READ, Keys.NONE, this::releaseOnGpu));
        }
    }

    private void lease(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        var lease = lease(session, key);
        if (lease == null) {
            out.nothing();
            return;
        }
        out.array(4);
        write(lease, out);
    }

    private static void write(Lease lease, RespOutput out) throws IOException {
        out.integer(lease.id());
        out.integer(lease.value().size());
        out.integer(Integer.toUnsignedLong(lease.value().crc32()));
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

    /** Null where the key has no value here, or one that nobody may be shown. */
    private static @Nullable Lease lease(Session session, byte[] key) throws RequestException {
        var leases = session.leases;
        if (leases == null) {
            throw new RequestException("this node's memory is not shared");
        }
        var content = session.values.get(key);
        if (content == null) {
            return null;
        }
        Lease lease = null;
        try {
            lease = content instanceof Value value ? leases.lease(value) : null;
            return lease;
        } catch (NoRoomException e) {
            throw new RequestException("BUSY", String.valueOf(e.getMessage()));
        } finally {
            if (lease == null) {
                content.release();
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
        var lease = lease(leases, key);
        if (lease == null || uuid == null) {
            out.nothing();
            return;
        }
        out.array(5);
        write(lease, out);
        out.bulk(uuid);
    }

    private @Nullable Lease lease(GpuLeases leases, byte[] key) throws RequestException {
        var value = store.getOnGpu(key);
        if (value == null) {
            return null;
        }
        Lease lease = null;
        try {
            lease = leases.lease(value);
            return lease;
        } catch (NoRoomException e) {
            throw new RequestException("BUSY", String.valueOf(e.getMessage()));
        } finally {
            if (lease == null) {
                value.release();
            }
        }
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
