package dev.kvcachepool.e2e.runtime.kubelet;

import java.util.Map;

/** Kubernetes' {@code $(NAME)} in values and arguments: unknown names stay as they are, {@code $$} is one {@code $}. */
final class EnvReferences {
    private EnvReferences() {}

    static String expand(String text, Map<String, String> known) {
        var result = new StringBuilder(text.length());
        for (var i = 0; i < text.length(); i++) {
            var letter = text.charAt(i);
            var next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            var end = letter == '$' && next == '(' ? text.indexOf(')', i) : -1;
            if (letter == '$' && next == '$') {
                result.append('$');
                i++;
            } else if (end > 0) {
                var name = text.substring(i + 2, end);
                var value = known.get(name);
                result.append(value == null ? text.substring(i, end + 1) : value);
                i = end;
            } else {
                result.append(letter);
            }
        }
        return result.toString();
    }
}
