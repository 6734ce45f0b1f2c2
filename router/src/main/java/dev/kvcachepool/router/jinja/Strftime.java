package dev.kvcachepool.router.jinja;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;

/** {@code strftime} in the C locale, as far as templates use it. */
final class Strftime {
    private Strftime() {}

    static String format(String format, ZonedDateTime time) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            var c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            var bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += bare ? 2 : 1;
            var text = field(format.charAt(i), time);
            out.append(bare && text.length() > 1 && text.charAt(0) == '0' ? text.substring(1) : text);
        }
        return out.toString();
    }

    private static String field(char field, ZonedDateTime time) {
        return switch (field) {
            case 'Y' -> Integer.toString(time.getYear());
            case 'y' -> two(time.getYear() % 100);
            case 'm' -> two(time.getMonthValue());
            case 'd' -> two(time.getDayOfMonth());
            case 'e' -> (time.getDayOfMonth() < 10 ? " " : "") + time.getDayOfMonth();
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' ->
                time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH).substring(0, 3);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'H' -> two(time.getHour());
            case 'I' -> two((time.getHour() + 11) % 12 + 1);
            case 'M' -> two(time.getMinute());
            case 'S' -> two(time.getSecond());
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'j' -> (time.getDayOfYear() < 100 ? "0" : "") + two(time.getDayOfYear());
            case '%' -> "%";
            default -> throw new TemplateException("the time format '%" + field + "' is not supported");
        };
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
