package dev.kvcachepool.cachenode.share;

import static dev.kvcachepool.cachenode.share.ShareFixture.MIB;
import static dev.kvcachepool.cachenode.share.ShareFixture.content;
import static dev.kvcachepool.cachenode.share.ShareFixture.key;
import static dev.kvcachepool.cachenode.share.ShareFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.client.LeaseAnswer;
import dev.kvcachepool.client.LeasedValue;
import dev.kvcachepool.client.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryTest {
    @TempDir
    Path folder;

    private ShareFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new ShareFixture(folder, 64);
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    @Test
    void aLeasedValueIsReadWhereItLies() throws IOException {
        try (var client = fixture.connect()) {
            // Given a value of several pages
            var content = content(1, 5 * MIB + 123);
            client.set(key(1, "t"), ByteBuffer.wrap(content));
            // When
            try (var value = client.lease(key(1, "t"))) {
                // Then
                assertThat(value.size()).isEqualTo(content.length);
                assertThat(value.verify()).isTrue();
                assertThat(read(value.parts())).isEqualTo(content);
                assertThat(value.parts())
                        .allSatisfy(part -> assertThat(part.isReadOnly()).isTrue());
                assertThat(fixture.shared.heldBytes()).isGreaterThanOrEqualTo(content.length);
            }
            assertThat(fixture.shared.heldBytes()).isZero();
        }
    }

    @Test
    void whatIsNotThereIsNotLeased() throws IOException {
        try (var client = fixture.connect()) {
            assertThat(client.lease(key(1, "t"))).isNull();
        }
    }

    @Test
    void manyKeysAreLeasedInOneRoundTrip() throws IOException {
        try (var client = fixture.connect()) {
            // Given every second one of more keys than one request takes
            var keys = new ArrayList<byte[]>();
            for (int i = 0; i < 700; i++) {
                keys.add(key(i, "t"));
                if (i % 2 == 0) {
                    client.set(keys.getLast(), ByteBuffer.wrap(content(i, 1 + i * 13)));
                }
            }
            // When
            var exists = client.existsEach(keys);
            var answers = client.leaseEach(keys);
            // Then
            assertThat(exists).hasSize(700);
            assertThat(answers).hasSize(700);
            for (int i = 0; i < 700; i++) {
                boolean stored = i % 2 == 0;
                assertThat(exists.get(i)).as("key %d", i).isEqualTo(stored);
                assertThat(answers.get(i).isThere()).as("key %d", i).isEqualTo(stored);
                try (var value = answers.get(i).value()) {
                    if (stored) {
                        assertThat(read(value.parts())).isEqualTo(content(i, 1 + i * 13));
                    } else {
                        assertThat(value).isNull();
                    }
                }
            }
            assertThat(fixture.shared.heldBytes()).isZero();
        }
    }

    @Test
    void whatLeasesHaveNoRoomForIsThereAllTheSame() throws IOException {
        try (var client = fixture.connect()) {
            // Given five values, of which four are a quarter of the memory
            var keys = new ArrayList<byte[]>();
            for (int i = 0; i < 5; i++) {
                keys.add(key(i, "t"));
                client.set(keys.getLast(), ByteBuffer.wrap(content(i, 4 * MIB)));
            }
            // When
            var answers = client.leaseEach(keys);
            // Then
            assertThat(answers.subList(0, 4))
                    .allSatisfy(answer -> assertThat(answer.value()).isNotNull());
            assertThat(answers.get(4)).isEqualTo(new LeaseAnswer(true, null));
            assertThat(client.get(keys.get(4))).isEqualTo(content(4, 4 * MIB));
            for (var answer : answers.subList(0, 4)) {
                answer.value().close();
            }
            assertThat(fixture.store.hits()).isPositive();
            assertThat(fixture.shared.heldBytes()).isZero();
        }
    }

    @Test
    void anEmptyValueIsLeasedToo() throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.set(key(1, "t"), ByteBuffer.allocate(0));
            // When
            try (var value = client.lease(key(1, "t"))) {
                // Then
                assertThat(value.size()).isZero();
                assertThat(value.parts()).isEmpty();
                assertThat(value.verify()).isTrue();
            }
        }
    }

    @Test
    void aLeasedValueStaysWhatItWasWhateverHappensToItsKey() throws IOException {
        try (var client = fixture.connect();
                var other = fixture.connect()) {
            // Given
            var content = content(1, 3 * MIB);
            client.set(key(1, "t"), ByteBuffer.wrap(content));
            try (var value = client.lease(key(1, "t"))) {
                // When it is overwritten, removed, and everything evicted
                other.set(key(1, "t"), ByteBuffer.wrap(content(2, 3 * MIB)));
                assertThat(other.delete(key(1, "t"))).isTrue();
                for (int i = 10; i < 100; i++) {
                    other.set(key(i, "t"), ByteBuffer.wrap(content(i, 2 * MIB)));
                }
                // Then
                assertThat(value.verify()).isTrue();
                assertThat(read(value.parts())).isEqualTo(content);
            }
        }
    }

    @Test
    void aClientThatIsGoneHoldsNothing() throws IOException {
        // Given
        var client = fixture.connect();
        client.set(key(1, "t"), ByteBuffer.wrap(content(1, MIB)));
        assertThat(client.lease(key(1, "t"))).isNotNull();
        // When
        client.close();
        // Then
        await().until(() -> fixture.shared.heldBytes() == 0);
    }

    @Test
    void leasesHoldAQuarterOfTheMemoryAtMost() throws IOException {
        try (var client = fixture.connect()) {
            // Given
            for (int i = 0; i < 20; i++) {
                client.set(key(i, "t"), ByteBuffer.wrap(content(i, MIB)));
            }
            var leased = new ArrayList<LeasedValue>();
            for (int i = 0; i < 16; i++) {
                leased.add(client.lease(key(i, "t")));
            }
            // When
            assertThatThrownBy(() -> client.lease(key(16, "t")))
                    // Then
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith("BUSY leases may hold 16777216 bytes");
            assertThat(client.get(key(16, "t"))).isEqualTo(content(16, MIB));
            leased.getFirst().close();
            assertThat(client.lease(key(16, "t"))).isNotNull();
        }
    }

    @Test
    void aClientThatKeepsALeaseTooLongIsCutOffAndLearnsOfIt() throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.set(key(1, "t"), ByteBuffer.wrap(content(1, MIB)));
            var value = client.lease(key(1, "t"));
            // When
            fixture.nanos.addAndGet(ShareFixture.LONGEST.toNanos() + 1);
            fixture.server.sweep();
            // Then
            await().until(() -> fixture.shared.heldBytes() == 0);
            assertThat(fixture.shared.overdue()).isOne();
            assertThatThrownBy(value::close).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFileHoldsOneTenantsBytesOnly() throws IOException {
        try (var mine = fixture.connect();
                var theirs = fixture.connect()) {
            // Given two tenants' values, one after another
            var secret = content(99, 300_000);
            for (int i = 0; i < 8; i++) {
                mine.set(key(i, "mine"), ByteBuffer.wrap(content(i, 300_000)));
                theirs.set(key(i, "theirs"), ByteBuffer.wrap(secret));
            }
            // When
            try (var one = mine.lease(key(0, "mine"));
                    var other = theirs.lease(key(0, "theirs"))) {
                // Then
                assertThat(read(one.parts())).isEqualTo(content(0, 300_000));
                assertThat(read(other.parts())).isEqualTo(secret);
                assertThat(fixture.files.passed()).isEqualTo(2);
            }
        }
    }

    @Test
    void anInventedTokenGetsNoFile() throws IOException {
        // Given
        try (var client = fixture.connect()) {
            client.set(key(1, "t"), ByteBuffer.wrap(content(1, MIB)));
            try (var _ = client.lease(key(1, "t"))) {
                // When
                int descriptor = fixture.shared.openDescriptor("0".repeat(SharedMemory.TOKEN_LENGTH));
                // Then
                assertThat(descriptor).isNegative();
            }
        }
    }

    @Test
    void memoryThatAClientKnowsOfIsNoOtherTenantsUntilItIsGone() throws IOException {
        try (var other = fixture.connect()) {
            // Given all of the memory one tenant's, and known to its client
            try (var client = fixture.connect()) {
                for (int i = 0; i < 32; i++) {
                    client.set(key(i, "one"), ByteBuffer.wrap(content(i, 2 * MIB)));
                }
                for (int i = 0; i < 32; i++) {
                    try (var value = client.lease(key(i, "one"))) {
                        assertThat(value == null || value.verify()).isTrue();
                    }
                }
                long passed = fixture.files.passed();
                assertThat(passed).isGreaterThan(20);
                // When
                other.set(key(1, "two"), ByteBuffer.wrap(content(1, 100_000)));
                // Then its values may be dropped, never come to lie there
                try (var value = other.lease(key(1, "two"))) {
                    assertThat(value == null || value.verify()).isTrue();
                }
            }
            await().until(() -> fixture.server.connections() == 1);
            other.set(key(2, "two"), ByteBuffer.wrap(content(2, 100_000)));
            try (var value = other.lease(key(2, "two"))) {
                assertThat(value).isNotNull();
                assertThat(read(value.parts())).isEqualTo(content(2, 100_000));
            }
        }
    }
}
