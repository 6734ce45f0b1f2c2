package dev.kvcachepool.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WrittenObjectsTest {
    private final Map<ResourceID, ServiceAccount> kept = new HashMap<>();
    private final Map<ResourceID, ServiceAccount> informers = new HashMap<>();
    private final List<ServiceAccount> letGo = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final WrittenObjects<ServiceAccount> written = new WrittenObjects<>(
            id -> Optional.ofNullable(kept.get(id)),
            id -> Optional.ofNullable(informers.getOrDefault(id, kept.get(id))),
            letGo::add,
            nanos::get);

    private static ServiceAccount account(String name, int version) {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("n")
                .withName(name)
                .withResourceVersion(Integer.toString(version))
                .endMetadata()
                .build();
    }

    private ServiceAccount write(String name, int version) {
        var account = account(name, version);
        kept.put(ResourceID.fromResource(account), account);
        written.add(account);
        return account;
    }

    private void told(String name, int version) {
        var account = account(name, version);
        informers.put(ResourceID.fromResource(account), account);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void whatTheInformerHasAsWellIsLetGoAfterAWhile() {
        // Given
        var account = write("a", 7);
        told("a", 7);
        pass(WrittenObjects.WHILE);
        write("b", 8);
        assertThat(letGo).isEmpty();
        // When
        pass(Duration.ofNanos(1));
        write("c", 9);
        // Then
        assertThat(letGo).containsExactly(account);
    }

    @Test
    void whatTheInformerDoesNotHaveYetStays() {
        // Given
        write("unknown", 7);
        write("older", 8);
        told("older", 5);
        // When
        pass(WrittenObjects.WHILE.plusNanos(1));
        write("c", 9);
        // Then
        assertThat(letGo).isEmpty();
    }

    @Test
    void whatWasWrittenAgainOrIsKeptNoLongerIsNotTouched() {
        // Given
        write("again", 7);
        pass(Duration.ofSeconds(4));
        write("again", 8);
        told("again", 7);
        write("gone", 9);
        told("gone", 9);
        kept.remove(new ResourceID("gone", "n"));
        // When
        pass(WrittenObjects.WHILE.minusSeconds(4).plusNanos(1));
        write("c", 10);
        // Then
        assertThat(letGo).isEmpty();
    }
}
