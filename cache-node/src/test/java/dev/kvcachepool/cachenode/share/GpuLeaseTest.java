package dev.kvcachepool.cachenode.share;

import static dev.kvcachepool.cachenode.share.ShareFixture.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.gpu.StandIn;
import dev.kvcachepool.cachenode.gpu.StandIn.Dial;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.FileServer;
import dev.kvcachepool.cachenode.net.ListeningPath;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreGpu;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.commands.ProtocolCommand;

/** Clients that read values on the GPU: over the wire here, and in a process of their own. */
@Tag("gpu")
class GpuLeaseTest {
    private static final List<String> APART =
            List.of("unshare", "--user", "--map-root-user", "--pid", "--ipc", "--fork");

    private final Gpu gpu = new Gpu(new GpuSettings(128L * MIB, 0));
    private final PagedArena arena = new PagedArena(64L * MIB, gpu.pinned(Backing.files()));
    private final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(), new SaltKey("test")),
            StoreSettings.of(Duration.ofSeconds(30), 16 * MIB, Duration.ZERO),
            null,
            null,
            gpu);
    private final StoreGpu side = store.gpu();
    private final SharedGpu sharedGpu =
            new SharedGpu(side::arena, side::uuid, Duration.ofSeconds(60), System::nanoTime);

    @TempDir
    Path folder;

    private FileServer files;
    private RespServer server;

    @BeforeEach
    void start() throws IOException {
        StandIn.reset();
        assertThat(side.start(line -> {})).isTrue();
        var shared = new SharedMemory(arena, Duration.ofSeconds(60), System::nanoTime, sharedGpu);
        var own = PosixFilePermissions.fromString("rw-------");
        files = new FileServer(folder.resolve("memory.sock"), own, SharedMemory.TOKEN_LENGTH, shared::openDescriptor);
        server = new RespServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RespSettings.DEFAULTS,
                store,
                new LocalDoors(store),
                new ValueSizes(Map.of()),
                new ConnectionLimit(100),
                shared);
        server.alsoAt(new ListeningPath(folder.resolve("resp.sock"), own));
        files.start();
        server.start();
    }

    @AfterEach
    void end() {
        StandIn.reset();
        server.close();
        files.close();
        side.close();
    }

    @Test
    void aProcessInNamespacesOfItsOwnReadsAValueOnTheGpu() throws Exception {
        // Given a value of several pages
        var content = content(1, 5 * MIB + 77);
        try (var client = connect()) {
            client.set("value".getBytes(StandardCharsets.US_ASCII), content);
        }
        // When a process that shares no pid and no ipc namespace with this one reads it there
        boolean apart = run(APART, List.of("true")).isEmpty();
        if (!apart) {
            System.out.println("unshare is not allowed here: the reader shares this process's namespaces");
        }
        var lines = run(
                apart ? APART : List.of(),
                List.of(
                        "python3",
                        Path.of(System.getProperty("kvp.root"), "cache-node/src/test/native/read_on_gpu.py")
                                .toString(),
                        folder.resolve("resp.sock").toString(),
                        folder.resolve("memory.sock").toString(),
                        "value"));
        // Then it has found the very bytes, and its lease is over
        assertThat(lines).hasSize(6);
        assertThat(lines.get(1)).isEqualTo(side.uuid());
        assertThat(lines.get(2)).isEqualTo(Integer.toString(content.length));
        assertThat(lines.get(3)).isEqualTo(Long.toString(crc(content)));
        if (apart) {
            assertThat(lines.get(4)).isEqualTo("1");
            assertThat(lines.get(5))
                    .isNotEqualTo(
                            Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString());
        }
        await().until(() -> sharedGpu.heldBytes() == 0);
        assertThat(files.passed()).isPositive();
    }

    @Test
    void aLeaseSaysWhereTheValueLies() throws IOException {
        // Given a value
        var content = content(2, 3 * MIB);
        try (var client = connect()) {
            client.set("value".getBytes(StandardCharsets.US_ASCII), content);
            // When it is leased on the GPU
            var lease = array(client.sendCommand(command("KVP.GPULEASE"), "value"));
            // Then its size, checksum, parts and the device are said
            assertThat(lease.get(1)).isEqualTo((long) content.length);
            assertThat(lease.get(2)).isEqualTo(crc(content));
            long bytes = array(lease.get(3)).stream()
                    .mapToLong(part -> (long) array(part).get(4))
                    .sum();
            assertThat(bytes).isEqualTo(content.length);
            assertThat(new String((byte[]) lease.get(4), StandardCharsets.US_ASCII))
                    .isEqualTo(side.uuid());
            assertThat(sharedGpu.heldBytes()).isGreaterThanOrEqualTo(content.length);
            // And it ends once
            var number = Long.toString((long) lease.get(0));
            assertThat(client.sendCommand(command("KVP.GPURELEASE"), number)).isEqualTo(1L);
            assertThat(client.sendCommand(command("KVP.GPURELEASE"), number)).isEqualTo(0L);
            assertThat(sharedGpu.heldBytes()).isZero();
            assertThat(client.sendCommand(command("KVP.GPULEASE"), "missing")).isNull();
        }
    }

    @Test
    void tenantsNeverSeeEachOthersAllocations() throws IOException {
        // Given a value each of two tenants
        try (var client = connect()) {
            var one = ShareFixture.key(1, "alice");
            var other = ShareFixture.key(2, "bob");
            client.set(one, content(3, MIB));
            client.set(other, content(4, MIB));
            // When both are leased
            var first = array(client.sendCommand(command("KVP.GPULEASE"), one));
            var second = array(client.sendCommand(command("KVP.GPULEASE"), other));
            // Then they lie in different allocations, told by different tokens
            assertThat(file(first)).isNotEqualTo(file(second));
            assertThat(token(first)).isNotEqualTo(token(second));
        }
    }

    @Test
    void aDeviceLostEndsConnectionsThatReadOnIt() throws IOException {
        // Given a client with a lease
        try (var client = connect()) {
            client.set("value".getBytes(StandardCharsets.US_ASCII), content(5, MIB));
            var lease = array(client.sendCommand(command("KVP.GPULEASE"), "value"));
            // When the device is lost as another value goes there
            StandIn.fault(Dial.FAIL_CODE, 999);
            client.set("other".getBytes(StandardCharsets.US_ASCII), content(6, MIB));
            assertThat(client.sendCommand(command("KVP.GPULEASE"), "other")).isNull();
            // Then what was leased can't be got at any more, and all else goes on
            assertThat(sharedGpu.openDescriptor(token(lease))).isNegative();
            try (var next = connect()) {
                assertThat(next.get("value".getBytes(StandardCharsets.US_ASCII)))
                        .isEqualTo(content(5, MIB));
                assertThat(next.sendCommand(command("KVP.GPULEASE"), "value")).isNull();
            }
        }
    }

    private Jedis connect() {
        return new Jedis("127.0.0.1", server.port(), 30_000);
    }

    private static ProtocolCommand command(String name) {
        return () -> name.getBytes(Protocol.CHARSET);
    }

    @SuppressWarnings("unchecked") // what Jedis makes of an array
    private static List<Object> array(Object reply) {
        return (List<Object>) reply;
    }

    private static Object file(List<Object> lease) {
        return array(array(lease.get(3)).getFirst()).get(0);
    }

    private static String token(List<Object> lease) {
        return new String((byte[]) array(array(lease.get(3)).getFirst()).get(1), StandardCharsets.US_ASCII);
    }

    private static byte[] content(int seed, int size) {
        var content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static long crc(byte[] content) {
        var crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }

    /** What a program has said; its failure is a line of it. */
    private static List<String> run(List<String> in, List<String> program) throws IOException, InterruptedException {
        var command = new ArrayList<>(in);
        command.addAll(program);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var lines = new ArrayList<>(text.lines().toList());
        if (process.exitValue() != 0) {
            lines.add(command + " ended with " + process.exitValue());
        }
        return lines;
    }
}
