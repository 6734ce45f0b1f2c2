package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.fuzz.Fuzzer;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LmFuzzIT {
    private final Fuzzer fuzzer = new Fuzzer(LmFuzz.class, "lm");

    @Test
    void nothingThatAClientSendsBreaksAnything() throws IOException, InterruptedException {
        fuzzer.run(Fuzzer.seconds());
    }

    @Test
    @Tag("long")
    void norInTenMinutes() throws IOException, InterruptedException {
        fuzzer.run(600);
    }
}
