package dev.kvcachepool.router.tokens;

import dev.kvcachepool.router.request.Untokenized;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;

/** A model's chats as text, for those who tokenize it by themselves, as a benchmark. Thread-safe. */
public final class ChatText {
    private final ChatPrompts chats;

    private ChatText(ChatPrompts chats) {
        this.chats = chats;
    }

    /**
     * By the template among {@code files}.
     *
     * @throws IllegalArgumentException naming the file and what is wrong with it
     */
    public static ChatText of(Path files, int maxCharacters) {
        return new ChatText(
                new ChatPrompts(ModelFiles.read(files), Clock.system(ZoneId.systemDefault()), maxCharacters));
    }

    /** The chat's text; throws {@link Untokenizable} where it has none. */
    public String of(Untokenized.Chat chat) throws Untokenizable {
        return chats.text(chat);
    }
}
