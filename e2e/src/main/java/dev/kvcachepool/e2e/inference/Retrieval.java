package dev.kvcachepool.e2e.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Documents in any order before a question. Each document was computed once, alone, and is in the pool; the question's prompt
 * begins with the same instructions. By prefixes alone little but those can be reused; at any position all documents. There
 * some questions come first of which nobody computed anything: looking for them is pure cost.
 */
final class Retrieval extends Workload {
    private static final int DOCUMENTS = 10;
    private static final int IN_A_PROMPT = 4;
    private static final int INSTRUCTIONS = 128;
    private static final int QUESTION = 48;

    private final boolean anyPosition;

    Retrieval(InferenceOptions options, Rig rig, boolean anyPosition) {
        super(options, rig);
        this.anyPosition = anyPosition;
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.node("node-1", ROOM);
        var salt = anyPosition ? "any-position" : "prefix";
        var writer = rig.pooled("engine-1", "node-1");
        var router = rig.router("router", List.of(rig.endpoint("engine-1", "node-1")));
        var instructions = text(INSTRUCTIONS);
        var documents = new ArrayList<int[]>();
        for (int i = 0; i < (options.quick ? 6 : DOCUMENTS); i++) {
            documents.add(document());
        }
        writer.ask(instructions, 1, salt);
        for (var document : documents) {
            writer.ask(document, 1, salt);
        }
        writer.awaitStored();
        var engine = anyPosition ? rig.blending("engine-any", "node-1", router) : writer;
        if (anyPosition) {
            new RouterProbe(router.address("http"), rig.model()).awaitAnywhere(documents, salt);
            askCold(engine, salt);
        }
        var shuffled = new ArrayList<>(documents);
        for (int i = 0; i < (options.quick ? 3 : 8); i++) {
            Collections.shuffle(shuffled, new Random(options.seed + i));
            var prompt = prompt(instructions, shuffled.subList(0, IN_A_PROMPT));
            ask("question " + i, WARM, prompt, 8, salt, engine);
        }
        return anyPosition
                ? result(WorkloadName.retrieval_any_position, false, true)
                : result(WorkloadName.retrieval_prefix, true, true);
    }

    /** Not even the instructions are those that others begin with. */
    private void askCold(EngineClient engine, String salt) throws InterruptedException {
        for (int i = 0; i < (options.quick ? 1 : 2); i++) {
            var instructions = text(INSTRUCTIONS);
            var documents = Stream.generate(this::document).limit(IN_A_PROMPT).toList();
            ask("new question " + i, COLD, prompt(instructions, documents), 8, salt, engine);
        }
    }

    private int[] prompt(int[] instructions, List<int[]> documents) {
        return Texts.concat(instructions, Texts.concat(documents), text(QUESTION));
    }

    private int[] document() {
        return text(320 + random.nextInt(256));
    }
}
