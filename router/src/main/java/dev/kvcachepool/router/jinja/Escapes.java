package dev.kvcachepool.router.jinja;

/** Escapes in a template's strings, as Python has them; an unknown one stands for itself. */
final class Escapes {
    private static final String PLAIN = "\\'\"abfnrtv";
    private static final String MEANT = "\\'\"\u0007\b\f\n\r\t\u000b";

    private Escapes() {}

    static String decode(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            var kind = text.charAt(++i);
            var plain = PLAIN.indexOf(kind);
            if (plain >= 0) {
                out.append(MEANT.charAt(plain));
            } else if (kind == 'x' || kind == 'u' || kind == 'U') {
                var digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
                out.appendCodePoint(codePoint(text, i + 1, digits));
                i += digits;
            } else if (kind >= '0' && kind <= '7') {
                var end = i + 1;
                while (end < text.length() && end < i + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                    end++;
                }
                out.appendCodePoint(Integer.parseInt(text, i, end, 8));
                i = end - 1;
            } else if (kind != '\n') {
                out.append('\\').append(kind);
            }
        }
        return out.toString();
    }

    private static int codePoint(String text, int from, int digits) {
        try {
            var value = Integer.parseInt(text, from, from + digits, 16);
            if (Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new TemplateException("an escape in a string has too few digits");
        }
        throw new TemplateException("an escape in a string is no character");
    }
}
