package dev.kvcachepool.cachenode.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {
    private static final String SECRET = "hunter2-hunter2";
    private static final String GOOD = """
            users:
              - name: chat
                passwords: [current-one, former-one]
                salts: [team-chat, ""]
              - name: ops
                passwords: [12345678]
                allSalts: true
            """;

    @Test
    void usersHavePasswordsAndSalts() {
        // When
        var users = UsersFile.parse(bytes(GOOD));
        // Then
        assertThat(users.count()).isEqualTo(2);
        assertThat(users.login("chat", bytes("current-one"))).isSameAs(users.find("chat"));
        assertThat(users.login("chat", bytes("former-one"))).isSameAs(users.find("chat"));
        assertThat(users.login("chat", bytes("12345678"))).isNull();
        assertThat(users.login("nobody", bytes("current-one"))).isNull();
        var chat = users.login("chat", bytes("current-one"));
        assertThat(chat).isNotNull();
        assertThat(chat.mayUse(bytes(key("@team-chat")))).isTrue();
        assertThat(chat.mayUse(bytes(key("")))).isTrue();
        assertThat(chat.mayUse(bytes("no engine's"))).isTrue();
        assertThat(chat.mayUse(bytes(key("@team-other")))).isFalse();
        assertThat(chat.mayUseAll()).isFalse();
        var ops = users.login("ops", bytes("12345678"));
        assertThat(ops).as("what looks like a number is text").isNotNull();
        assertThat(ops.mayUseAll()).isTrue();
        assertThat(ops.isOfPool()).isFalse();
        assertThat(users + " " + chat + " " + ops).doesNotContain("team", "current");
    }

    /** In each, §  stands for a secret and ~ for the start of a next line. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "# nothing | is empty; allowed is a mapping with users",
                "§ | is wrong in line 1: the file is text; allowed is a mapping with users",
                "[§] | is wrong in line 1: the file is a list; allowed is a mapping with users",
                "{} | has no field users",
                "users: § | is wrong in line 1: users is text; allowed is a list of 1 to 1024",
                "users: [] | is wrong in line 1: users is a list of 0; allowed are 1 to 1024",
                "users: [§] | is wrong in line 1: a user is text; allowed is a mapping with allSalts, name, passwords, salts",
                "users: [{§: 1}] | is wrong in line 1: a user has a field that is not known; allowed are allSalts, name",
                "users: [{[§]: 1}] | is wrong in line 1: a user has a field that is not known",
                "§: 1 | is wrong in line 1: the file has a field that is not known; allowed are users",
                "users: [{name: a, name: §}] | is wrong in line 1: a user has name twice",
                "users:~- passwords: [§]~  salts: [§] | is wrong in line 2: a user's name is missing; allowed are 1 to 64",
                "users:~- name: [§]~  salts: [§] | is wrong in line 2: a user's name is a list; allowed is text",
                "users:~- name: §/ | is wrong in line 2: a user's name is text of 16 characters; allowed are 1 to 64 letters",
                "users:~- name: '' | is wrong in line 2: a user's name is text of 0 bytes",
                "users:~- name: kvcachepool | is wrong in line 2: a user's name is 'kvcachepool', which is for the pool's own",
                "users:~- name: a~  salts: [§] | is wrong in line 2: user 'a': passwords is missing; allowed are 1 to 8",
                "users:~- name: a~  passwords: §~  salts: [§] | is wrong in line 3: user 'a': passwords is text; allowed is a list",
                "users:~- name: a~  passwords: []~  salts: [§] | is wrong in line 3: user 'a': passwords is a list of 0; allowed are 1 to 8",
                "users:~- name: a~  passwords: [1,2,3,4,5,6,7,8,9]~  salts: [§] | is wrong in line 3: user 'a': passwords is a list of 9",
                "users:~- name: a~  passwords: [§, short]~  salts: [§] | is wrong in line 3: user 'a': passwords[1] is text of 5 bytes; allowed is text of 8 to 512",
                "users:~- name: a~  passwords: [{a: §}]~  salts: [§] | is wrong in line 3: user 'a': passwords[0] is a mapping; allowed is text",
                "users:~- name: a~  passwords: [§] | is wrong in line 2: user 'a': neither salts nor allSalts is there",
                "users:~- name: a~  passwords: [§]~  salts: [§]~  allSalts: true | is wrong in line 2: user 'a': both salts and allSalts",
                "users:~- name: a~  passwords: [§]~  allSalts: false | is wrong in line 4: user 'a': allSalts is text other than true",
                "users:~- name: a~  passwords: [§]~  salts: [] | is wrong in line 4: user 'a': salts is a list of 0; allowed are 1 to 256",
                "users:~- name: a~  passwords: [§]~  salts: [[§]] | is wrong in line 4: user 'a': salts[0] is a list; allowed is text of 0 to 512",
                "users:~- {name: a, passwords: [§], salts: [§]}~- {name: a, passwords: [§], salts: [§]} | is wrong in line 3: user 'a' is there already",
                "users: &a [§] | is wrong in line 1: anchors and aliases are not allowed",
                "users: !!java/§ [§] | is wrong in line 1: tags are not allowed",
                "users: [*a] | is wrong in line 1: anchors and aliases are not allowed",
                "users:~- name: a~  passwords: ['§] | is wrong in line 3: no YAML",
                "users: [{name: a}]~---~§: 1 | is wrong in line 2: no YAML, or more than one document",
                "users: [[[[[[[[[§]]]]]]]]] | is wrong in line 1: nested more than 6 deep",
            })
    void whatIsWrongIsSaidWithItsLineAndNeverWithWhatStandsThere(String text, String message) {
        // Given
        var content = text.replace("§", SECRET).replace('~', '\n');
        // Then
        assertThatThrownBy(() -> UsersFile.parse(bytes(content)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("\n")
                .hasNoCause();
    }

    @Test
    void thereAreLimits() {
        // Given
        var users = IntStream.range(0, 1025)
                .mapToObj(i -> "- {name: u%d, passwords: [password], salts: [a]}\n".formatted(i))
                .collect(Collectors.joining());
        var salts = IntStream.range(0, 257).mapToObj(i -> "s" + i).collect(Collectors.joining(","));
        // Then
        assertThatThrownBy(() -> UsersFile.parse(bytes("users:\n" + users)))
                .hasMessageContaining("users is a list of 1025; allowed are 1 to 1024");
        assertThatThrownBy(() ->
                        UsersFile.parse(bytes("users: [{name: a, passwords: [password], salts: [" + salts + "]}]")))
                .hasMessageContaining("salts is a list of 257; allowed are 1 to 256");
        assertThatThrownBy(() -> UsersFile.parse(
                        bytes("users: [{name: a, passwords: [password], salts: [" + "s".repeat(513) + "]}]")))
                .hasMessageContaining("salts[0] is text of 513 bytes; allowed is text of 0 to 512 bytes");
        assertThatThrownBy(() -> UsersFile.parse(bytes("[".repeat(1 << 20)))).hasMessageContaining("nested more");
        assertThatThrownBy(() -> UsersFile.parse(new byte[] {'u', (byte) 0xc0})).hasMessage("is no text in UTF-8");
    }

    @Test
    void aDamagedFileIsRefusedInALineOrStillHasUsers() {
        long seed = System.nanoTime();
        System.out.println("UsersFileTest seed " + seed);
        var random = new Random(seed);
        for (int run = 0; run < 5_000; run++) {
            // Given
            var content = bytes(GOOD);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                content[random.nextInt(content.length)] = (byte) (random.nextInt(96) + 31);
            }
            // When
            var message = "";
            try {
                assertThat(UsersFile.parse(content).count()).isBetween(1, 2);
            } catch (IllegalArgumentException e) {
                message = String.valueOf(e.getMessage());
            }
            // Then
            assertThat(message).doesNotContain("\n", "current-o", "former-o", "team-chat");
        }
    }

    private static String key(String salt) {
        return "m@01000100@0@" + "ab".repeat(32) + salt;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
