package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's ideas of white space, characters and slices: its strings count code points, Java's count UTF-16 units. */
final class Texts {
    private Texts() {}

    /** {@code str.isspace} of one character; all of them are in the basic plane. */
    static boolean isSpace(char c) {
        return c <= ' '
                ? c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f)
                : c >= 0x85 && (c == 0x85 || c == 0xa0 || Character.isSpaceChar(c));
    }

    static String strip(String text, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (right && to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** Strips characters that occur in {@code characters}. */
    static String strip(String text, String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && characters.indexOf(text.codePointAt(from)) >= 0) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && characters.indexOf(text.codePointBefore(to)) >= 0) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The UTF-16 index of the character at {@code index}. */
    static int offset(String text, int index) {
        return text.offsetByCodePoints(0, index);
    }

    static List<Object> characters(String text) {
        var characters = new ArrayList<Object>(text.length());
        text.codePoints().forEach(each -> characters.add(Character.toString(each)));
        return characters;
    }

    /** Order by code points. */
    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            if (left.charAt(i) != right.charAt(i)) {
                var a = left.charAt(i);
                var b = right.charAt(i);
                return Character.isSurrogate(a) != Character.isSurrogate(b)
                        ? Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b))
                        : Character.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
