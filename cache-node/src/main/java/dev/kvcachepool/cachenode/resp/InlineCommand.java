package dev.kvcachepool.cachenode.resp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A command typed as one line: words parted by spaces, in quotes where they contain some. */
final class InlineCommand {
    private final byte[] line;
    private int at;

    private InlineCommand(byte[] line) {
        this.line = line;
    }

    static List<byte[]> split(byte[] line) throws ProtocolException {
        var command = new InlineCommand(line);
        var words = new ArrayList<byte[]>();
        while (command.skipSpaces()) {
            words.add(command.word());
        }
        return words;
    }

    private boolean skipSpaces() {
        while (at < line.length && isSpace(line[at])) {
            at++;
        }
        return at < line.length;
    }

    private byte[] word() throws ProtocolException {
        var word = new ByteArrayOutputStream();
        while (at < line.length && !isSpace(line[at])) {
            byte b = line[at++];
            if (b == '"' || b == '\'') {
                quoted(b, word);
            } else {
                word.write(b);
            }
        }
        return word.toByteArray();
    }

    private void quoted(byte quote, ByteArrayOutputStream word) throws ProtocolException {
        while (at < line.length) {
            byte b = line[at++];
            if (b == quote) {
                if (at < line.length && !isSpace(line[at])) {
                    break;
                }
                return;
            }
            word.write(b == '\\' && at < line.length ? escaped(quote) : b);
        }
        throw new ProtocolException("unbalanced quotes in request");
    }

    private int escaped(byte quote) {
        byte b = line[at++];
        if (quote == '\'') {
            if (b != '\'') {
                at--;
            }
            return b == '\'' ? '\'' : '\\';
        }
        int high = hex(b == 'x' ? 0 : -1);
        int low = hex(b == 'x' ? 1 : -1);
        if (high >= 0 && low >= 0) {
            at += 2;
            return high << 4 | low;
        }
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private int hex(int ahead) {
        return ahead < 0 || at + ahead >= line.length ? -1 : Character.digit(line[at + ahead], 16);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == 0;
    }
}
