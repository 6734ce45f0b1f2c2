package dev.kvcachepool.e2e.inference;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/**
 * Real inference on this machine, prompt after prompt by an engine without a pool and by one with it. Exit status 1 where an
 * answer differs that must not.
 */
public final class InferenceDemoMain {
    private final InferenceOptions options;
    private final PrintStream out;

    private InferenceDemoMain(InferenceOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments, System.out));
    }

    /** The exit status: 0 all as it should be, 1 a wrong answer, 2 a wrong argument. */
    public static int run(String[] arguments, PrintStream out) throws IOException, InterruptedException {
        var options = new InferenceOptions();
        var command = new CommandLine(options);
        try {
            command.parseArgs(arguments);
        } catch (CommandLine.ParameterException e) {
            out.println(e.getMessage());
            return 2;
        }
        if (options.help) {
            command.usage(out);
            return 0;
        }
        return new InferenceDemoMain(options, out).run();
    }

    private int run() throws IOException, InterruptedException {
        var results = new ArrayList<WorkloadResult>();
        List<QualityPoint> quality = List.of();
        try (var rig = new Rig(options)) {
            out.printf(
                    "model %s: random weights, so the text means nothing; computing, keys, values and their bytes are real%n",
                    rig.model());
            out.printf("an engine without a pool keeps nothing between prompts. logs: %s%n%n", rig.logs());
            for (var name : options.workloads) {
                long start = System.nanoTime();
                out.printf("%s ...%n", name);
                var result = workload(name, rig).run();
                result.samples().forEach(this::line);
                out.printf(Locale.ROOT, "  %.0f s%n", (System.nanoTime() - start) / 1e9);
                results.add(result);
            }
            if (options.workloads.contains(WorkloadName.retrieval_any_position)) {
                out.printf("how far reuse at any position changes answers ...%n");
                quality = quality(rig);
            }
        }
        report(results, quality);
        return Judgement.wrong(results).isEmpty() ? 0 : 1;
    }

    private Workload workload(WorkloadName name, Rig rig) {
        return switch (name) {
            case conversation -> new Conversation(options, rig);
            case few_shot -> new FewShot(options, rig);
            case retrieval_prefix -> new Retrieval(options, rig, false);
            case retrieval_any_position -> new Retrieval(options, rig, true);
            case nothing_shared -> new NothingShared(options, rig);
            case two_nodes -> new TwoNodes(options, rig);
            case engine_restarted -> new Restarts(options, rig, false);
            case node_restarted -> new Restarts(options, rig, true);
            case pool_too_small -> new SmallPool(options, rig);
            case slow_pool -> new SlowPool(options, rig);
        };
    }

    private void line(Sample sample) {
        out.printf(
                Locale.ROOT,
                "  %-26s %-4s %5d tokens: %6.2f s, %6.2f s with the pool (%d read as prefix, %d from elsewhere)%s%n",
                sample.step(),
                sample.cold() ? "cold" : "warm",
                sample.promptTokens(),
                sample.without().firstTokenMs() / 1e3,
                sample.with().firstTokenMs() / 1e3,
                sample.with().prefixTokens(),
                sample.with().movedTokens(),
                sample.equal() ? "" : ", another answer");
    }

    private List<QualityPoint> quality(Rig rig) throws IOException, InterruptedException {
        var flags = new ArrayList<>(rig.shape());
        flags.addAll(List.of("--prompts", options.quick ? "1" : "4"));
        if (options.size == InferenceOptions.Size.tiny) {
            flags.addAll(List.of("--document-tokens", "64", "--shares", "0,0.15,1"));
        }
        return QualityRun.run(options.root, flags, rig.logs().resolve("quality.log"));
    }

    private void report(List<WorkloadResult> results, List<QualityPoint> quality) throws IOException {
        var table = ResultTable.render(results) + (quality.isEmpty() ? "" : "\n" + QualityRun.table(quality));
        var wrong = Judgement.wrong(results);
        var missed = Judgement.missed(results);
        var folder = Files.createDirectories(options.outFolder());
        var json = folder.resolve("demo-engine.json");
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(
                        json.toFile(),
                        Map.of("results", results, "quality", quality, "wrong", wrong, "missed", missed));
        var html = folder.resolve("demo-engine.html");
        Files.writeString(html, ResultPage.render(results, quality, table));
        out.println();
        out.println(table);
        out.println("written: " + json + ", " + html);
        wrong.forEach(each -> out.println("NOT AS IT SHOULD BE: " + each));
        missed.forEach(each -> out.println("missed: " + each));
    }
}
