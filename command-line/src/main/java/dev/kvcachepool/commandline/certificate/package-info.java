/** Certificates that programs make for themselves, as the JDK reads certificates and makes none. */
@NullMarked
package dev.kvcachepool.commandline.certificate;

import org.jspecify.annotations.NullMarked;
