package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutOptions.Condition;
import java.io.IOException;

/** The options behind a SET's value: {@code [NX | XX] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL]}. */
final class SetOptions {
    private Condition condition = Condition.ALWAYS;
    private long expiresAt = PutOptions.FOREVER;
    private boolean expirySet;

    private SetOptions() {}

    static PutOptions read(Arguments arguments, long nowMillis) throws IOException, RequestException {
        var options = new SetOptions();
        while (arguments.hasNext()) {
            options.option(arguments.word(), arguments, nowMillis);
        }
        return new PutOptions(options.condition, options.expiresAt);
    }

    private void option(String word, Arguments arguments, long now) throws IOException, RequestException {
        switch (word) {
            case "NX" -> condition(Condition.IF_ABSENT);
            case "XX" -> condition(Condition.IF_PRESENT);
            case "KEEPTTL" -> expiry(PutOptions.KEEP);
            case "EX" -> expiry(Expiries.after("set", positive(arguments), 1000, now));
            case "PX" -> expiry(Expiries.after("set", positive(arguments), 1, now));
            case "EXAT" -> expiry(Expiries.after("set", positive(arguments), 1000, 0));
            case "PXAT" -> expiry(Expiries.after("set", positive(arguments), 1, 0));
            case "GET" -> throw new RequestException("SET with GET is not supported: use GET before");
            default -> throw new RequestException("syntax error");
        }
    }

    private static long positive(Arguments arguments) throws IOException, RequestException {
        if (!arguments.hasNext()) {
            throw new RequestException("syntax error");
        }
        long number = arguments.number();
        if (number <= 0) {
            throw Expiries.invalid("set");
        }
        return number;
    }

    private void condition(Condition wanted) throws RequestException {
        if (condition != Condition.ALWAYS && condition != wanted) {
            throw new RequestException("syntax error");
        }
        condition = wanted;
    }

    private void expiry(long at) throws RequestException {
        if (expirySet) {
            throw new RequestException("syntax error");
        }
        expirySet = true;
        expiresAt = at;
    }
}
