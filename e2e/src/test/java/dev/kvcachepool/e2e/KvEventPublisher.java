package dev.kvcachepool.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An engine as far as its KV events go: a Python process with pyzmq and msgspec, as vLLM has them. */
final class KvEventPublisher implements AutoCloseable {
    private static final Path PYTHON = Fixture.ROOT.resolve("target/python/bin/python");
    private static final Path SCRIPT = Fixture.ROOT.resolve("e2e/src/test/python/publish_kv_events.py");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BLOCK = 128;

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;
    private final int port;
    private final int replayPort;

    private KvEventPublisher(int port, int replayPort) throws IOException {
        process = new ProcessBuilder(
                        PYTHON.toString(), SCRIPT.toString(), Integer.toString(port), Integer.toString(replayPort))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader();
        orders = process.outputWriter();
        var ports = answer();
        this.port = ports.path("port").asInt();
        this.replayPort = ports.path("replay_port").asInt();
    }

    static KvEventPublisher start() throws IOException {
        return new KvEventPublisher(0, 0);
    }

    /** Another process where this one was. */
    KvEventPublisher restarted() throws IOException {
        close();
        return new KvEventPublisher(port, replayPort);
    }

    /** What {@code --engine-events} needs of it. */
    String flag(String name) {
        return "%s=tcp://127.0.0.1:%d,replay=tcp://127.0.0.1:%d".formatted(name, port, replayPort);
    }

    /** What {@code --engine-events-of-pods} needs of it. */
    String flagOfPods() {
        return "port=%d,replay=%d".formatted(port, replayPort);
    }

    /** Blocks of 128 tokens, from the first one that is not said yet; {@code how} as the script has it. */
    void stored(String how, String encoding, int[] prompt, int from, int to) throws IOException {
        var hashes = new ArrayList<String>();
        for (int end = from + BLOCK; end <= to; end += BLOCK) {
            hashes.add(hash(end));
        }
        var event = new LinkedHashMap<String, Object>();
        event.put("type", "BlockStored");
        event.put("block_hashes", hashes);
        event.put("parent_block_hash", from == 0 ? null : hash(from));
        event.put("token_ids", java.util.Arrays.copyOfRange(prompt, from, to));
        event.put("block_size", BLOCK);
        say(how, encoding, event);
    }

    /** The block that ends there. */
    void removed(String encoding, int end) throws IOException {
        say("publish", encoding, Map.of("type", "BlockRemoved", "block_hashes", List.of(hash(end))));
    }

    private void say(String how, String encoding, Map<String, Object> event) throws IOException {
        orders.write(JSON.writeValueAsString(Map.of("how", how, "encoding", encoding, "events", List.of(event))));
        orders.newLine();
        orders.flush();
        answer();
    }

    private JsonNode answer() throws IOException {
        var line = answers.readLine();
        if (line == null) {
            throw new IOException("the publisher has ended: is `make tools` run?");
        }
        return JSON.readTree(line);
    }

    /** Any name will do that nothing else has. */
    private static String hash(int end) {
        return HexFormat.of().toHexDigits((long) end).repeat(4);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
