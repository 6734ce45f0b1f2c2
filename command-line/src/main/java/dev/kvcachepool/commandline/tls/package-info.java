/**
 * TLS between engines, cache-nodes and routers: files with certificates, followed as they change, and connections over
 * them. It imports nothing but the JDK's TLS.
 */
@NullMarked
package dev.kvcachepool.commandline.tls;

import org.jspecify.annotations.NullMarked;
