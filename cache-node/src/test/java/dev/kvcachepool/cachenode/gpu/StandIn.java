package dev.kvcachepool.cachenode.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * The {@code libcuda.so.1} that tests of the GPU tier run against: CUDA's own where there is a GPU ({@code make test-gpu}), else a
 * stand-in of C over shared memory that says what it is, made here by gcc. See {@code src/test/native/stand_in.c}.
 */
public final class StandIn {
    private static final Path MODULE = Path.of(System.getProperty("kvp.root"), "cache-node");
    private static final Path NATIVE_FILE = MODULE.resolve("target/native/libJCudaDriver-12.6.0-linux-x86_64.so");
    private static final Path FOLDER = MODULE.resolve("target/cuda");
    private static final Path SOURCE = MODULE.resolve("src/test/native/stand_in.c");
    private static final boolean USED = FOLDER.toString().equals(System.getenv().getOrDefault("LD_LIBRARY_PATH", ""));
    private static final LongBuffer CONTROL = USED ? prepare() : LongBuffer.allocate(Dial.values().length);

    /** What it is told, and tells, with its place in the shared file as in the C source. */
    public enum Dial {
        FAIL_CODE(0),
        COPIES_LEFT(1),
        NOT_READY(2),
        MEMORY_LEFT(3),
        CORRUPT(4),
        NO_REGISTER(5),
        NO_DEVICE(6),
        NO_EXPORT(7),
        OLD_DRIVER(8),
        HOLD_PINS(14),
        HOLD_MEMORY(15),
        BREAK_PINS(16),
        CREATED(9),
        REGISTERED(10),
        COPIES(11),
        DROPPED(12),
        CONTEXTS(13);

        private final int place;

        Dial(int place) {
            this.place = place;
        }
    }

    private StandIn() {}

    /** Makes sure that there is a library, without faults. */
    public static void reset() {
        for (var number : Dial.values()) {
            if (number.compareTo(Dial.CREATED) < 0) {
                set(number, 0);
            }
        }
    }

    /** Tells it of a fault; hardware has none to order, so the test ends there. */
    public static void fault(Dial number, long value) {
        Assumptions.assumeTrue(USED, "needs the stand-in: hardware can't be told to fail");
        set(number, value);
    }

    public static void set(Dial number, long value) {
        CONTROL.put(number.place, value);
    }

    /** What it has counted; the test ends there on hardware. */
    public static long count(Dial number) {
        Assumptions.assumeTrue(USED, "needs the stand-in: hardware does not count");
        return CONTROL.get(number.place);
    }

    /** The folder of libcuda.so.1. */
    public static String folder() {
        return System.getenv("LD_LIBRARY_PATH");
    }

    private static LongBuffer prepare() {
        try {
            Files.createDirectories(FOLDER);
            build();
            return control();
        } catch (IOException e) {
            throw new AssertionError("the stand-in for libcuda.so.1 can't be made: " + e.getMessage(), e);
        }
    }

    private static LongBuffer control() throws IOException {
        long bytes = (long) Dial.values().length * Long.BYTES;
        try (var file = FileChannel.open(
                FOLDER.resolve("control"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE)) {
            var numbers = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
            for (int i = 0; i < numbers.limit(); i++) {
                numbers.put(i, 0);
            }
            return numbers;
        }
    }

    private static void build() throws IOException {
        var stubs = FOLDER.resolve("stubs.c");
        Files.writeString(stubs, stubs());
        run(
                "gcc",
                List.of(
                        "gcc",
                        "-O1",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-shared",
                        "-fPIC",
                        "-Wl,-soname,libcuda.so.1",
                        "-o",
                        FOLDER.resolve("libcuda.so.1").toString(),
                        SOURCE.toString(),
                        stubs.toString(),
                        "-lpthread"));
    }

    /** Whatever else JCuda's native file imports: a missing function would end the process. */
    private static String stubs() throws IOException {
        var made = Files.readString(SOURCE);
        var imports = Pattern.compile("\\bU (cu\\w+)")
                .matcher(run("binutils", List.of("nm", "-D", "--undefined-only", NATIVE_FILE.toString())));
        var names = new ArrayList<String>();
        while (imports.find()) {
            if (!Pattern.compile("^int " + imports.group(1) + "\\(", Pattern.MULTILINE)
                    .matcher(made)
                    .find()) {
                names.add(imports.group(1));
            }
        }
        assertThat(names).as("imports of " + NATIVE_FILE).hasSizeGreaterThan(200);
        return names.stream()
                .map(name -> "int " + name + "(void) { return 801; }\n")
                .collect(Collectors.joining());
    }

    private static String run(String tool, List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException(
                    "%s is missing. On Debian or Ubuntu: sudo apt-get install gcc libc6-dev".formatted(tool), e);
        }
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed: " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
