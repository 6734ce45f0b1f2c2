package dev.kvcachepool.router.extproc;

import java.nio.file.Path;

/**
 * What a gateway is shown of who the picker is.
 *
 * @param certificate of the picker, with what signed it, in PEM
 * @param key its private key, PKCS#8 in PEM
 */
public record TlsFiles(Path certificate, Path key) {}
