package dev.kvcachepool.engine.quality;

import dev.kvcachepool.engine.blend.HighestDeviation;
import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.model.Loading;
import dev.kvcachepool.engine.model.PartialPrefill;
import dev.kvcachepool.engine.model.Rotation;
import dev.kvcachepool.engine.model.Transformer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Prompts of documents, each computed alone before, and a question: the tokens after them as a full prefill has them, and as
 * reuse with a share of the documents' tokens computed anew has them. Both go on with the full prefill's own answer, so that
 * one token that differs counts once.
 */
public final class QualityCurve {
    /** Tokens of an answer that are looked at. */
    private static final int ANSWER = 8;

    private static final int QUESTION = 32;

    private final Transformer model;
    private final PartialPrefill partial;
    private final Rotation rotation;
    private final int documents;
    private final int documentTokens;
    private final SplittableRandom random;

    /**
     * Prompts to be measured on.
     *
     * @param documents in each prompt
     * @param documentTokens tokens of each
     */
    public QualityCurve(Transformer model, int documents, int documentTokens, long seed) {
        this.model = model;
        this.partial = new PartialPrefill(model);
        this.rotation = new Rotation(model.shape());
        this.documents = documents;
        this.documentTokens = documentTokens;
        this.random = new SplittableRandom(seed);
    }

    /** What was seen of one prompt and one way. */
    private record Seen(double distance, double sameToken, double seconds) {}

    private record Way(String name, double share) {}

    /** Measures: {@code shares} with turned keys, and nothing recomputed with unturned ones. */
    public List<QualityPoint> measure(int prompts, List<Double> shares) throws InterruptedException {
        var ways = new ArrayList<>(List.of(new Way("unturned", 0)));
        shares.forEach(share -> ways.add(new Way("turned", share)));
        var seen = new ArrayList<List<Seen>>();
        ways.forEach(way -> seen.add(new ArrayList<>()));
        var fullSeconds = new ArrayList<Double>();
        for (int i = 0; i < prompts; i++) {
            prompt(ways, seen, fullSeconds);
        }
        double full = median(fullSeconds);
        return IntStream.range(0, ways.size())
                .mapToObj(i -> new QualityPoint(
                        ways.get(i).name,
                        ways.get(i).share,
                        mean(seen.get(i).stream().map(Seen::distance).toList()),
                        mean(seen.get(i).stream().map(Seen::sameToken).toList()),
                        median(seen.get(i).stream().map(Seen::seconds).toList()) / full))
                .toList();
    }

    private void prompt(List<Way> ways, List<List<Seen>> seen, List<Double> fullSeconds) throws InterruptedException {
        var texts = IntStream.range(0, documents)
                .mapToObj(i -> text(documentTokens))
                .toList();
        var chunks = texts.stream().map(this::alone).toList();
        var prompt = concat(texts, text(QUESTION));
        List<float[]> expected;
        try (var memory = model.newMemory(prompt.length + ANSWER)) {
            long start = System.nanoTime();
            var next = prefill(prompt, memory);
            fullSeconds.add((System.nanoTime() - start) / 1e9);
            expected = answer(prompt, next, null, memory);
        }
        for (int way = 0; way < ways.size(); way++) {
            seen.get(way).add(reuse(prompt, chunks, ways.get(way), expected));
        }
    }

    private Seen reuse(int[] prompt, List<ByteBuffer> chunks, Way way, List<float[]> expected)
            throws InterruptedException {
        try (var memory = model.newMemory(prompt.length + ANSWER)) {
            var loading = loading(chunks, memory, way.name.equals("turned"));
            var selection = new HighestDeviation(way.share);
            long start = System.nanoTime();
            var next =
                    partial.run(prompt, 0, memory, loading, selection, () -> {}).next();
            double seconds = (System.nanoTime() - start) / 1e9;
            var answer = answer(prompt, next, expected, memory);
            double distance = 0;
            double same = 0;
            for (int i = 0; i < ANSWER; i++) {
                distance += distance(answer.get(i), expected.get(i));
                same += Transformer.greedy(answer.get(i)) == Transformer.greedy(expected.get(i)) ? 1 : 0;
            }
            return new Seen(distance / ANSWER, same / ANSWER, seconds);
        }
    }

    /** Probabilities of {@link #ANSWER} tokens one after another, along the expected ones, or its own where there are none. */
    private List<float[]> answer(
            int[] prompt, float[] next, @org.jspecify.annotations.Nullable List<float[]> along, KvMemory memory) {
        var text = Arrays.copyOf(prompt, prompt.length + ANSWER);
        var answer = new ArrayList<>(List.of(next));
        for (int i = 0; i + 1 < ANSWER; i++) {
            int at = prompt.length + i;
            text[at] = Transformer.greedy(along == null ? answer.get(i) : along.get(i));
            answer.add(model.compute(text, at, at + 1, memory));
        }
        return answer;
    }

    private Loading loading(List<ByteBuffer> chunks, KvMemory memory, boolean turned) {
        return () -> {
            for (int i = 0; i < chunks.size(); i++) {
                var chunk = ByteBuffer.allocate(chunks.get(i).capacity()).order(ByteOrder.LITTLE_ENDIAN);
                chunk.put(chunks.get(i).duplicate()).flip();
                if (turned) {
                    rotation.turn(chunk, documentTokens, i * documentTokens);
                }
                memory.write(i * documentTokens, documentTokens, 1, List.of(chunk));
            }
            var there = new BitSet();
            there.set(0, chunks.size() * documentTokens);
            return there;
        };
    }

    private ByteBuffer alone(int[] text) {
        try (var memory = model.newMemory(text.length)) {
            var _ = prefill(text, memory);
            var chunk = ByteBuffer.allocate(memory.bytes(text.length)).order(ByteOrder.LITTLE_ENDIAN);
            memory.read(0, text.length, chunk);
            return chunk.flip();
        }
    }

    private float[] prefill(int[] text, KvMemory memory) {
        int last = (text.length - 1) / Transformer.STEP * Transformer.STEP;
        for (int at = 0; at < last; at += Transformer.STEP) {
            model.fill(text, at, at + Transformer.STEP, memory);
        }
        return model.compute(text, last, text.length, memory);
    }

    private int[] text(int tokens) {
        return random.ints(tokens, 0, model.shape().vocabulary()).toArray();
    }

    private static int[] concat(List<int[]> texts, int[] last) {
        return IntStream.concat(texts.stream().flatMapToInt(Arrays::stream), Arrays.stream(last))
                .toArray();
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / 2;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
