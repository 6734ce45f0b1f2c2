package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.fuzz.Fuzzer;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RespFuzzIT {
    private final Fuzzer fuzzer = new Fuzzer(RespFuzz.class, "resp");

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
