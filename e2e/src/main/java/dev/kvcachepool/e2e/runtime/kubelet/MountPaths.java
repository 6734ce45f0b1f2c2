package dev.kvcachepool.e2e.runtime.kubelet;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Container paths made real: all processes share this machine's files, so a text that starts with a mount path (or does
 * so after the {@code =} of a {@code --flag=}) gets the folder that stands for it, the longest path first. Any other text
 * stays as it is.
 */
final class MountPaths {
    private final List<Map.Entry<String, Path>> longestFirst;

    MountPaths(Map<String, Path> mounts) {
        this.longestFirst = mounts.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getKey().length()))
                .toList();
    }

    String rewrite(String text) {
        var flag = text.startsWith("--") ? text.indexOf("=/") + 1 : 0;
        var value = text.substring(flag);
        for (var mount : longestFirst) {
            var path = mount.getKey();
            if (value.equals(path) || value.startsWith(path.endsWith("/") ? path : path + "/")) {
                return text.substring(0, flag) + mount.getValue() + value.substring(path.length());
            }
        }
        return text;
    }
}
