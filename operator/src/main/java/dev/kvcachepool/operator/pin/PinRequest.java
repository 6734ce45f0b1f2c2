package dev.kvcachepool.operator.pin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.crds.PrefixPinSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bodies of {@code POST /v1/pins} for one pin. */
final class PinRequest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PrefixPinSpec spec;
    private final String salt;

    /** For the prefix of {@code spec} under {@code salt}, a secret, which is empty for none. */
    PinRequest(PrefixPinSpec spec, String salt) {
        this.spec = spec;
        this.salt = salt;
    }

    /** Pins for so many seconds, or warms, as the specification says. */
    byte[] renewal(long seconds) {
        var body = new LinkedHashMap<String, Object>();
        if (spec.mode() == PrefixPinSpec.Mode.Pin) {
            body.put("mode", "pin");
            body.put("seconds", seconds);
        } else {
            body.put("mode", "warm");
        }
        return with(body);
    }

    /** Ends pins. */
    byte[] end() {
        var body = new LinkedHashMap<String, Object>();
        body.put("mode", "end");
        return with(body);
    }

    private byte[] with(Map<String, Object> body) {
        body.put("model", spec.model());
        if (!salt.isEmpty()) {
            body.put("salt", salt);
        }
        var hashes = spec.blockHashes();
        if (hashes != null) {
            body.put("blockHashes", Map.of("scheme", hashes.scheme(), "hashes", hashes.hashes()));
        } else if (spec.text() != null) {
            body.put("prompt", spec.text());
        } else {
            body.put("tokens", spec.tokens());
        }
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, lists, texts and numbers are JSON", e);
        }
    }
}
