package dev.kvcachepool.router.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of one tag, read one by one. Not thread-safe. */
final class Tokens {
    private static final List<String> OPERATORS = List.of(
            "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ":", "|", ",", "(",
            ")", "[", "]", "{", "}");

    private final List<Token> tokens;
    private final int line;
    private int at;

    enum Kind {
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    /**
     * A token.
     *
     * @param text the name or operator
     * @param value of a string or number
     */
    record Token(Kind kind, String text, Object value) {}

    private Tokens(List<Token> tokens, int line) {
        this.tokens = tokens;
        this.line = line;
    }

    static Tokens of(Segment tag) {
        return new Tokens(new Reader(tag).read(), tag.line());
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        return tokens.get(at == tokens.size() - 1 ? at : at++);
    }

    boolean isEnd() {
        return peek().kind == Kind.END;
    }

    boolean is(String text) {
        var token = peek();
        return (token.kind == Kind.NAME || token.kind == Kind.OPERATOR) && token.text.equals(text);
    }

    /** Whether the token after the next is {@code text}. */
    boolean isSecond(String text) {
        return at + 1 < tokens.size() && tokens.get(at + 1).text.equals(text);
    }

    boolean skip(String text) {
        if (is(text)) {
            next();
            return true;
        }
        return false;
    }

    void expect(String text) {
        if (!skip(text)) {
            throw error("expected '" + text + "', found '" + peek().text + "'");
        }
    }

    String name() {
        var token = next();
        if (token.kind != Kind.NAME) {
            throw error("expected a name, found '" + token.text + "'");
        }
        return token.text;
    }

    void expectEnd() {
        if (!isEnd()) {
            throw error("'" + peek().text + "' is too much");
        }
    }

    TemplateException error(String what) {
        return new TemplateException("line " + line + ": " + what);
    }

    /** The place after the string that begins at {@code start} of {@code source}. */
    static int endOfString(String source, int start) {
        var quote = source.charAt(start);
        for (int i = start + 1; i < source.length(); i++) {
            var c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        throw new TemplateException("a string does not end");
    }

    private static final class Reader {
        private final String text;
        private final int line;
        private final List<Token> read = new ArrayList<>();
        private int at;

        Reader(Segment tag) {
            this.text = tag.text();
            this.line = tag.line();
        }

        List<Token> read() {
            while (at < text.length()) {
                var c = text.charAt(at);
                if (Texts.isSpace(c)) {
                    at++;
                } else if (c == '\'' || c == '"') {
                    var end = endOfString(text, at);
                    read.add(new Token(Kind.STRING, "a string", Escapes.decode(text.substring(at + 1, end - 1))));
                    at = end;
                } else if (c >= '0' && c <= '9') {
                    number();
                } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
                    var start = at;
                    while (at < text.length() && isNamePart(text.charAt(at))) {
                        at++;
                    }
                    read.add(new Token(Kind.NAME, text.substring(start, at), ""));
                } else {
                    var operator = operator();
                    if (operator == null) {
                        throw new TemplateException("line " + line + ": '" + c + "' is not expected");
                    }
                    at += operator.length();
                    read.add(new Token(Kind.OPERATOR, operator, ""));
                }
            }
            read.add(new Token(Kind.END, "the end of the tag", ""));
            return read;
        }

        private @Nullable String operator() {
            return OPERATORS.stream()
                    .filter(each -> text.startsWith(each, at))
                    .findFirst()
                    .orElse(null);
        }

        private void number() {
            var start = at;
            digits();
            var fraction = at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1));
            if (fraction) {
                at++;
                digits();
            }
            if (at + 1 < text.length() && (text.charAt(at) | 0x20) == 'e') {
                var sign = text.charAt(at + 1) == '-' || text.charAt(at + 1) == '+' ? 1 : 0;
                if (at + 1 + sign < text.length() && isDigit(text.charAt(at + 1 + sign))) {
                    fraction = true;
                    at += 1 + sign;
                    digits();
                }
            }
            var digits = text.substring(start, at).replace("_", "");
            read.add(new Token(
                    Kind.NUMBER,
                    digits,
                    fraction ? (Object) Double.valueOf(digits) : Numbers.of(new BigInteger(digits))));
        }

        private void digits() {
            while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private static boolean isNamePart(char c) {
            return c == '_' || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
        }
    }
}
