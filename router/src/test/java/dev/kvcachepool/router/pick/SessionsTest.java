package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where conversations went last. */
class SessionsTest {
    private final Sessions sessions = new Sessions();

    @Test
    void aSessionIsOfItsModelSaltAndTenant() {
        // When
        sessions.sent(request("m", "salt", "t", "s"), "e0", 100, 1);

        // Then
        assertThat(sessions.last(request("m", "salt", "t", "s"), 2).tokensAt("e0"))
                .isEqualTo(100);
        assertThat(sessions.last(request("m", "salt", "t", "s"), 2).tokensAt("e1"))
                .isZero();
        assertThat(sessions.last(request("n", "salt", "t", "s"), 2)).isSameAs(Sessions.Turn.NONE);
        assertThat(sessions.last(request("m", "other", "t", "s"), 2)).isSameAs(Sessions.Turn.NONE);
        assertThat(sessions.last(request("m", "salt", "u", "s"), 2)).isSameAs(Sessions.Turn.NONE);
        assertThat(sessions.last(request("m", "salt", "t", ""), 2)).isSameAs(Sessions.Turn.NONE);
    }

    @Test
    void theOldestAreForgottenAndTheSilent() {
        // Given one more than there is room for, the first used again
        sessions.sent(request("m", "", "", "first"), "e0", 1, 0);
        sessions.sent(request("m", "", "", "second"), "e0", 1, 0);
        for (int i = 2; i < Sessions.MOST; i++) {
            sessions.sent(request("m", "", "", "s" + i), "e0", 1, 0);
        }
        var _ = sessions.last(request("m", "", "", "first"), 0);

        // When
        sessions.sent(request("m", "", "", "last"), "e0", 1, 0);

        // Then
        assertThat(sessions.last(request("m", "", "", "first"), 0).tokens()).isEqualTo(1);
        assertThat(sessions.last(request("m", "", "", "second"), 0)).isSameAs(Sessions.Turn.NONE);
        assertThat(sessions.last(request("m", "", "", "first"), Sessions.LONGEST_NANOS + 1))
                .isSameAs(Sessions.Turn.NONE);
    }

    private static PickRequest request(String model, String salt, String tenant, String session) {
        return new PickRequest(model, salt, new Prompt.Opaque(1, "text"), Set.of(), new Caller(tenant, session));
    }
}
