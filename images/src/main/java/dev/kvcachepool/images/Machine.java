package dev.kvcachepool.images;

/** The kind of machine that images are made on and for. */
final class Machine {
    /** {@code e_machine} of an ELF file's header. */
    private static final int X86_64 = 62;

    private static final int AARCH64 = 183;

    private Machine() {}

    /** As image configurations name it: {@code amd64} or {@code arm64}. */
    static String architecture() {
        var name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> throw new IllegalStateException("images are made on amd64 and arm64 only; this is " + name);
        };
    }

    /** Whether these bytes begin a shared object or program for Linux on this kind of machine. */
    static boolean runs(byte[] file) {
        if (file.length < 20 || file[0] != 0x7f || file[1] != 'E' || file[2] != 'L' || file[3] != 'F') {
            return false;
        }
        var system = file[7];
        var machine = (file[18] & 0xff) | (file[19] & 0xff) << 8;
        var own = architecture().equals("amd64") ? X86_64 : AARCH64;
        return file[4] == 2 && (system == 0 || system == 3) && machine == own;
    }
}
