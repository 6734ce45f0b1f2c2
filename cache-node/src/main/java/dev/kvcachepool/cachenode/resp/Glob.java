package dev.kvcachepool.cachenode.resp;

/** Redis' patterns: {@code * ? [a-z] [^a] \x}. Takes time in proportion to pattern times text at most. */
final class Glob {
    private final byte[] pattern;

    Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    boolean matches(byte[] text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                resume = t;
            } else {
                int next = p < pattern.length ? step(p, text[t]) : -1;
                if (next >= 0) {
                    p = next;
                    t++;
                } else if (star >= 0) {
                    p = star + 1;
                    t = ++resume;
                } else {
                    return false;
                }
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    /** Where the pattern goes on after matching one byte, −1 where it does not match. */
    private int step(int p, byte b) {
        return switch (pattern[p]) {
            case '?' -> p + 1;
            case '[' -> set(p + 1, b);
            case '\\' -> p + 1 < pattern.length ? literal(p + 1, b) : literal(p, b);
            default -> literal(p, b);
        };
    }

    private int literal(int p, byte b) {
        return pattern[p] == b ? p + 1 : -1;
    }

    private int set(int start, byte b) {
        int p = start;
        boolean not = p < pattern.length && pattern[p] == '^';
        if (not) {
            p++;
        }
        boolean found = false;
        while (p < pattern.length && pattern[p] != ']') {
            if (pattern[p] == '\\' && p + 1 < pattern.length) {
                p++;
            }
            int low = pattern[p] & 0xff;
            int high = low;
            if (p + 2 < pattern.length && pattern[p + 1] == '-' && pattern[p + 2] != ']') {
                high = pattern[p + 2] & 0xff;
                p += 2;
            }
            int c = b & 0xff;
            found |= Math.min(low, high) <= c && c <= Math.max(low, high);
            p++;
        }
        return found == not ? -1 : Math.min(p + 1, pattern.length);
    }
}
