/** The RESP server: sockets, the protocol and its commands. Nothing below it knows either. */
@NullMarked
package dev.kvcachepool.cachenode.resp;

import org.jspecify.annotations.NullMarked;
