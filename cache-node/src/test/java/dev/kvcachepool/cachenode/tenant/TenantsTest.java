package dev.kvcachepool.cachenode.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.cachenode.tier.Quotas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantsTest {
    @TempDir
    Path folder;

    @Test
    void saltsAreOfTheTenantWhoseFileNamesThem() throws IOException {
        // When
        var tenants = new Tenants(List.of(tenant("a", "one\r\ntwo"), tenant("b", ""), tenant("c", "three\none\n")));
        // Then: what two files have is the first one's
        assertThat(tenants.groupOf("one")).isEqualTo(1);
        assertThat(tenants.groupOf("two")).isEqualTo(1);
        assertThat(tenants.groupOf("three")).isEqualTo(3);
        assertThat(tenants.groupOf("")).isEqualTo(Quotas.OTHERS);
        assertThat(tenants.groupOf("four")).isEqualTo(Quotas.OTHERS);
        assertThat(tenants.name(3)).isEqualTo("c");
        assertThat(tenants.host().limit(2)).isEqualTo(10);
        assertThat(tenants.disk().limit(2)).isEqualTo(20);
        assertThat(tenants.gpu().isLimited(2)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,,b | is wrong in line 2: a cache salt of 0 bytes; allowed are 1 to 512",
                "a,b,a | is wrong in line 3: the salt is there already"
            })
    void whatIsWrongIsSaidByLineAndNeverShown(String lines, String message) {
        // When, then
        assertThatThrownBy(() -> new Tenants(List.of(tenant("t", lines.replace(',', '\n')))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--tenant")
                .hasMessageEndingWith(message);
    }

    @Test
    void thereIsALimitToSaltsAndTheirLength() {
        // Given
        var many = IntStream.rangeClosed(0, SaltsFile.MAX_SALTS)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n"));
        // When, then
        assertThatThrownBy(() -> new Tenants(List.of(tenant("t", many)))).hasMessageContaining("has 1025 lines");
        assertThatThrownBy(() -> new Tenants(List.of(tenant("t", "x".repeat(513)))))
                .hasMessageContaining("a cache salt of 513 bytes");
        assertThatThrownBy(() -> new Tenants(List.of(tenant("t", "x\n".repeat(1 << 20)))))
                .hasMessageContaining("is too long");
    }

    @Test
    void aNameIsGivenOnceAndThereIsALimitToTenants() throws IOException {
        // Given
        var one = tenant("t", "a");
        // When, then
        assertThatThrownBy(() -> new Tenants(List.of(one, one)))
                .hasMessage("--tenant: 't' is there twice; names are unique");
        assertThatThrownBy(() -> new Tenants(IntStream.range(0, 33)
                        .mapToObj(i -> new TenantSettings("t" + i, one.salts(), 1, 1, 1))
                        .toList()))
                .hasMessageContaining("33 tenants are not allowed; allowed are up to 32");
    }

    @Test
    void aFileThatIsWrongLaterChangesNothing() throws IOException {
        // Given
        var tenants = new Tenants(List.of(tenant("a", "one")));
        // When
        Files.writeString(folder.resolve("a"), "one\n\nthree");
        tenants.files().forEach(file -> file.look());
        // Then
        assertThat(tenants.groupOf("one")).isEqualTo(1);
        assertThat(tenants.groupOf("three")).isEqualTo(Quotas.OTHERS);
        assertThat(tenants.files().getFirst().refused()).isEqualTo(1);
    }

    private TenantSettings tenant(String name, String salts) throws IOException {
        var file = folder.resolve(name);
        Files.writeString(file, salts);
        return new TenantSettings(name, file, 10, 20, Quotas.UNLIMITED);
    }
}
