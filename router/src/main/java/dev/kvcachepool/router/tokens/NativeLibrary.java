package dev.kvcachepool.router.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Hugging Face's tokenizers as DJL builds them, loaded straight from DJL's jar: its own loader would unpack into a cache in
 * the user's home, and its tokenizer class reports its use. Here the file lies in a folder of this process's own until it is
 * loaded, then is gone; nothing is downloaded, no other class of DJL is touched.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Loads it, the first time.
     *
     * @throws IllegalStateException if there is none for this machine, or the temporary folder does not let it be loaded
     */
    static void load() {
        Loaded.touch();
    }

    private static final class Loaded {
        static {
            unpackAndLoad();
        }

        private Loaded() {}

        static void touch() {}
    }

    @SuppressWarnings("restricted") // the programs are started with native access
    private static void unpackAndLoad() {
        var file = System.mapLibraryName("tokenizers");
        var resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"), file);
        try (var in = NativeLibrary.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no tokenizer library for this machine: " + resource + " is missing");
            }
            var folder = Files.createTempDirectory("kvcachepool-tokenizers-");
            var library = folder.resolve(file);
            try {
                Files.copy(in, library);
                System.load(library.toString());
            } finally {
                delete(library, folder);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "the tokenizer library cannot be loaded from " + System.getProperty("java.io.tmpdir")
                            + ", which must take 15 MB and let code be run: " + e.getMessage(),
                    e);
        }
    }

    static String resource(String os, String architecture, String file) {
        var system = os.toLowerCase(Locale.ROOT).startsWith("mac") ? "osx" : "linux";
        var processor = architecture.equals("aarch64") ? "aarch64" : "x86_64";
        return "native/lib/" + system + "-" + processor + "/cpu/" + file;
    }

    /** On Linux a loaded library needs its file no more. */
    private static void delete(Path library, Path folder) throws IOException {
        Files.deleteIfExists(library);
        Files.deleteIfExists(folder);
    }
}
