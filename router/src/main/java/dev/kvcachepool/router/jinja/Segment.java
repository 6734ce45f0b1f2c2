package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A template cut into text and tags, white space around the tags dealt with as Jinja's lexer does under {@code trim_blocks} and
 * {@code lstrip_blocks}. Comments are gone, raw blocks are text.
 *
 * @param text of a tag what is between its marks
 */
record Segment(Kind kind, String text, int line) {
    private static final Pattern LINE_BREAK = Pattern.compile("\r\n|\r|\n");
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}");
    private static final Pattern RAW = Pattern.compile("\\s*raw\\s*");

    enum Kind {
        DATA,
        OUTPUT,
        STATEMENT
    }

    static List<Segment> cut(String source) {
        return new Cutter(normalized(source)).cut();
    }

    /** Line breaks as {@code \n}, and none at the end. */
    private static String normalized(String source) {
        var text = LINE_BREAK.matcher(source).replaceAll("\n");
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static final class Cutter {
        private final String source;
        private final List<Segment> segments = new ArrayList<>();
        private int at;
        private boolean lineStarts = true;

        Cutter(String source) {
            this.source = source;
        }

        List<Segment> cut() {
            while (at < source.length()) {
                var open = nextTag();
                if (open < 0) {
                    data(source.substring(at));
                    break;
                }
                var mark = source.charAt(open + 1);
                var sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
                data(before(source.substring(at, open), mark, sign));
                var inside = open + (sign == '-' || sign == '+' ? 3 : 2);
                switch (mark) {
                    case '#' -> comment(inside);
                    case '%' -> statement(inside);
                    default -> output(inside);
                }
            }
            return segments;
        }

        private int nextTag() {
            for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
                if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                    return i;
                }
            }
            return -1;
        }

        private String before(String text, char mark, char sign) {
            if (sign == '-') {
                return Texts.strip(text, false, true);
            }
            if (sign == '+' || mark == '{') {
                return text;
            }
            var lineStart = text.lastIndexOf('\n') + 1;
            var blank = lineStart < text.length()
                    && Texts.strip(text.substring(lineStart), true, false).isEmpty();
            return blank && (lineStart > 0 || lineStarts) ? text.substring(0, lineStart) : text;
        }

        private void comment(int inside) {
            var close = source.indexOf("#}", inside);
            if (close < 0) {
                throw error("a comment does not end", inside);
            }
            after(close, close > inside ? source.charAt(close - 1) : ' ', true);
        }

        private void statement(int inside) {
            var close = close(inside, '%');
            var sign = sign(inside, close);
            var text = source.substring(inside, close - (sign == ' ' ? 0 : 1));
            after(close, sign, true);
            if (RAW.matcher(text).matches()) {
                raw();
            } else {
                segments.add(new Segment(Kind.STATEMENT, text, line(inside)));
            }
        }

        private void raw() {
            var end = RAW_END.matcher(source);
            if (!end.find(at)) {
                throw error("a raw block does not end", at);
            }
            var sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
            data(before(source.substring(at, end.start()), '%', sign));
            after(end.end() - 2, end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
        }

        private void output(int inside) {
            var close = close(inside, '}');
            var sign = sign(inside, close);
            segments.add(
                    new Segment(Kind.OUTPUT, source.substring(inside, close - (sign == ' ' ? 0 : 1)), line(inside)));
            after(close, sign, false);
        }

        /** Where {@code %}} or {@code }}} is that ends the tag: not within a string, nor within brackets. */
        private int close(int inside, char mark) {
            int depth = 0;
            for (int i = inside; i + 1 < source.length(); i++) {
                var c = source.charAt(i);
                if (c == '\'' || c == '"') {
                    i = Tokens.endOfString(source, i) - 1;
                } else if (depth == 0 && c == mark && source.charAt(i + 1) == '}') {
                    return i;
                } else if (c == '(' || c == '[' || c == '{') {
                    depth++;
                } else if (c == ')' || c == ']' || c == '}') {
                    depth--;
                }
            }
            throw error("a tag does not end", inside);
        }

        private char sign(int inside, int close) {
            var last = close > inside ? source.charAt(close - 1) : ' ';
            return last == '-' || last == '+' ? last : ' ';
        }

        private void after(int close, char sign, boolean block) {
            at = close + 2;
            if (sign == '-') {
                while (at < source.length() && Texts.isSpace(source.charAt(at))) {
                    at++;
                }
            } else if (block && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
                at++;
            }
            lineStarts = source.charAt(at - 1) == '\n';
        }

        private void data(String text) {
            if (!text.isEmpty()) {
                segments.add(new Segment(Kind.DATA, text, 0));
            }
        }

        private int line(int offset) {
            return 1
                    + (int) source.substring(0, offset)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
        }

        private TemplateException error(String what, int offset) {
            return new TemplateException("line " + line(offset) + ": " + what);
        }
    }
}
